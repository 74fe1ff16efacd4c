/** The tracing of an HTTP connection manager: as Telemetry says, else as MeshConfig does. */
import type { HttpTracing } from '../envoy/config';
import type { MeshTracing } from '../schema/kinds/mesh';
import { type TracingSettings, tracing } from '../mesh/telemetry/telemetry';
import { type Push, perPushAnd } from './context';
import { type ListenerClass, sideOf, workloadOf } from './listener-class';
import { proxyConfig } from './proxy-headers';
import { istioTags, tagsOfMesh, tagsOfTelemetry } from './tracing/custom-tags';
import { tracer } from './tracing/providers';

/** What to trace, if anything, and whether the identity of a request decides which are sampled. */
export interface Tracing {
  readonly config: HttpTracing | undefined;
  readonly useRequestIdForTraceSampling: boolean;
}

const UNTRACED: Tracing = { config: undefined, useRequestIdForTraceSampling: true };

/** istio: configureTracing */
export const tracingFor = perPushAnd((push, listeners: ListenerClass): Tracing => {
  const settings = tracing(push.mesh, workloadOf(push), sideOf(listeners));
  const { tracing: ofProxy = {} } = proxyConfig(push);
  if (!settings)
    return push.meshConfig.enableTracing ? { ...UNTRACED, config: tracingOfMesh(push, ofProxy) } : UNTRACED;
  return tracingOfTelemetry(push, settings, ofProxy) ?? UNTRACED;
});

function tracingOfMesh(push: Push, ofProxy: MeshTracing): HttpTracing {
  const { customTags, enableIstioTags = true, maxPathTagLength } = ofProxy;
  return {
    ...sampling(samplingOfProxy(ofProxy)),
    ...withTags([...(enableIstioTags ? istioTags(push.proxy) : []), ...tagsOfMesh(customTags)]),
    ...(maxPathTagLength && { maxPathTagLength }),
  };
}

/** istio: configureTracingFromTelemetry */
function tracingOfTelemetry(push: Push, settings: TracingSettings, ofProxy: MeshTracing): Tracing | undefined {
  const { provider, disabled, randomSamplingPercentage, customTags = {}, useRequestIdForTraceSampling } = settings;
  const found = provider && !disabled ? tracer(push, provider) : undefined;
  if (!found) return undefined;
  const ownTags = Object.keys(customTags).length > 0 ? tagsOfTelemetry(customTags) : tagsOfMesh(ofProxy.customTags);
  const maxPathTagLength = found.maxTagLength || ofProxy.maxPathTagLength;
  const percentage = found.samples ? 100 : (randomSamplingPercentage ?? samplingOfProxy(ofProxy));
  const config: HttpTracing = {
    ...sampling(percentage),
    ...withTags([...(settings.enableIstioTags ? istioTags(push.proxy) : []), ...ownTags]),
    ...(maxPathTagLength && { maxPathTagLength }),
    ...(found.startsSpan && { spawnUpstreamSpan: true }),
    ...(settings.disableContextPropagation && { noContextPropagation: true }),
    provider: { name: found.name, typedConfig: found.typedConfig },
  };
  return { config, useRequestIdForTraceSampling };
}

const DEFAULT_SAMPLING = 1;

/** istio: proxyConfigSamplingValue */
function samplingOfProxy({ sampling: percentage = 0 }: MeshTracing): number {
  return percentage === 0 || percentage > 100 ? DEFAULT_SAMPLING : percentage;
}

/** istio: configureSampling */
const sampling = (percentage: number): HttpTracing => ({
  clientSampling: { value: 100 },
  randomSampling: percentage === 0 ? {} : { value: percentage },
  overallSampling: { value: 100 },
});

function withTags(tags: NonNullable<HttpTracing['customTags']>): HttpTracing {
  const sorted = [...tags].sort((one, other) => ((one.tag ?? '') < (other.tag ?? '') ? -1 : 1));
  return sorted.length > 0 ? { customTags: sorted } : {};
}
