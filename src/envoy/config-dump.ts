/** The resources in what a running Envoy says of itself (`/config_dump`, `istioctl proxy-config all -o json`). */
import { isRecord } from './record';
import type { Cluster, ClusterLoadAssignment, EnvoyConfig, Listener, RouteConfiguration } from './config';
import { own } from './own';

/** Where a dump keeps the resources of a kind: those that it was sent, and those that it started with. */
const PLACES = {
  listeners: { sent: 'dynamicListeners', started: 'staticListeners', resource: 'listener' },
  routes: { sent: 'dynamicRouteConfigs', started: 'staticRouteConfigs', resource: 'routeConfig' },
  clusters: { sent: 'dynamicActiveClusters', started: 'staticClusters', resource: 'cluster' },
  endpoints: { sent: 'dynamicEndpointConfigs', started: 'staticEndpointConfigs', resource: 'endpointConfig' },
} as const;

type Json = Record<string, unknown>;

/**
 * The resources of a dump; undefined where it is none. What an Envoy was sent counts; one that was sent nothing has what it
 * started with.
 */
export function readConfigDump(dump: unknown): EnvoyConfig | undefined {
  const { configs } = (isRecord(dump) ? dump : {}) as { configs?: unknown };
  if (!Array.isArray(configs)) return undefined;
  const parts = Object.assign({}, ...configs.filter(isRecord).map((part) => inCamelCase(part))) as Json;
  const wasSent = Object.values(PLACES).some(({ sent }) => Array.isArray(parts[sent]) && parts[sent].length > 0);
  const resources = <Resource>({ sent, started, resource }: (typeof PLACES)[keyof typeof PLACES]): Resource[] => {
    const entries = parts[wasSent ? sent : started];
    return (Array.isArray(entries) ? entries : []).flatMap((entry) => resourceIn(entry, resource) ?? []) as Resource[];
  };
  return {
    listeners: resources<Listener>(PLACES.listeners),
    routes: resources<RouteConfiguration>(PLACES.routes),
    clusters: resources<Cluster>(PLACES.clusters),
    endpoints: resources<ClusterLoadAssignment>(PLACES.endpoints),
    ...(!(PLACES.endpoints.sent in parts || PLACES.endpoints.started in parts) && { endpointsUnknown: true }),
    runtime: runtimeOf(parts['bootstrap']),
  };
}

/** The values of the runtime layers that stand in the bootstrap, later ones over earlier ones, with dots between the steps of names. */
function runtimeOf(bootstrap: unknown): Record<string, unknown> {
  const { layeredRuntime } = (isRecord(bootstrap) ? bootstrap : {}) as { layeredRuntime?: { layers?: unknown } };
  const layers = Array.isArray(layeredRuntime?.layers) ? layeredRuntime.layers.filter(isRecord) : [];
  const flat = layers.map(({ staticLayer }) => flattened(isRecord(staticLayer) ? staticLayer : {}));
  return Object.assign({}, ...flat) as Record<string, unknown>;
}

function flattened(layer: Json, prefix = ''): Json {
  const entries = Object.entries(layer).flatMap(([key, value]) =>
    isRecord(value) ? Object.entries(flattened(value, `${prefix}${key}.`)) : [[prefix + key, value] as const],
  );
  return Object.fromEntries(entries);
}

/** A listener stands one level further down, beside those that come and go. */
function resourceIn(entry: unknown, name: string): Json | undefined {
  if (!isRecord(entry)) return undefined;
  const { activeState } = entry;
  const resource = own(isRecord(activeState) ? activeState : entry, name);
  if (!isRecord(resource)) return undefined;
  return Object.fromEntries(Object.entries(resource).filter(([key]) => key !== '@type'));
}

const SNAKE = /^[a-z0-9]+(?:_[a-z0-9]+)+$/;
/** What holds names of the user's or of filters, which are not fields of Envoy's. */
const FREE = new Set(['filterMetadata', 'value', 'jsonFormat', 'staticLayer']);

const inCamel = (key: string): string => key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Envoy writes its fields in either of two ways; this is the one of proto3 JSON. */
function inCamelCase<Value>(value: Value, isFree = false): Value {
  if (Array.isArray(value)) return value.map((item: unknown) => inCamelCase(item, isFree)) as Value;
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => {
    const name = isFree || !SNAKE.test(key) ? key : inCamel(key);
    return [name, inCamelCase(item, isFree || FREE.has(name))];
  });
  return Object.fromEntries(entries) as Value;
}
