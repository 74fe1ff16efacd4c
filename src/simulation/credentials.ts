/** The Secrets behind the names under which proxies fetch certificates, and what is wrong with them. */
import type { Options, SecretFault as Consequence } from '../envoy/run/run';
import { type SecretFault, type SecretName, secretFault } from '../mesh/gateways/credential-faults';
import type { Mesh } from '../mesh/mesh';
import type { HopProxy } from './journey';
import type { CredentialFault } from './reason';

const SECRET = 'kubernetes://';
const SECRET_OF_GATEWAY = 'kubernetes-gateway://';
const AUTHORITY = /-cacert$/;

/** The Secret of a name; undefined where it is none of the cluster, as for the certificates of the mesh. istio: credentials.ParseResourceName */
function secretNamed(name: string, { namespace }: HopProxy): SecretName | undefined {
  const scheme = [SECRET_OF_GATEWAY, SECRET].find((each) => name.startsWith(each));
  if (scheme === undefined) return undefined;
  const full = name.slice(scheme.length);
  const [before = '', after] = full.split('/', 2);
  const named = (after ?? before).replace(AUTHORITY, '');
  return {
    namespace: after === undefined ? namespace : before,
    name: named,
    holds: AUTHORITY.test(full) ? 'authority' : 'key',
  };
}

/** What is wrong with a secret that a proxy fetches. */
export function credentialFault(
  mesh: Mesh,
  proxy: HopProxy,
  name: string,
  { now }: Options,
): CredentialFault | undefined {
  const secret = secretNamed(name, proxy);
  const fault = secret && secretFault(mesh, secret, now === undefined ? undefined : now * 1000);
  return fault && { secret: { name: secret.name, namespace: secret.namespace }, fault };
}

/** What comes of the secrets of a proxy, as its execution asks for it. */
export const secretFaultsOf =
  (mesh: Mesh, proxy: HopProxy, options: Options): NonNullable<Options['secretFault']> =>
  (name) => {
    const found = credentialFault(mesh, proxy, name, options);
    return found && consequenceOf(found.fault);
  };

function consequenceOf({ kind }: SecretFault): Consequence {
  switch (kind) {
    case 'expired':
    case 'not valid yet':
      return 'refused by peers';
    case 'missing':
    case 'no authority':
    case 'no certificate':
    case 'no certificate and key':
    case 'no key':
    case 'invalid certificate':
    case 'invalid key':
    case 'key of another certificate':
    case 'short key':
      return 'not usable';
  }
}
