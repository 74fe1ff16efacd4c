import { type ParamFields, readParams } from './params';

interface Metric {
  readonly namespace?: string;
  readonly name?: string;
  readonly instanceName?: string;
  readonly labelNames?: readonly string[];
}

const LINEAR: ParamFields = { fields: { numFiniteBuckets: 'integer', width: 'number', offset: 'number' } };
const EXPONENTIAL: ParamFields = { fields: { numFiniteBuckets: 'integer', growthFactor: 'number', scale: 'number' } };
const EXPLICIT: ParamFields = { fields: { bounds: { list: 'number' } } };

/** The parameters of the adapter prometheus. */
export const PROMETHEUS_PARAMS: ParamFields = {
  fields: {
    metrics: {
      list: {
        fields: {
          namespace: 'text',
          name: 'text',
          instanceName: 'text',
          description: 'text',
          kind: { names: ['UNSPECIFIED', 'GAUGE', 'COUNTER', 'DISTRIBUTION'] },
          buckets: { fields: { linearBuckets: LINEAR, exponentialBuckets: EXPONENTIAL, explicitBuckets: EXPLICIT } },
          labelNames: { list: 'text' },
        },
      },
    },
    metricsExpirationPolicy: { fields: { metricsExpiryDuration: 'duration', expiryCheckIntervalDuration: 'duration' } },
  },
};

/** The labels of each metric of a handler of the adapter prometheus, by the full name of its instance. Source: mixer/adapter/prometheus. */
export function prometheusLabels(params: unknown): Map<string, readonly string[]> {
  const { metrics } = readParams<{ metrics: readonly Metric[] }>(PROMETHEUS_PARAMS, params, { metrics: [] });
  return new Map(metrics.map(({ instanceName = '', labelNames = [] }) => [instanceName, labelNames.map(safeName)]));
}

/** The name of a label as the adapter registers it. */
const safeName = (name: string): string => name.replace(/^\//, '').replace(/[/. ]/g, '_').replace(/-/g, '');

/** The name under which a handler of the adapter prometheus exposes an instance; undefined where it has no metric for it. */
export function prometheusName(params: unknown, instance: string): string | undefined {
  const { metrics } = readParams<{ metrics: readonly Metric[] }>(PROMETHEUS_PARAMS, params, { metrics: [] });
  const metric = metrics.find(({ instanceName }) => instanceName === instance);
  if (!metric) return undefined;
  const { namespace = '', name = '' } = metric;
  return `${safeName(namespace || 'istio')}_${safeName(name || instance)}`;
}
