/** Where spans go, for the tracing providers of MeshConfig. */
import type { Any } from '../../envoy/config';
import type {
  MeshConfigExtensionProvider,
  MeshConfigExtensionProviderZipkinTracingProvider as Zipkin,
} from '../../schema/kinds/mesh';
import type { Push } from '../context';
import { protoDuration } from '../duration';
import { message } from '../message';
import { type ProviderCluster, providerCluster } from '../provider-cluster';
import { openTelemetry } from './open-telemetry';
import { grpcService, headersToAdd } from './services';

/** A tracer of Envoy. */
export interface Tracer {
  readonly name: string;
  readonly typedConfig: Any;
  readonly maxTagLength: number | undefined;
  /** Whether the proxy's own call is a span of its own. */
  readonly startsSpan: boolean;
  /** Whether it chooses by itself what it keeps. */
  readonly samples: boolean;
}

/** The tracer of a provider; undefined where it cannot trace, or its service is not known. istio: configureFromProviderConfig */
export function tracer(push: Push, provider: MeshConfigExtensionProvider): Tracer | undefined {
  const { zipkin, datadog, skywalking, opentelemetry } = provider;
  const settings = zipkin ?? datadog ?? skywalking ?? opentelemetry;
  const server = settings && providerCluster(push.mesh, settings.service, settings.port);
  if (!server) return undefined;
  const common = {
    maxTagLength: settings && 'maxTagLength' in settings ? settings.maxTagLength : undefined,
    startsSpan: push.proxy.kind === 'gateway' || settings === skywalking,
    samples: false,
  };
  if (zipkin) return { ...common, name: 'envoy.tracers.zipkin', typedConfig: zipkinConfig(zipkin, server) };
  if (datadog) return { ...common, name: 'envoy.tracers.datadog', typedConfig: datadogConfig(server) };
  if (skywalking) return { ...common, name: 'envoy.tracers.skywalking', typedConfig: skywalkingConfig(server) };
  const made = opentelemetry && openTelemetry(push, opentelemetry, server);
  return made && { ...common, name: 'envoy.tracers.opentelemetry', ...made };
}

function zipkinConfig(zipkin: Zipkin, { hostname, cluster }: ProviderCluster): Any {
  const { path, enable64bitTraceId, traceContextOption = 'USE_B3', timeout = '5s', headers = [] } = zipkin;
  return message('envoy.config.trace.v3.ZipkinConfig', {
    collectorEndpointVersion: 'HTTP_JSON',
    ...(!enable64bitTraceId && { traceId128bit: true }),
    sharedSpanContext: false,
    collectorService: {
      httpUri: { uri: `http://${hostname}${path || '/api/v2/spans'}`, cluster, timeout: protoDuration(timeout) },
      ...headersToAdd(headers),
    },
    ...(traceContextOption !== 'USE_B3' && { traceContextOption }),
  });
}

/**
 * Differs: the name under which the proxy reports itself is that of its node, which only the proxy knows.
 */
const datadogConfig = ({ hostname, cluster }: ProviderCluster): Any =>
  message('envoy.config.trace.v3.DatadogConfig', { collectorCluster: cluster, collectorHostname: hostname });

const skywalkingConfig = (server: ProviderCluster): Any =>
  message('envoy.config.trace.v3.SkyWalkingConfig', { grpcService: grpcService(server) });
