/** The logs of MeshConfig's providers. */
import type { AccessLog } from '../../envoy/config';
import { alphabetically } from '../../mesh/services/hostname';
import type {
  MeshConfigExtensionProvider,
  MeshConfigExtensionProviderEnvoyHttpGrpcV3LogProvider as HttpProvider,
  MeshConfigExtensionProviderEnvoyOpenTelemetryLogProvider as OpenTelemetryProvider,
  MeshConfigExtensionProviderEnvoyTcpGrpcV3LogProvider as TcpProvider,
} from '../../schema/kinds/mesh';
import type { Push } from '../context';
import { message } from '../message';
import { type ProviderCluster, providerCluster } from '../provider-cluster';
import { fileLog, fileLogOfMesh } from './file';
import { TEXT_FORMAT, formatters } from './format';

/** What a provider logs; undefined where it cannot log, or its service is not known. istio: telemetryAccessLog */
export function providerLog({ mesh, meshConfig }: Push, provider: MeshConfigExtensionProvider): AccessLog | undefined {
  const { name, envoyFileAccessLog, envoyHttpAls, envoyTcpAls, envoyOtelAls } = provider;
  if (envoyFileAccessLog) {
    const { logFormat, omitEmptyValues, path = '' } = envoyFileAccessLog;
    // The provider that always exists follows MeshConfig's own settings.
    const isPlain = name === 'envoy' && !logFormat && !omitEmptyValues;
    return isPlain ? fileLogOfMesh(meshConfig, path) : fileLog(envoyFileAccessLog);
  }
  const service = envoyHttpAls ?? envoyTcpAls ?? envoyOtelAls;
  const server = service && providerCluster(mesh, service.service, service.port);
  if (!server) return undefined;
  if (envoyHttpAls) return httpLog(envoyHttpAls, server);
  return envoyTcpAls ? tcpLog(envoyTcpAls, server) : openTelemetryLog(envoyOtelAls!, server);
}

/** What metadata exchange has found out about the other side. */
const PEERS = ['upstream_peer', 'downstream_peer'];
const PEERS_OF_ALL_RELEASES = [
  ...PEERS,
  'wasm.upstream_peer',
  'wasm.upstream_peer_id',
  'wasm.downstream_peer',
  'wasm.downstream_peer_id',
];

const commonConfig = (logName: string, { hostname, cluster }: Partial<ProviderCluster>, states: string[]): object => ({
  logName,
  grpcService: { envoyGrpc: { clusterName: cluster, ...(hostname && { authority: hostname }) } },
  transportApiVersion: 'V3',
  filterStateObjectsToLog: states,
});

const statesOf = ({ filterStateObjectsToLog = [] }: HttpProvider | TcpProvider): string[] =>
  filterStateObjectsToLog.length > 0 ? filterStateObjectsToLog : PEERS;

/** istio: httpGrpcAccessLogFromTelemetry */
function httpLog(provider: HttpProvider, server: ProviderCluster): AccessLog {
  const headers = (['RequestHeaders', 'ResponseHeaders', 'ResponseTrailers'] as const).flatMap((kind) => {
    const names = provider[`additional${kind}ToLog`] ?? [];
    return names.length > 0 ? [[`additional${kind}ToLog`, names] as const] : [];
  });
  return httpGrpc({
    commonConfig: commonConfig(provider.logName || 'http_envoy_accesslog', server, statesOf(provider)),
    ...Object.fromEntries(headers),
  });
}

/** istio: tcpGrpcAccessLogFromTelemetry */
const tcpLog = (provider: TcpProvider, server: ProviderCluster): AccessLog =>
  tcpGrpc({ commonConfig: commonConfig(provider.logName || 'tcp_envoy_accesslog', server, statesOf(provider)) });

const httpGrpc = (content: object): AccessLog => ({
  name: 'envoy.access_loggers.http_grpc',
  typedConfig: message('envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig', content),
});

const tcpGrpc = (content: object): AccessLog => ({
  name: 'envoy.tcp_grpc_access_log',
  typedConfig: message('envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig', content),
});

/** The log for the service that the bootstrap configuration names. istio: httpGrpcAccessLog, tcpGrpcAccessLog */
export function grpcLog(logged: 'http' | 'tcp' | 'listener'): AccessLog {
  const common = commonConfig(
    `${logged}_envoy_accesslog`,
    { cluster: 'envoy_accesslog_service' },
    PEERS_OF_ALL_RELEASES,
  );
  return logged === 'http' ? httpGrpc({ commonConfig: common }) : tcpGrpc({ commonConfig: common });
}

/** istio: openTelemetryLog */
function openTelemetryLog({ logName, logFormat = {} }: OpenTelemetryProvider, server: ProviderCluster): AccessLog {
  const body = logFormat.text || TEXT_FORMAT;
  const labels = Object.entries(logFormat.labels ?? {}).sort(([one], [other]) => alphabetically(one, other));
  const values = labels.map(([key, value]) => ({
    key,
    value: { stringValue: typeof value === 'string' ? value : '' },
  }));
  return {
    name: 'envoy.access_loggers.open_telemetry',
    typedConfig: message('envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig', {
      commonConfig: commonConfig(logName || 'otel_envoy_accesslog', server, PEERS_OF_ALL_RELEASES),
      disableBuiltinLabels: true,
      body: { stringValue: body },
      ...(values.length > 0 && { attributes: { values } }),
      ...formatters([body, ...labels.map(([, value]) => value)]),
    }),
  };
}
