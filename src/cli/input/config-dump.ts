/** Files with what a running Envoy says of itself. */
import type { EnvoyConfig } from '../../envoy/config';
import { readConfigDump } from '../../envoy/config-dump';
import { readMessage } from '../../schema/messages/read';
import { UnknownType, Unreadable } from '../../schema/messages/unreadable';
import { UsageError } from '../usage-error';
import { jsonIn } from './json-file';

const TYPES = {
  listeners: 'envoy.config.listener.v3.Listener',
  routes: 'envoy.config.route.v3.RouteConfiguration',
  clusters: 'envoy.config.cluster.v3.Cluster',
  endpoints: 'envoy.config.endpoint.v3.ClusterLoadAssignment',
} as const;

/** The configuration in the output of `/config_dump` or `istioctl proxy-config all -o json`. */
export function configDumpIn(file: string): EnvoyConfig {
  const config = readConfigDump(jsonIn(file));
  if (!config) throw new UsageError(`"${file}" is not a config dump of Envoy: it has no list "configs"`);
  for (const kind of ['listeners', 'routes', 'clusters', 'endpoints'] as const)
    for (const [index, resource] of config[kind].entries()) {
      const fault = faultOf(TYPES[kind], resource, `${kind}[${index}]`);
      if (fault !== undefined) throw new UsageError(`"${file}" is not a config dump of Envoy: ${fault}`);
    }
  return config;
}

/** Why no Envoy has such a resource. Extensions that Istio does not know may hold anything. */
function faultOf(type: string, resource: unknown, path: string): string | undefined {
  try {
    readMessage(type, resource, path);
    return undefined;
  } catch (error) {
    if (error instanceof UnknownType) return undefined;
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}
