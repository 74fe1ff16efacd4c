import type { KindMap } from '../../kinds';
import type {
  AccessLogging,
  AccessLoggingFilter,
  Metrics,
  MetricsOverrides,
  MetricsOverridesTagOverride,
  ProviderRef,
  TelemetrySpec,
  Tracing,
  TracingCustomTag,
} from '../../kinds/telemetry';
import { celEngine } from '../../validators';
import { each, fields, missing, values } from '../checks';
import type { Check, Part } from '../part';
import { attachment } from '../values/selectors';

/** istio: validation.ValidateTelemetry */
export const telemetry: Check<KindMap['Telemetry']> = (part) => spec(part.at('spec').as(part.value.spec ?? {}));

const providers = each<ProviderRef>((part) => {
  if (!part.value.name) missing(part, 'name');
});

/** Only that it can be parsed is asked for, not whether the attributes exist. istio: validation.validateTelemetryFilter */
const filter: Check<AccessLoggingFilter> = (part) => {
  const { expression = '' } = part.value;
  if (expression === '') return missing(part, 'expression');
  const why = celEngine().whyUnparsable(expression);
  if (why) part.at('expression').refuse(`"${expression}" is not a valid CEL expression: ${why}`, { reason: 'format' });
};

const accessLogging = fields<AccessLogging>({ filter, providers });

/** Names that a tag takes its value from; an empty one would give none. */
const tagSources = { literal: 'value', header: 'name', environment: 'name' } as const;

const customTag = (part: Part<TracingCustomTag>): void => {
  if (part.key === '') part.refuse('the name of a tag must not be empty', { on: 'key' });
  for (const [source, field] of Object.entries(tagSources)) {
    const from = part.at(source as keyof typeof tagSources) as Part<Record<string, string> | undefined>;
    if (from.value && !from.value[field]) missing(from, field);
  }
};

const samplingPercentage: Check<number> = (part) => {
  if (part.value < 0 || part.value > 100) part.refuse(`${part.value} is not between 0 and 100`, { reason: 'limit' });
};

const tracing = fields<Tracing>({
  customTags: values(customTag),
  providers: (part) => {
    if (part.value.length > 1) part.doubt('several providers are not supported; only the first is used', { on: 'key' });
    providers(part);
  },
  randomSamplingPercentage: samplingPercentage,
});

const tagOverride: Check<MetricsOverridesTagOverride> = (part) => {
  const { operation = 'UPSERT', value } = part.value;
  if (part.key === '') part.doubt('the name of a tag must not be empty', { on: 'key' });
  if (operation === 'UPSERT' && !value) missing(part, 'value', ': the operation UPSERT needs it');
  if (operation === 'REMOVE' && value) part.at('value').refuse('the operation REMOVE takes no value', { on: 'key' });
};

const override = fields<MetricsOverrides>({
  match: (part) => {
    if (part.value.customMetric === '') part.at('customMetric').refuse('the name of a metric must not be empty');
  },
  tagOverrides: values(tagOverride),
});

const metrics = fields<Metrics>({ overrides: each(override), providers });

const spec = fields<TelemetrySpec>(
  {
    metrics: each(metrics),
    tracing: (part) => {
      if (part.value.length > 1) part.doubt('several items of "tracing" are not supported', { on: 'key' });
      each(tracing)(part);
    },
    accessLogging: each(accessLogging),
  },
  attachment,
);
