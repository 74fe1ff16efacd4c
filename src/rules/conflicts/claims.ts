/** VirtualServices that speak for the same hosts: who may see both, whose traffic it is, and which of them counts. */
import type { Named, Route, VirtualService } from '../../mesh/virtual-services';
import type { Export } from '../../mesh/visibility';
import { isAskedAt } from '../subsumption/http';
import { older } from './age';

/** A host, and a VirtualService that has routes for it. */
export interface Claim {
  readonly virtualService: VirtualService;
  readonly host: Named;
}

/** Which of two counts: this one, or the other; and the namespace where that is so, if not everywhere. */
export interface Precedence {
  readonly winner: 'this' | 'other' | 'unknown';
  readonly because: 'age' | 'export';
  readonly namespace: string | undefined;
}

/** The namespaces that both are exported to; `everywhere` where neither is kept back. */
export function sharedBy(one: Export, other: Export): Export {
  if (one === 'everywhere') return other;
  return other === 'everywhere' ? one : new Set([...one].filter((namespace) => other.has(namespace)));
}

/** Which of two VirtualServices for one host counts with sidecars; undefined where no namespace sees both. istio: model.SelectVirtualServices */
export function precedence(one: VirtualService, other: VirtualService): Precedence | undefined {
  const shared = sharedBy(one.exportTo, other.exportTo);
  if (shared === 'everywhere')
    return { winner: older(one.resource, other.resource), because: 'age', namespace: undefined };
  const [namespace] = shared;
  if (namespace === undefined) return undefined;
  const difference = closeness(one, namespace) - closeness(other, namespace);
  if (difference === 0) return { winner: older(one.resource, other.resource), because: 'age', namespace };
  return { winner: difference < 0 ? 'this' : 'other', because: 'export', namespace };
}

/** What a namespace keeps to itself comes first, then what it alone is given, then what all are given. */
function closeness({ exportTo, namespace }: VirtualService, viewer: string): number {
  if (exportTo === 'everywhere') return 2;
  return namespace === viewer ? 0 : 1;
}

type Ports = 'any' | ReadonlySet<number>;

/** The ports on which routes are asked at a gateway. */
function portsAt(
  routes: readonly Route<{ match?: { port?: number; gateways?: string[] }[] }>[],
  gateway: string,
): Ports {
  const ports = new Set<number>();
  for (const { value } of routes) {
    if (!value.match?.length) return 'any';
    for (const match of value.match) {
      if (!isAskedAt(match, gateway)) continue;
      if (!match.port) return 'any';
      ports.add(match.port);
    }
  }
  return ports;
}

/** Whether sidecars could use the routes of either for some request or connection. */
export const compete = (one: VirtualService, other: VirtualService): boolean =>
  (['http', 'tls', 'tcp'] as const).some((kind) => meet(portsAt(one[kind], 'mesh'), portsAt(other[kind], 'mesh')));

function meet(one: Ports, other: Ports): boolean {
  if (one === 'any') return other === 'any' || other.size > 0;
  return other === 'any' ? one.size > 0 : [...one].some((port) => other.has(port));
}
