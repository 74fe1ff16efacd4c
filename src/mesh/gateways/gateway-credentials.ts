/** The Secrets from which gateways take their certificates. */
import type { KindMap } from '../../schema/kinds';
import type { ServerTLSSettings } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { type Certificate, readCertificate } from '../certificates/certificate';
import { ascii } from '../certificates/der';
import { fromBase64 } from '../certificates/pem';
import { type PublicKey } from '../certificates/certificate';
import { publicKeyOf } from '../certificates/private-key';
import { configs } from '../settings/configs';
import { isIstioClass } from './gateway-deployments';
import { type Gateway, workloadsOfGateway } from './gateways';
import { type MountedKey, mountedKey } from './mounted-secrets';
import type { Workload } from '../workloads/workloads';
import { groupBy } from '../grouping';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { own } from '../../source/own';

type Secret = Resource<KindMap['Secret']>;

/** A Secret that a server of a gateway names. */
export interface Credential {
  /** Where it is named. */
  readonly field: Field<string | undefined>;
  readonly name: string;
  /** Where the gateway's proxies look for it. */
  readonly namespace: string;
  /** Undefined where it is not in the input. */
  readonly secret: Secret | undefined;
  /** Whether the server has a key of its own there, or what its clients' certificates are checked against. */
  readonly holds: 'key' | 'authority';
  /** The hosts of the server, where each is written, without namespaces. */
  readonly hosts: readonly Field<string>[];
  /** What certificate and key are called in a Secret that the server reads as files. */
  readonly keys?: readonly [certificate: string, key: string];
}

/** Every Secret that Gateways name, once for each namespace in which their proxies run. */
export const gatewayCredentials: (mesh: Mesh) => readonly Credential[] = perMesh((mesh) => [
  ...configs(mesh, 'Gateway').flatMap((gateway) => {
    const workloads = workloadsOfGateway(mesh, gateway);
    const namespaces = [...new Set(workloads.map(({ namespace }) => namespace))];
    return [
      ...namespaces.flatMap((namespace) => credentialsOf(mesh, gateway, namespace)),
      ...credentialsInFiles(mesh, gateway, workloads),
    ];
  }),
  ...configs(mesh, 'KubernetesGateway')
    .filter(({ value }) => isIstioClass(mesh, value.spec?.gatewayClassName))
    .flatMap((gateway) => credentialsOfListeners(mesh, gateway)),
]);

/** The modes in which a gateway needs a certificate of its own. */
const WITH_CERTIFICATE = new Set(['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL']);

function credentialsOf(mesh: Mesh, gateway: Resource<KindMap['Gateway']>, namespace: string): Credential[] {
  return gateway.each('spec.servers[]').flatMap((server) => {
    const tls = server.get('tls');
    if (!WITH_CERTIFICATE.has(tls.value?.mode ?? '')) return [];
    const names = tls.value?.credentialName ? [tls.get('credentialName')] : tls.get('credentialNames').items();
    const hosts = server.each('hosts[]');
    const named = (field: Field<string | undefined>, holds: Credential['holds']) =>
      credentialNamed(mesh, field, namespace, holds, hosts);
    const authority = tls.get('caCertCredentialName');
    return [
      ...names.flatMap((field) => named(field, 'key')),
      ...(authority.value ? named(authority, 'authority') : []),
      // A Secret that is not there is missing once, for the key.
      ...(!authority.value && tls.value && impliesAuthority(tls.value)
        ? named(tls.get('credentialName'), 'authority').filter(({ secret }) => secret)
        : []),
    ];
  });
}

/** The Secrets whose files servers name, as far as they are in the input. */
function credentialsInFiles(mesh: Mesh, gateway: Gateway, workloads: readonly Workload[]): Credential[] {
  return gateway.each('spec.servers[]').flatMap((server) => {
    const tls = server.get('tls');
    const { mode, credentialName, credentialNames = [], serverCertificate = '', privateKey = '' } = tls.value ?? {};
    if (!WITH_CERTIFICATE.has(mode ?? '') || credentialName || credentialNames.length > 0) return [];
    const field = tls.get('serverCertificate');
    const hosts = server.each('hosts[]');
    const found = workloads.flatMap((workload): Credential[] => {
      const { namespace } = workload;
      const certificate = mountedKey(workload, serverCertificate);
      const key = mountedKey(workload, privateKey);
      const secret = certificate && key && isOfOneSecret(certificate, key) && secretOf(mesh, namespace, key.secret);
      if (!secret) return [];
      return [{ field, name: key.secret, namespace, secret, holds: 'key', hosts, keys: [certificate.key, key.key] }];
    });
    return found.filter(({ secret }, index) => found.findIndex((other) => other.secret === secret) === index);
  });
}

const isOfOneSecret = (one: MountedKey, other: MountedKey): boolean => one.secret === other.secret;

/** What Istio adds to the name of a Secret where it looks for the authority of the clients first. */
const AUTHORITY_SUFFIX = '-cacert';

