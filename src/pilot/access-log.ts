/** The access logs of listeners, HTTP and TCP: as Telemetry says, else as MeshConfig does. */
import type { AccessLog, AccessLogFilter } from '../envoy/config';
import { alphabetically } from '../mesh/services/hostname';
import { accessLogs, providerNamed } from '../mesh/telemetry/telemetry';
import { type Push, perPushAnd } from './context';
import { grpcLog, providerLog } from './access-log/providers';
import { fileLogOfMesh } from './access-log/file';
import { type ListenerClass, sideOf, workloadOf } from './listener-class';
import { message } from './message';

/**
 * What can be logged: requests, connections, connections that no filter chain takes, and HBONE tunnels that cannot be opened, on
 * the side that opens them and on the other.
 */
export type Logged = 'http' | 'tcp' | 'listener' | 'tunnel-start' | 'tunnel-end';

/** `accessLog` of a connection manager, a TCP proxy or a listener; nothing where there is none. */
export function accessLog(push: Push, listeners: ListenerClass, logged: Logged): { accessLog?: AccessLog[] } {
  if (logged === 'listener' && push.meshConfig.disableEnvoyListenerLog) return {};
  const logs = logsOf(push, `${sideOf(listeners)} ${logged}`);
  return logs.length > 0 ? { accessLog: [...logs] } : {};
}

const logsOf = perPushAnd((push, key: `${'CLIENT' | 'SERVER'} ${Logged}`): readonly AccessLog[] => {
  const [side, logged] = key.split(' ') as ['CLIENT' | 'SERVER', Logged];
  const extra = ONLY[logged];
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
  const isTunnel = logged === 'tunnel-start' || logged === 'tunnel-end';
  if (meshConfig.enableEnvoyAccessLogService && !isTunnel) logs.push({ ...grpcLog(logged), ...joined(filters) });
  return logs;
}

/** Connections that are closed because no filter chain takes them are in no other log; of tunnels only faults are logged. */
const ONLY: Record<Logged, readonly AccessLogFilter[]> = {
  http: [],
  tcp: [],
  listener: [{ responseFlagFilter: { flags: ['NR'] } }],
  'tunnel-start': [{ responseFlagFilter: { flags: ['UF'] } }],
  'tunnel-end': [
    { statusCodeFilter: { comparison: { op: 'GE', value: { defaultValue: 400, runtimeKey: 'istio.io/unset' } } } },
  ],
};

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
