/** The metrics of a workload, as all its Telemetries together change them. */
import type { Metrics, MetricsOverrides } from '../../schema/kinds/telemetry';
import { alphabetically } from '../services/hostname';
import type { Mesh } from '../mesh';
import { meshConfig } from '../settings/mesh-config';
import type { Attachable } from '../policies/policy-attachment';
import { type Side, metricsOf, modes, namesOf } from './telemetry';

/** What one side reports to a provider. */
export interface SideMetrics {
  /** Nothing at all. */
  readonly disabled: boolean;
  /** Sorted by name. */
  readonly overrides: readonly MetricOverride[];
}

/** How one metric is changed. */
export interface MetricOverride {
  readonly name: string;
  readonly disabled: boolean;
  /** Sorted by name; a value is an expression. */
  readonly tags: readonly { readonly name: string; readonly value: string | undefined }[];
}

/** What a provider gets from both sides. */
export interface ProviderMetrics {
  readonly client: SideMetrics;
  readonly server: SideMetrics;
  readonly reportingInterval: string | undefined;
}

const ALL_METRICS = [
  'GRPC_REQUEST_MESSAGES',
  'GRPC_RESPONSE_MESSAGES',
  'REQUEST_COUNT',
  'REQUEST_DURATION',
  'REQUEST_SIZE',
  'RESPONSE_SIZE',
  'TCP_CLOSED_CONNECTIONS',
  'TCP_OPENED_CONNECTIONS',
  'TCP_RECEIVED_BYTES',
  'TCP_SENT_BYTES',
];

type Overrides = Map<string, { disabled: boolean | undefined; tags: Map<string, string | undefined> }>;

interface Draft {
  readonly sides: Record<Side, { silenced: boolean; overrides: Overrides }>;
  interval: string | undefined;
}

/** The metrics of a workload by provider. istio: mergeMetrics */
export function metrics(mesh: Mesh, workload: Attachable): ReadonlyMap<string, ProviderMetrics> {
  const { metrics: defaults = [] } = meshConfig(mesh).defaultProviders;
  const entries = metricsOf(mesh, workload).map(({ value }) => value);
  const drafts = new Map<string, Draft>();
  if (entries.length === 0) for (const name of defaults) drafts.set(name, newDraft());
  const inScope = new Set(
    entries.map(({ providers }) => namesOf(providers)).findLast((names) => names.length > 0) ?? defaults,
  );
  let inherited: readonly string[] = defaults;
  for (const entry of entries) {
    if (entry.providers?.length) inherited = namesOf(entry.providers);
    for (const name of inherited) if (inScope.has(name)) apply(drafts, name, entry);
  }
  return new Map([...drafts].map(([name, draft]) => [name, finished(draft)]));
}

const newDraft = (): Draft => ({
  sides: {
    CLIENT: { silenced: false, overrides: new Map() },
    SERVER: { silenced: false, overrides: new Map() },
  },
  interval: undefined,
});

function apply(drafts: Map<string, Draft>, name: string, { reportingInterval, overrides = [] }: Metrics): void {
  const draft = drafts.get(name) ?? newDraft();
  drafts.set(name, draft);
  draft.interval = reportingInterval ?? draft.interval;
  for (const override of overrides)
    for (const side of modes(override.match?.mode)) {
      const state = draft.sides[side];
      const named = metricsNamed(override);
      state.silenced = named === ALL_METRICS && override.disabled === true;
      if (!state.silenced) for (const metric of named) change(state.overrides, metric, override);
    }
}

/** Which metrics an override is about. istio: getMatches */
function metricsNamed({ match = {} }: MetricsOverrides): readonly string[] {
  if (match.customMetric !== undefined) return [match.customMetric];
  return match.metric === undefined || match.metric === 'ALL_METRICS' ? ALL_METRICS : [match.metric];
}

function change(known: Overrides, metric: string, { disabled, tagOverrides = {} }: MetricsOverrides): void {
  const override = known.get(metric) ?? { disabled: undefined, tags: new Map<string, string | undefined>() };
  known.set(metric, override);
  override.disabled = disabled ?? override.disabled;
  for (const [tag, { operation, value = '' }] of Object.entries(tagOverrides))
    override.tags.set(tag, operation === 'REMOVE' ? undefined : value);
}

const finished = ({ sides, interval }: Draft): ProviderMetrics => ({
  client: finishedSide(sides.CLIENT),
  server: finishedSide(sides.SERVER),
  reportingInterval: interval,
});

function finishedSide({ silenced, overrides }: Draft['sides'][Side]): SideMetrics {
  if (silenced) return { disabled: true, overrides: [] };
  const listed = [...overrides].map(([name, { disabled = false, tags }]) => ({
    name,
    disabled,
    tags: [...tags].map(([tag, value]) => ({ name: tag, value })).sort(byName),
  }));
  return { disabled: false, overrides: listed.sort(byName) };
}

const byName = (one: { name: string }, other: { name: string }): number => alphabetically(one.name, other.name);
