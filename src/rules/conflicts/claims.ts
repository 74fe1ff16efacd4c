/** VirtualServices that speak for the same hosts: who may see both, whose traffic it is, and which of them counts. */
import type { Named, Route, VirtualService } from '../../mesh/traffic/virtual-services';
import type { Export } from '../../mesh/traffic/visibility';
import type { HTTPMatchRequest } from '../../schema/kinds/networking';
import { isAskedAt } from '../routes/subsumption/http';
import { older } from './age';
import { own } from '../../source/own';

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

type Origin = Pick<HTTPMatchRequest, 'port' | 'gateways' | 'sourceLabels' | 'sourceNamespace'>;

/** On which ports, and to which proxies, routes are known in the mesh. */
function originsOf(routes: readonly Route<{ match?: Origin[] }>[]): Origin[] {
  const all = routes.flatMap(({ value }): Origin[] => (value.match?.length ? value.match : [{}]));
  const asked = all.filter((match) => isAskedAt(match, 'mesh'));
  // Where gateways are named, the sources are not looked at.
  const origins = asked.map(({ gateways, port = 0, sourceLabels = {}, sourceNamespace = '' }) =>
    gateways?.length ? { port } : { port, sourceLabels, sourceNamespace },
  );
  return [...new Map(origins.map((origin) => [JSON.stringify(origin), origin])).values()];
}

/** Whether some sidecar could use the routes of either for some request or connection: Istio asks the next where one has none for it. */
export const compete = (one: VirtualService, other: VirtualService): boolean =>
  (['http', 'tls', 'tcp'] as const).some((kind) => {
    const theirs = originsOf(other[kind]);
    return originsOf(one[kind]).some((ours) => theirs.some((origin) => meet(ours, origin)));
  });

function meet(one: Origin, other: Origin): boolean {
  if (one.port && other.port && one.port !== other.port) return false;
  const [ours, theirs] = [one.sourceNamespace, other.sourceNamespace];
  if (ours && theirs && ours !== theirs) return false;
  const labels = Object.entries(one.sourceLabels ?? {});
  return labels.every(([name, value]) => (own(other.sourceLabels, name) ?? value) === value);
}