const CHECKS_CLIENTS = new Set(['MUTUAL', 'OPTIONAL_MUTUAL']);

/** Whether the authority is looked for under the name of the key, as it has no name of its own. */
const impliesAuthority = ({ mode, credentialName, caCertificates }: ServerTLSSettings): boolean =>
  CHECKS_CLIENTS.has(mode ?? '') && Boolean(credentialName) && !caCertificates;

/** Names with a scheme lead elsewhere than to a Secret. istio: credentials.ParseResourceName */
function credentialNamed(
  mesh: Mesh,
  field: Field<string | undefined>,
  namespace: string,
  holds: Credential['holds'],
  hosts: readonly Field<string>[],
): Credential[] {
  const full = (field.value ?? '').replace(/^kubernetes:\/\//, '');
  if (full === '' || full.includes('://')) return [];
  const [before, after] = full.split('/', 2);
  const where = after === undefined ? namespace : before!;
  const name = after ?? before!;
  return [{ field, name, namespace: where, secret: credentialSecret(mesh, where, name, holds), holds, hosts }];
}

/** The Secret in which a certificate, or the authority of the clients, is found. istio: CredentialsController.GetCaCert */
export const credentialSecret = (
  mesh: Mesh,
  namespace: string,
  name: string,
  holds: Credential['holds'],
): Secret | undefined =>
  (holds === 'authority' ? secretOf(mesh, namespace, authorityName(name)) : undefined) ??
  secretOf(mesh, namespace, name);

/** The name of a Secret in which the authority of the clients is looked for first. */
export const authorityName = (name: string): string => name + AUTHORITY_SUFFIX;

function credentialsOfListeners(mesh: Mesh, gateway: Resource<KindMap['KubernetesGateway']>): Credential[] {
  return gateway.each('spec.listeners[]').flatMap((listener) => {
    if (listener.value.tls?.mode === 'Passthrough') return [];
    const hosts = listener.value.hostname ? [listener.get('hostname') as Field<string>] : [];
    return listener.each('tls.certificateRefs[]').flatMap((reference) => {
      const { name = '', namespace = gateway.namespace, kind = 'Secret' } = reference.value;
      if (kind !== 'Secret' || name === '') return [];
      const secret = secretOf(mesh, namespace, name);
      return [{ field: reference.get('name'), name, namespace, secret, holds: 'key' as const, hosts }];
    });
  });
}

const byName = perMesh((mesh) => groupBy(mesh.all('Secret'), ({ name }) => name));

const secretOf = (mesh: Mesh, namespace: string, name: string): Secret | undefined =>
  byName(mesh)
    .get(name)
    ?.find((secret) => secret.namespace === namespace);

/** Where Secrets of a name are. */
export const namespacesWithSecret = (mesh: Mesh, name: string): string[] =>
  (byName(mesh).get(name) ?? []).map(({ namespace }) => namespace);

/** What a Secret holds for a server: the text of its keys, or why there is none. */
export interface KeyPair {
  readonly certificate: Certificate | undefined;
  readonly key: PublicKey | 'unreadable';
  /** Under which names certificate and key are expected. */
  readonly names: readonly [certificate: string, key: string];
  /** Which names the certificate and key have in the Secret, absent where they are missing. */
  readonly certificateName: string | undefined;
  readonly keyName: string | undefined;
}

/** The names by which Istio finds certificate and key, the first that has both. istio: kube.ExtractCertInfo */
const PAIRS = [
  ['tls.crt', 'tls.key'],
  ['cert', 'key'],
] as const;

/** The certificate and key of a Secret, under names of their own where it is read as files. */
export function keyPairOf(secret: Secret, keys?: Credential['keys']): KeyPair {
  const pairs = keys ? [keys] : PAIRS;
  const texts = new Map<string, string>(pairs.flat().map((name) => [name, textIn(secret, name)]));
  const held = (name: string): string => texts.get(name) ?? '';
  const names = pairs.find(([certificate, key]) => held(certificate) && held(key)) ?? pairs[0];
  const [certificateName, keyName] = names;
  return {
    names,
    certificate: readCertificate(held(certificateName)),
    key: publicKeyOf(held(keyName)),
    certificateName: held(certificateName) ? certificateName : undefined,
    keyName: held(keyName) ? keyName : undefined,
  };
}

/** Whether a Secret holds the certificates of an authority. istio: kube.ExtractRoot */
export const holdsAuthority = (secret: Secret): boolean =>
  AUTHORITY_NAMES.some((name) => Boolean(secret.value.data?.[name] ?? secret.value.stringData?.[name]));

const AUTHORITY_NAMES = ['ca.crt', 'cacert'] as const;

/** What a Secret holds by a name, empty where it holds nothing. */
export function textIn({ value: { data = {}, stringData = {} } }: Secret, name: string): string {
  const plain = own(stringData, name);
  if (plain !== undefined) return plain;
  const bytes = fromBase64(own(data, name) ?? '');
  return bytes ? ascii(bytes) : '';
}
