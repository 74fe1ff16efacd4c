/** The configuration of a proxy as text. */
import type { EnvoyConfig } from '../envoy/config';
import type { StartingPoint } from '../pilot/bootstrap';
import type { Origins } from '../pilot/origins';
import { clusterTable } from './envoy-cluster-table';
import { endpointTable } from './envoy-endpoint-table';
import { listenerTable } from './envoy-listener-table';
import { routeTable } from './envoy-route-table';
import { visible } from './visible';
import { yaml } from './yaml';

/** The kinds of resources that a proxy is sent. */
export const RESOURCES = ['listeners', 'routes', 'clusters', 'endpoints'] as const;
export type ResourceType = (typeof RESOURCES)[number];

/** All resources, or those of one kind alone. */
export type Wanted = ResourceType | 'all';

/** An object with a list for each kind of resource; of one kind, the list alone, as `istioctl proxy-config` prints it. */
export const envoyJson = (config: EnvoyConfig, wanted: Wanted): string =>
  `${JSON.stringify(contents(config, wanted), null, 2)}\n`;

/** The same as YAML; with origins, what each piece was made from stands beside it. */
export const envoyYaml = (config: EnvoyConfig, wanted: Wanted, origins?: Origins): string =>
  yaml(contents(config, wanted), origins && ((piece) => originOf(origins, piece)));

function contents({ listeners, routes, clusters, endpoints }: EnvoyConfig, wanted: Wanted): object {
  const all = { listeners, routes, clusters, endpoints };
  return wanted === 'all' ? all : all[wanted];
}

/** What an Envoy of its own starts with, in the two forms that it reads; YAML tells first what is not as in the mesh. */
export function bootstrapText({ bootstrap, notes }: StartingPoint, format: 'json' | 'yaml'): string {
  if (format === 'json') return `${JSON.stringify(bootstrap, null, 2)}\n`;
  return notes.map((note) => `# ${visible(note)}\n`).join('') + yaml(bootstrap);
}

/** As `reviews.yaml:7 spec.http[0]`. */
function originOf(origins: Origins, piece: object): string | undefined {
  const field = origins.get(piece);
  return field && visible(`${field.file.path}:${field.range.start.line} ${field.pathText}`.trimEnd());
}

/** Tables with the columns of `istioctl proxy-config`, one below the other. */
export function envoyTable(config: EnvoyConfig, wanted: Wanted): string {
  const { listeners, routes, clusters } = config;
  const tables: Record<ResourceType, () => string> = {
    listeners: () => listenerTable(listeners),
    routes: () => routeTable(routes),
    clusters: () => clusterTable(clusters),
    endpoints: () => endpointTable(config),
  };
  return (wanted === 'all' ? RESOURCES : [wanted]).map((type) => tables[type]()).join('\n');
}
