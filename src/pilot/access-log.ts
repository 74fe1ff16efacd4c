/** The access logs of listeners, HTTP and TCP: as Telemetry says, else as MeshConfig does. */
import type { AccessLog, AccessLogFilter } from '../envoy/config';
import { alphabetically } from '../mesh/hostname';
import { accessLogs, providerNamed } from '../mesh/telemetry';
import { type Push, perPushAnd } from './context';
import { grpcLog, providerLog } from './access-log/providers';
import { fileLogOfMesh } from './access-log/file';
import { type ListenerClass, sideOf, workloadOf } from './listener-class';
import { message } from './message';

/** What can be logged: requests, connections, and connections that no filter chain takes. */
export type Logged = 'http' | 'tcp' | 'listener';

/** `accessLog` of a connection manager, a TCP proxy or a listener; nothing where there is none. */
export function accessLog(push: Push, listeners: ListenerClass, logged: Logged): { accessLog?: AccessLog[] } {
  if (logged === 'listener' && push.meshConfig.disableEnvoyListenerLog) return {};
  const logs = logsOf(push, `${sideOf(listeners)} ${logged}`);
  return logs.length > 0 ? { accessLog: [...logs] } : {};
}

const logsOf = perPushAnd((push, key: `${'CLIENT' | 'SERVER'} ${Logged}`): readonly AccessLog[] => {
  const [side, logged] = key.split(' ') as ['CLIENT' | 'SERVER', Logged];
  const extra = logged === 'listener' ? [NO_CHAIN] : [];
  const declared = [...(accessLogs(push.mesh, workloadOf(push), side) ?? [])].flatMap(
    ([name, { disabled, filter }]) => {
      const provider = providerNamed(push.mesh, name);
      const log = provider && providerLog(push, provider);
      const filters = [...extra, ...(filter ? [celFilter(filter.expression ?? '')] : [])];
      return log ? [{ name: provider?.name ?? '', disabled, log: { ...log, ...joined(filters) } }] : [];
    },
  );
  // Where Telemetry names no provider that can log, not even to silence it, MeshConfig has its way.
  if (declared.length === 0) return logsOfMesh(push, logged, extra);
  declared.sort((one, other) => alphabetically(one.name, other.name));
  return declared.filter(({ disabled }) => !disabled).map(({ log }) => log);
});

/** istio: AccessLogBuilder.setTCPAccessLog, setHTTPAccessLog, setListenerAccessLog */
function logsOfMesh({ meshConfig }: Push, logged: Logged, filters: readonly AccessLogFilter[]): AccessLog[] {
  const logs: AccessLog[] = [];
  if (meshConfig.accessLogFile !== '')
    logs.push({ ...fileLogOfMesh(meshConfig, meshConfig.accessLogFile), ...joined(filters) });
  if (meshConfig.enableEnvoyAccessLogService) logs.push({ ...grpcLog(logged), ...joined(filters) });
  return logs;
}

/** Connections that are closed because no filter chain takes them are in no other log. */
const NO_CHAIN: AccessLogFilter = { responseFlagFilter: { flags: ['NR'] } };

const celFilter = (expression: string): AccessLogFilter => ({
  extensionFilter: {
    name: 'envoy.access_loggers.extension_filters.cel',
    typedConfig: message('envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter', {
      ...(expression && { expression }),
    }),
  },
});

/** istio: buildAccessLogFilter */
function joined(filters: readonly AccessLogFilter[]): { filter?: AccessLogFilter } {
  const [first, ...others] = filters;
  if (!first) return {};
  return { filter: others.length > 0 ? { andFilter: { filters: [...filters] } } : first };
}
