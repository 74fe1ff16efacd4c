import {
  type Credential,
  authorityName,
  gatewayCredentials,
  holdsAuthority,
  keyPairOf,
} from '../../mesh/gateways/gateway-credentials';
import { type KeyFault, keyFault } from '../../mesh/gateways/credential-faults';
import { makersOfSecret } from '../../mesh/gateways/secret-makers';
import { isPresumedWhole } from '../../mesh/world';
import { reasonsOfListener, saidByIstioctl } from './gateway-certificates';
import { type Context, rule } from '../rule';

export default rule({
  name: 'unusable-credential',
  category: 'traffic',
  severity: 'error',
  summary: 'The Secret of a gateway has no valid certificate and key, or no authority for the certificates of clients.',
  url: 'https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/',
  docs: `
    Istio reads \`tls.crt\` and \`tls.key\`, or \`cert\` and \`key\`, both in PEM format. When one is
    missing or cannot be read, the proxies get no certificate, and every TLS handshake of this
    server fails. In the modes MUTUAL and OPTIONAL_MUTUAL the gateway also needs \`ca.crt\` or
    \`cacert\`, from a Secret with the suffix \`-cacert\` if there is one, else from the same Secret;
    without it the port accepts no connection.

    Fix: create the Secret with \`kubectl create secret tls\`. The key must not have a passphrase.
  `,
  sameAs: ['IST0161', 'InvalidCertificateRef', 'Invalid', 'ListenersNotValid'],
  check(context) {
    for (const credential of gatewayCredentials(context.mesh)) {
      if (credential.holds === 'key') checkKey(context, credential);
      else checkAuthority(context, credential);
    }
  },
});

function checkKey({ mesh, report }: Context, credential: Credential): void {
  const { field, name, secret } = credential;
  const fault = secret && keyFault(keyPairOf(secret, credential.keys));
  if (!fault) return;
  report(field, `Secret "${name}" ${faultText(fault)}`, {
    related: [{ place: secret.at(['metadata', 'name']), message: 'the Secret' }],
    sameAs: [...saidByIstioctl(credential), ...reasonsOfListener(mesh, credential)],
  });
}

/** The authority has a Secret of its own, or lies beside the key. */
function checkAuthority({ mesh, report }: Context, { field, name, namespace, secret }: Credential): void {
  if (!secret || holdsAuthority(secret)) return;
  const related = [{ place: secret.at(['metadata', 'name']), message: 'the Secret' }];
  const message = `Secret "${secret.name}" has no "ca.crt", so the gateway cannot verify the certificates of clients`;
  const own = authorityName(name);
  if (secret.name === own) return report(field, message, { related, sameAs: ['IST0161'] });
  if (keyPairOf(secret).certificateName === undefined && field.path.at(-1) === 'credentialName') return;
  if (makersOfSecret(mesh, own).length > 0 || !isPresumedWhole(mesh, 'Secret', namespace)) return;
  report(field, `${message}, and Secret "${own}" does not exist`, { related, sameAs: ['IST0161'] });
}

function faultText(fault: KeyFault): string {
  switch (fault.kind) {
    case 'no certificate and key':
      return `has neither "${fault.names[0]}" nor "${fault.names[1]}"`;
    case 'no certificate':
    case 'no key':
      return `has no "${fault.name}"`;
    case 'invalid certificate':
      return `has no valid certificate in "${fault.name}"`;
    case 'invalid key':
      return `has no valid private key in "${fault.name}"`;
  }
}
