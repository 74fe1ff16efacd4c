import type { Service } from '../mesh/services/service';

/** What a pattern for names of statistics is filled in with. */
export interface StatPlace {
  readonly service: Pick<Service, 'isInCluster' | 'hostname' | 'name' | 'namespace'>;
  readonly subset: string;
  readonly port: { readonly number: number; readonly name: string };
  /** The port of the workload; 0 for what leaves the proxy, undefined where a pattern cannot ask for it. */
  readonly targetPort: number | undefined;
}

/** The name of statistics that MeshConfig asks for. istio: telemetry.BuildStatPrefix */
export function statPrefix(pattern: string, { service, subset, port, targetPort }: StatPlace): string {
  const { isInCluster, hostname, name, namespace } = service;
  return pattern
    .replaceAll('%SERVICE%', isInCluster ? `${name}.${namespace}` : hostname)
    .replaceAll('%SERVICE_NAME%', isInCluster ? name : hostname)
    .replaceAll('%SERVICE_FQDN%', hostname)
    .replaceAll('%SUBSET_NAME%', subset)
    .replaceAll('%TARGET_PORT%', targetPort === undefined ? '%TARGET_PORT%' : String(targetPort))
    .replaceAll('%SERVICE_PORT%', String(port.number))
    .replaceAll('%SERVICE_PORT_NAME%', port.name);
}

/** Envoy takes the last semicolon for the end of a cluster's name. istio: util.DelimitedStatsPrefix */
export const delimited = (prefix: string): string => `${prefix};`;
