import { fitsWildcards } from '../source/glob';
import { covers, fullHost } from './services/hostname';
import type { Mesh } from './mesh';

/** A thing that a reference names, by the name that stands there. */
export interface Named {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Whether somebody says that a thing exists which the input does not hold. */
export function isAssumed(mesh: Mesh, thing: Named): boolean {
  const { hosts = [], namespaces = [], gateways = [], secrets = [], delegates = [] } = mesh.assumed;
  switch (thing.kind) {
    case 'Service':
    case 'ServiceEntry':
    case 'DestinationRule':
      return hosts.some((host) => formsOf(mesh, thing).some((form) => covers(host, form)));
    case 'Namespace':
      return matches(thing.name, namespaces);
    case 'Gateway':
    case 'KubernetesGateway':
      return matches(inNamespace(thing), gateways);
    case 'Secret':
      return matches(inNamespace(thing), secrets);
    case 'VirtualService':
      return matches(inNamespace(thing), delegates);
    default:
      return false;
  }
}

/** The subsets that somebody says a host has, perhaps as patterns; none where nobody names any. */
export function assumedSubsets(mesh: Mesh, host: string, namespace: string): string[] {
  const forms = formsOf(mesh, { kind: 'Service', namespace, name: host });
  return (mesh.assumed.subsets ?? []).flatMap((entry) => {
    const at = entry.lastIndexOf('/');
    return forms.some((form) => covers(entry.slice(0, at), form)) ? entry.slice(at + 1) : [];
  });
}

/** The ways in which the host that a reference means can be written, with and without what every Service's host ends with. */
function formsOf({ domain }: Mesh, { name, namespace }: Named): string[] {
  const host = fullHost(name.slice(name.indexOf('/') + 1), namespace, domain);
  const ends = [`.svc.${domain}`, `.${domain}`];
  const shorter = ends.filter((end) => host.endsWith(end)).map((end) => host.slice(0, -end.length));
  return [host, ...shorter, ...ends.map((end) => host + end)];
}

const inNamespace = ({ name, namespace }: Named): string => (name.includes('/') ? name : `${namespace}/${name}`);

/** Whether a name fits one of some patterns. */
export const matches = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => fitsWildcards(pattern, name));
