import type { Certificate, PublicKey } from '../../mesh/certificates/certificate';
import { type Credential, gatewayCredentials, keyPairOf } from '../../mesh/gateways/gateway-credentials';
import type { Mesh } from '../../mesh/mesh';
import { configsIn } from '../../mesh/settings/configs';
import { reasonsOf } from '../gateway-api/listener-reasons';
import type { Details } from '../rule';

/** A certificate that a gateway shows to its clients. */
export interface ShownCertificate extends Credential {
  readonly certificate: Certificate;
  readonly key: PublicKey | 'unreadable';
}

/** Every certificate of a gateway that can be read. */
export const shownCertificates = (mesh: Mesh): ShownCertificate[] =>
  gatewayCredentials(mesh).flatMap((credential) => {
    if (!credential.secret || credential.holds !== 'key') return [];
    const { certificate, key } = keyPairOf(credential.secret, credential.keys);
    return certificate ? [{ ...credential, certificate, key }] : [];
  });

/** Points from a gateway to the Secret that it names. */
export const toSecret = ({ secret }: Credential): NonNullable<Details['related']> =>
  secret ? [{ place: secret.at(['metadata', 'name']), message: 'the Secret' }] : [];

/** Istio's reasons for the conditions of a listener of the Gateway API whose certificate cannot be used. */
export function reasonsOfListener(mesh: Mesh, { field: { resource } }: Credential): string[] {
  const gateway = configsIn(mesh, 'KubernetesGateway', resource.namespace).find((each) => each === resource);
  return gateway ? reasonsOf(mesh, gateway, 'InvalidCertificateRef', 'Invalid') : [];
}

/** The message of istioctl for a Secret: it judges those that Gateways of Istio name, but no files. */
export const saidByIstioctl = ({ field, keys }: Credential): string[] =>
  field.resource.group === 'networking.istio.io' && !keys ? ['IST0161'] : [];
