/** VirtualServices that others delegate routes to, and how their routes are merged. */
import { withoutUndefined } from '../../source/without-undefined';
import type { KindMap } from '../../schema/kinds';
import type { HTTPMatchRequest, HTTPRoute, StringMatch } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { configs } from '../settings/configs';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { meshConfig } from '../settings/mesh-config';
import { exportOf, reaches } from './visibility';
import { own } from '../../source/own';

type VirtualService = Resource<KindMap['VirtualService']>;

/** What a route's `delegate` leads to. Only a VirtualService without hosts can take over, and it must be exported to the root's namespace. */
export type Delegation =
  | { readonly met: true; readonly delegate: VirtualService }
  | { readonly met: false; readonly because: 'unknown' }
  | { readonly met: false; readonly because: 'has-hosts' | 'not-exported'; readonly delegate: VirtualService };

const byName = perMesh(
  (mesh) => new Map(configs(mesh, 'VirtualService').map((each) => [`${each.namespace}/${each.name}`, each])),
);

/** Where a route is delegated to; undefined where it is not. istio: mergeVirtualServices */
export function delegationOf(mesh: Mesh, route: Field<HTTPRoute>): Delegation | undefined {
  const { delegate: reference } = route.value;
  if (!reference) return undefined;
  const { namespace } = route.resource;
  const delegate = byName(mesh).get(`${reference.namespace || namespace}/${reference.name ?? ''}`);
  if (!delegate) return { met: false, because: 'unknown' };
  const { hosts, exportTo = [] } = delegate.value.spec ?? {};
  if (hosts?.length) return { met: false, because: 'has-hosts', delegate };
  const to = exportOf(exportTo, meshConfig(mesh).defaultVirtualServiceExportTo, delegate.namespace);
  return reaches(to, namespace) ? { met: true, delegate } : { met: false, because: 'not-exported', delegate };
}

/** One route of a delegate below the route that delegates; undefined where their matches contradict. istio: model.mergeHTTPRoute */
export function underRoot(root: HTTPRoute, route: HTTPRoute): HTTPRoute | undefined {
  const match = mergedMatches(root.match ?? [], route.match ?? []);
  if (!match) return undefined;
  const inherited: Partial<HTTPRoute> = {};
  for (const name of INHERITED) if (route[name] === undefined) Object.assign(inherited, { [name]: root[name] });
  return { ...route, ...inherited, match, name: joined(root.name, route.name) };
}

const INHERITED = [
  'rewrite',
  'directResponse',
  'timeout',
  'retries',
  'fault',
  'mirror',
  'mirrorPercent',
  'mirrorPercentage',
  'corsPolicy',
  'mirrors',
  'headers',
] as const;

const joined = (root = '', own = ''): string => (root && own ? `${root}-${own}` : own || root);

/** Every match of the delegate must lie within one of the root's. istio: model.mergeHTTPMatchRequests */
function mergedMatches(roots: HTTPMatchRequest[], own: HTTPMatchRequest[]): HTTPMatchRequest[] | undefined {
  if (roots.length === 0) return own;
  if (own.length === 0) return roots;
  const merged = own.map((match) =>
    roots.filter((root) => !contradict(root, match)).map((root) => within(root, match)),
  );
  return merged.some((found) => found.length === 0) ? undefined : merged.flat();
}

/** istio: model.mergeHTTPMatchRequest */
function within(root: HTTPMatchRequest, own: HTTPMatchRequest): HTTPMatchRequest {
  return withoutUndefined({
    ...own,
    name: joined(root.name, own.name),
    uri: own.uri ?? root.uri,
    scheme: own.scheme ?? root.scheme,
    method: own.method ?? root.method,
    authority: own.authority ?? root.authority,
    headers: { ...root.headers, ...own.headers },
    withoutHeaders: { ...root.withoutHeaders, ...own.withoutHeaders },
    queryParams: { ...root.queryParams, ...own.queryParams },
    port: own.port || root.port,
    sourceLabels: { ...root.sourceLabels, ...own.sourceLabels },
    sourceNamespace: own.sourceNamespace || root.sourceNamespace,
    gateways: own.gateways?.length ? own.gateways : root.gateways,
    statPrefix: own.statPrefix || root.statPrefix,
  });
}

/** istio: model.hasConflict */
function contradict(root: HTTPMatchRequest, match: HTTPMatchRequest): boolean {
  if (ATTRIBUTES.some((name) => texts(root[name], match[name]))) return true;
  if (MAPS.some((name) => Object.entries(match[name] ?? {}).some(([key, value]) => texts(own(root[name], key), value))))
    return true;
  if ((root.ignoreUriCase ?? false) !== (match.ignoreUriCase ?? false)) return true;
  if (root.port && match.port && root.port !== match.port) return true;
  if (root.sourceNamespace && match.sourceNamespace !== root.sourceNamespace) return true;
  const labels = Object.entries(match.sourceLabels ?? {});
  if (labels.some(([key, value]) => (own(root.sourceLabels, key) ?? value) !== value)) return true;
  const { gateways = [] } = root;
  return gateways.length > 0 && (match.gateways ?? []).some((gateway) => !gateways.includes(gateway));
}

const ATTRIBUTES = ['uri', 'scheme', 'method', 'authority'] as const;
const MAPS = ['headers', 'withoutHeaders', 'queryParams'] as const;

/** Whether a delegate's text match reaches beyond the root's. istio: model.stringMatchConflict */
function texts(root: StringMatch | undefined, own: StringMatch | undefined): boolean {
  if (!root || !own) return false;
  if (root.regex && (own.regex || own.prefix || own.exact)) return true;
  if (own.regex && (root.prefix || root.exact)) return true;
  if (root.exact) return Boolean(own.prefix) || own.exact !== root.exact;
  if (!root.prefix) return true;
  if (own.prefix) return !own.prefix.startsWith(root.prefix);
  return own.exact ? !own.exact.startsWith(root.prefix) : true;
}
