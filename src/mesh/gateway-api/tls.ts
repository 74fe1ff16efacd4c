/** The TLS settings of a listener as a server of Istio has them. */
import { CIPHER_SUITES } from '../../schema/facts/cipher-suites';
import type {
  GatewayTLSConfig,
  ListenerTLSConfig,
  ObjectReference,
  SecretObjectReference,
  TLSConfig,
} from '../../schema/kinds/gateway-api';
import type { ServerTLSSettings } from '../../schema/kinds/networking';
import type { Mesh } from '../mesh';
import { isAutoPassthrough } from './auto-passthrough';
import { hasAuthority, hasCertificate } from './certificates';
import { CONFIG_MAP, type FullKind, SECRET, isGranted, kindOf } from './references';

/** What keeps the TLS of a listener from working. */
export type TlsProblem =
  | { readonly because: 'too-many-certificates' }
  | { readonly because: 'too-many-authorities' }
  | {
      readonly because: 'not-a-secret' | 'no-certificate' | 'not-granted';
      readonly reference: SecretObjectReference;
    }
  | {
      readonly because: 'authority-of-other-kind' | 'no-authority' | 'authority-not-granted';
      readonly reference: ObjectReference;
    };

/** The settings as far as they go, and what is wrong with them. */
export interface Tls {
  readonly settings: ServerTLSSettings;
  readonly problem?: TlsProblem;
}

/** Whose listener it is. */
export interface Owner {
  readonly kind: FullKind;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

const MODE = 'gateway.istio.io/tls-terminate-mode';
const CIPHERS = 'gateway.istio.io/tls-cipher-suites';

/** istio: buildTLS */
export function tlsOf(
  mesh: Mesh,
  owner: Owner,
  port: number,
  listener: ListenerTLSConfig,
  gateway: GatewayTLSConfig | undefined,
): Tls {
  if (listener.mode === 'Passthrough')
    return {
      settings: {
        mode: isAutoPassthrough(owner.labels, port, listener) ? 'AUTO_PASSTHROUGH' : 'PASSTHROUGH',
        ...ciphersOf(listener),
      },
    };
  const mode = listener.options?.[MODE] ?? '';
  if (mode === 'ISTIO_SIMPLE') return { settings: { mode: 'SIMPLE', credentialName: 'builtin://' } };
  if (mode === 'ISTIO_MUTUAL') return { settings: { mode: 'ISTIO_MUTUAL' } };
  const own = MODES.get(mode);
  const certificates = certificatesOf(mesh, owner, listener, { mode: own ?? 'SIMPLE' });
  if (certificates.problem) return certificates;
  const clients = clientsOf(mesh, owner, frontendOf(gateway, port), certificates.settings);
  if (clients.problem) return clients;
  const asked = own && clients.settings.caCertCredentialName !== undefined;
  const settings: ServerTLSSettings = asked
    ? { ...clients.settings, mode: own, insecureSkipVerify: false }
    : clients.settings;
  return { settings: { ...settings, ...ciphersOf(listener) } };
}

const MODES = new Map<string, ServerTLSSettings['mode']>([
  ['MUTUAL', 'MUTUAL'],
  ['OPTIONAL_MUTUAL', 'OPTIONAL_MUTUAL'],
]);

/** Up to two certificates, of which one must be usable. */
function certificatesOf(mesh: Mesh, owner: Owner, listener: ListenerTLSConfig, settings: ServerTLSSettings): Tls {
  const { certificateRefs = [] } = listener;
  if (certificateRefs.length > 2) return { settings, problem: { because: 'too-many-certificates' } };
  const found = certificateRefs.map((reference) => certificate(mesh, owner, reference));
  const names = found.map(({ name }) => name ?? '');
  const usable = names.filter((name) => name !== '');
  const problem = found.find((each) => each.problem)?.problem;
  if (usable.length === 0) return problem ? { settings, problem } : { settings };
  // Istio takes the first name even where only the second is usable.
  return {
    settings: { ...settings, ...(usable.length === 1 ? { credentialName: names[0]! } : { credentialNames: names }) },
  };
}

/** istio: buildSecretReference */
function certificate(
  mesh: Mesh,
  owner: Owner,
  reference: SecretObjectReference,
): { name?: string; problem?: TlsProblem } {
  const { name = '', namespace = owner.namespace } = reference;
  const isForeign = namespace !== owner.namespace;
  if (isForeign && !isGranted(mesh, owner, { kind: SECRET, namespace }, name))
    return { problem: { because: 'not-granted', reference } };
  if (kindOf(reference, SECRET) !== SECRET) return { problem: { because: 'not-a-secret', reference } };
  if (!hasCertificate(mesh, namespace, name)) return { problem: { because: 'no-certificate', reference } };
  return { name: `kubernetes-gateway://${namespace}/${name}` };
}

/** What a Gateway says of clients' certificates for a port. istio: resolveGatewayTLS */
function frontendOf(gateway: GatewayTLSConfig | undefined, port: number): TLSConfig | undefined {
  const { perPort = [], default: usual } = gateway?.frontend ?? {};
  const own = perPort.find((each) => each.port === port);
  return own ? own.tls : usual;
}

/** Clients that must show certificates of their own. istio: buildCaCertificateReference */
function clientsOf(mesh: Mesh, owner: Owner, frontend: TLSConfig | undefined, settings: ServerTLSSettings): Tls {
  const { caCertificateRefs = [], mode } = frontend?.validation ?? {};
  const [reference, ...others] = caCertificateRefs;
  if (!reference) return { settings };
  if (others.length > 0) return { settings, problem: { because: 'too-many-authorities' } };
  const { name = '', namespace = owner.namespace } = reference;
  const kind = kindOf(reference, '/');
  if (namespace !== owner.namespace && !isGranted(mesh, owner, { kind, namespace }, `${name}${CA_SUFFIX}`))
    return { settings, problem: { because: 'authority-not-granted', reference } };
  const holder = kind === SECRET ? 'Secret' : kind === CONFIG_MAP ? 'ConfigMap' : undefined;
  if (!holder) return { settings, problem: { because: 'authority-of-other-kind', reference } };
  if (!hasAuthority(mesh, holder, namespace, name))
    return { settings, problem: { because: 'no-authority', reference } };
  const insecure = mode === 'AllowInsecureFallback';
  const scheme = holder === 'Secret' ? 'kubernetes-gateway' : 'configmap';
  return {
    settings: {
      ...settings,
      mode: insecure ? 'OPTIONAL_MUTUAL' : 'MUTUAL',
      insecureSkipVerify: insecure,
      caCertCredentialName: `${scheme}://${namespace}/${name}${CA_SUFFIX}`,
    },
  };
}

const CA_SUFFIX = '-cacert';

/** Names that Envoy does not know are left out. istio: security.FilterCipherSuites */
function ciphersOf({ options }: ListenerTLSConfig): Pick<ServerTLSSettings, 'cipherSuites'> {
  const named = (options?.[CIPHERS] ?? '').split(',').map((cipher) => cipher.trim());
  const cipherSuites = [...new Set(named.filter((cipher) => CIPHER_SUITES.has(cipher)))];
  return cipherSuites.length > 0 ? { cipherSuites } : {};
}
