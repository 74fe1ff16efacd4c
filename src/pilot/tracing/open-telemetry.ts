/** The tracer that speaks OpenTelemetry. */
import type { Any, Extension } from '../../envoy/config';
import type { Proxy } from '../../mesh/workloads/proxy';
import type {
  MeshConfigExtensionProviderOpenTelemetryTracingProvider as OpenTelemetry,
  MeshConfigExtensionProviderOpenTelemetryTracingProviderDynatraceSampler as DynatraceSampler,
} from '../../schema/kinds/mesh';
import type { Push } from '../context';
import { protoDuration } from '../duration';
import { message } from '../message';
import { type ProviderCluster, providerCluster } from '../provider-cluster';
import { grpcService, headerValue, httpService } from './services';

/**
 * istio: otelConfig
 * Differs: unless OpenTelemetry's conventions are asked for, the name under which the proxy reports itself is that of its node,
 * which only the proxy knows.
 */
export function openTelemetry(
  push: Push,
  provider: OpenTelemetry,
  server: ProviderCluster,
): { typedConfig: Any; samples: boolean } | undefined {
  const { dynatraceSampler, serviceAttributeEnrichment } = provider;
  const conventional = serviceAttributeEnrichment === 'OTEL_SEMANTIC_CONVENTIONS';
  const sampler = dynatraceSampler && samplerOf(push, dynatraceSampler, provider, server);
  if (dynatraceSampler && !sampler) return undefined;
  const detectors = resourceDetectors(provider, conventional);
  const typedConfig = message('envoy.config.trace.v3.OpenTelemetryConfig', {
    ...exporter(provider, server),
    ...(conventional && { serviceName: serviceName(push.proxy) }),
    ...(detectors.length > 0 && { resourceDetectors: detectors }),
    ...(sampler && { sampler }),
  });
  return { typedConfig, samples: sampler !== undefined };
}

function exporter({ http, grpc = {} }: OpenTelemetry, server: ProviderCluster): object {
  if (http) return { httpService: httpService(urlOf(server.hostname, http.path), server.cluster, http) };
  const { timeout, initialMetadata = [] } = grpc;
  return {
    grpcService: {
      ...grpcService(server),
      ...(timeout !== undefined && { timeout: protoDuration(timeout) }),
      ...(initialMetadata.length > 0 && { initialMetadata: initialMetadata.map(headerValue) }),
    },
  };
}

/** As Go's url.JoinPath. */
const urlOf = (hostname: string, path = ''): string =>
  path === '' ? hostname : `${hostname}/${path}`.replaceAll(/\/{2,}/g, '/');

function resourceDetectors({ resourceDetectors: wanted = {} }: OpenTelemetry, conventional: boolean): Extension[] {
  const environment = detector('environment', 'EnvironmentResourceDetectorConfig');
  return [
    ...(wanted.environment ? [environment] : []),
    ...(wanted.dynatrace ? [detector('dynatrace', 'DynatraceResourceDetectorConfig')] : []),
    ...(conventional && !wanted.environment ? [environment] : []),
  ];
}

const detector = (name: string, type: string): Extension => ({
  name: `envoy.tracers.opentelemetry.resource_detectors.${name}`,
  typedConfig: message(`envoy.extensions.tracers.opentelemetry.resource_detectors.v3.${type}`, {}),
});

/** istio: configureDynatraceSampler */
function samplerOf(
  push: Push,
  sampler: DynatraceSampler,
  { http }: OpenTelemetry,
  server: ProviderCluster,
): Extension | undefined {
  const { tenant, clusterId, rootSpansPerMinute, httpService: own } = sampler;
  const target = own ? providerCluster(push.mesh, own.service, own.port) : http && server;
  if (!target) return undefined;
  const path = own ? own.http?.path : 'api/v2/samplingConfiguration';
  return {
    name: 'envoy.tracers.opentelemetry.samplers.dynatrace',
    typedConfig: message('envoy.extensions.tracers.opentelemetry.samplers.v3.DynatraceSamplerConfig', {
      ...(tenant && { tenant }),
      ...(clusterId && { clusterId }),
      ...(rootSpansPerMinute && { rootSpansPerMinute }),
      httpService: httpService(urlOf(target.hostname, path), target.cluster, (own ? own.http : http) ?? {}),
    }),
  };
}

/** istio: otelServiceName */
function serviceName({ annotations, labels, name }: Proxy): string {
  return (
    annotations['resource.opentelemetry.io/service.name'] ||
    labels['app.kubernetes.io/instance'] ||
    labels['app.kubernetes.io/name'] ||
    name
  );
}
