/** What only Istio's build of Envoy knows is left out, and routes stand where they would be fetched. */
import type { Extension, HttpConnectionManager, RouteConfiguration } from '../../envoy/config';
import type { Notes } from './secrets';

/** Extensions of Istio's own, and those of Envoy's that stock builds are made without. */
const UNKNOWN = [
  /^istio[._]/,
  /^waypoint_(down|up)stream_peer_metadata$/,
  /^envoy\.filters\.network\.(mongo|mysql|postgres|kafka_broker|rocketmq)_proxy$/,
];

/** Lists of extensions from which one can be taken out. */
const LISTS = new Set(['filters', 'httpFilters', 'listenerFilters', 'accessLog']);

/** The resources for an Envoy that is alone. */
export function standAlone<Resources extends object>(
  resources: Resources,
  routes: readonly RouteConfiguration[],
  notes: Notes,
): Resources {
  const byName = new Map(routes.map((each) => [each.name, each]));
  return rewritten(resources, (value, key) => {
    if (LISTS.has(key) && Array.isArray(value)) return known(value as Extension[], notes);
    if (isConnectionManager(value)) return withRoutes(value, byName);
    return 'factoryKey' in value && value.factoryKey === HASHABLE ? { ...value, factoryKey: STOCK_HASHABLE } : value;
  });
}

/** A text in the state of a connection that may tell apart connections to servers: Istio's build has it under a name of its own. */
const HASHABLE = 'istio.hashable_string';
const STOCK_HASHABLE = 'envoy.hashable_string';

type Rewrite = (value: object, key: string) => object;

/** A copy of a JSON-like value; every object and list in it is rewritten, from the outside in. */
export function rewritten<Value>(value: Value, rewrite: Rewrite, key = ''): Value {
  if (value === null || typeof value !== 'object') return value;
  const made = rewrite(value, key);
  if (Array.isArray(made)) return (made as unknown[]).map((item) => rewritten(item, rewrite)) as Value;
  const entries = Object.entries(made).map(([name, item]) => [name, rewritten(item as unknown, rewrite, name)]);
  return Object.fromEntries(entries) as Value;
}

function known(extensions: readonly Extension[], notes: Notes): Extension[] {
  return extensions.filter((extension) => {
    const { name = '' } = extension;
    if ('configDiscovery' in extension) {
      notes.add(`the filter "${name}" is left out: it would be fetched from the control plane`);
      return false;
    }
    if (!UNKNOWN.some((pattern) => pattern.test(name))) return true;
    notes.add(`the extension "${name}" is left out: stock builds of Envoy do not know it`);
    return false;
  });
}

const isConnectionManager = (value: object): value is HttpConnectionManager =>
  String((value as HttpConnectionManager)['@type']).endsWith('.HttpConnectionManager');

/** A route to a cluster that does not exist is a 503 in the mesh, and no reason not to start. */
function withRoutes(
  { rds, ...manager }: HttpConnectionManager,
  routes: ReadonlyMap<string | undefined, RouteConfiguration>,
): HttpConnectionManager {
  const name = rds?.routeConfigName;
  const routeConfig = rds ? (routes.get(name) ?? { name: name ?? '', virtualHosts: [] }) : manager.routeConfig;
  return { ...manager, ...(routeConfig && { routeConfig: { ...routeConfig, validateClusters: false } }) };
}
