/** What Telemetry resources and MeshConfig make a proxy report: access logs, traces, metrics. */
import type { KindMap } from '../../schema/kinds';
import type { MeshConfigExtensionProvider } from '../../schema/kinds/mesh';
import type { AccessLoggingFilter, Metrics, Tracing } from '../../schema/kinds/telemetry';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { configsIn } from '../settings/configs';
import type { Mesh } from '../mesh';
import { meshConfig, rootNamespace } from '../settings/mesh-config';
import { type Attachable, attachmentOf, isAttached, policyNamespaces } from '../policies/policy-attachment';

/** A Telemetry of the input. */
export type Telemetry = Resource<KindMap['Telemetry']>;

/** The side of a connection that reports: gateways and outbound listeners are clients. */
export type Side = 'CLIENT' | 'SERVER';

/** One Telemetry for all workloads of a namespace, the oldest. */
export const namespaceTelemetry = (mesh: Mesh, namespace: string): Telemetry | undefined =>
  configsIn(mesh, 'Telemetry', namespace).find(isWide);

function isWide({ namespace, value }: Telemetry): boolean {
  const { selector, targetRefs } = attachmentOf(namespace, value.spec ?? {});
  return Object.keys(selector ?? {}).length === 0 && targetRefs.length === 0;
}

/** The Telemetries that hold for a workload: what comes later overrides what comes before. istio: applicableTelemetries */
function telemetriesOf(mesh: Mesh, workload: Attachable): readonly Telemetry[] {
  const namespaces = policyNamespaces(workload, rootNamespace(mesh));
  // A waypoint looks for chosen ones where the service is, and no longer in its own namespace.
  const chosenIn = workload.waypoint?.service?.namespace ?? workload.namespace;
  const own = configsIn(mesh, 'Telemetry', chosenIn).filter(
    (each) => !isWide(each) && isAttached(attachmentOf(each.namespace, each.value.spec ?? {}), workload),
  );
  return [...[...namespaces].flatMap((namespace) => namespaceTelemetry(mesh, namespace) ?? []), ...own];
}

/** A provider that MeshConfig declares, by its name in upper or lower case. */
export const providerNamed = (mesh: Mesh, name: string): MeshConfigExtensionProvider | undefined =>
  meshConfig(mesh).extensionProviders.find((provider) => provider.name?.toLowerCase() === name.toLowerCase());

/** The server to which a provider sends logs or spans; undefined where it needs none, or does something else. */
export function serverOfProvider(provider: MeshConfigExtensionProvider): ProviderServer | undefined {
  const { zipkin, datadog, skywalking, opentelemetry, lightstep, opencensus } = provider;
  const { envoyHttpAls, envoyTcpAls, envoyOtelAls } = provider;
  return (
    zipkin ??
    datadog ??
    skywalking ??
    opentelemetry ??
    lightstep ??
    opencensus ??
    envoyHttpAls ??
    envoyTcpAls ??
    envoyOtelAls
  );
}

/** A server as a provider names it: `host` or `namespace/host`. */
export interface ProviderServer {
  readonly service?: string;
  readonly port?: number;
}

/** The names of the providers that an entry lists. */
export const namesOf = (providers: readonly { name?: string }[] = []): string[] =>
  providers.map(({ name = '' }) => name);

/** The sides that an entry is for. */
export const modes = (mode: Side | 'CLIENT_AND_SERVER' = 'CLIENT_AND_SERVER'): readonly Side[] =>
  mode === 'CLIENT_AND_SERVER' ? ['CLIENT', 'SERVER'] : [mode];

/** What one provider gets of the access log. */
export interface AccessLog {
  readonly disabled: boolean;
  readonly filter: AccessLoggingFilter | undefined;
}

/** The access logs of a workload by provider; undefined where MeshConfig's older settings decide. istio: Telemetries.AccessLogging */
export function accessLogs(mesh: Mesh, workload: Attachable, side: Side): ReadonlyMap<string, AccessLog> | undefined {
  const { accessLogging: defaults = [] } = meshConfig(mesh).defaultProviders;
  const levels = telemetriesOf(mesh, workload).flatMap((each) => {
    const entries = each.each('spec.accessLogging[]').map(({ value }) => value);
    return entries.length > 0 ? [entries] : [];
  });
  if (levels.length === 0 && defaults.length === 0) return undefined;
  if (levels.length === 0) return new Map(defaults.map((name) => [name, { disabled: false, filter: undefined }]));

  const filters = new Map<string, AccessLoggingFilter | undefined>();
  let inScope = defaults;
  for (const level of levels) {
    const entries = level.filter(({ match }) => modes(match?.mode).includes(side));
    const names = entries.flatMap(({ providers }) => namesOf(providers));
    for (const { providers, filter } of entries) for (const name of namesOf(providers)) filters.set(name, filter);
    if (names.length > 0) inScope = names;
  }
  return mergedLogs(levels.flat(), side, defaults, new Set(inScope), filters);
}

/** istio: mergeLogs */
function mergedLogs(
  entries: readonly NonNullable<NonNullable<KindMap['Telemetry']['spec']>['accessLogging']>[number][],
  side: Side,
  defaults: readonly string[],
  inScope: ReadonlySet<string>,
  filters: ReadonlyMap<string, AccessLoggingFilter | undefined>,
): Map<string, AccessLog> {
  const logs = new Map<string, AccessLog>();
  let inherited = defaults;
  for (const { providers = [], match, disabled = false } of entries) {
    if (providers.length > 0) inherited = namesOf(providers);
    if (!modes(match?.mode).includes(side)) continue;
    for (const name of inherited)
      if (inScope.has(name)) logs.set(name, { disabled, filter: disabled ? undefined : filters.get(name) });
  }
  return logs;
}

/** How one side of a workload traces. */
export interface TracingSettings {
  readonly provider: MeshConfigExtensionProvider | undefined;
  /** Nothing is reported; so it is where there is no provider. */
  readonly disabled: boolean;
  readonly randomSamplingPercentage: number | undefined;
  readonly customTags: Tracing['customTags'];
  readonly useRequestIdForTraceSampling: boolean;
  readonly enableIstioTags: boolean;
  readonly disableContextPropagation: boolean;
  /** The entries that made it so. */
  readonly fields: readonly Field<Tracing>[];
}

/** The tracing of a workload; undefined where MeshConfig's older settings decide. istio: Telemetries.Tracing */
export function tracing(mesh: Mesh, workload: Attachable, side: Side): TracingSettings | undefined {
  const [defaultProvider] = meshConfig(mesh).defaultProviders.tracing ?? [];
  const all = telemetriesOf(mesh, workload).flatMap((each) => each.each('spec.tracing[]'));
  if (all.length === 0 && defaultProvider === undefined) return undefined;
  const fields = all.filter(({ value }) => modes(value.match?.mode).includes(side));
  const last = <Key extends keyof Tracing>(key: Key): Tracing[Key] | undefined =>
    fields.map(({ value }) => value[key]).findLast((value) => value !== undefined);
  const name = fields.map(({ value }) => namesOf(value.providers)[0]).findLast((each) => each !== undefined);
  const provider = providerNamed(mesh, name ?? defaultProvider ?? '');
  return {
    provider,
    disabled: !provider || (last('disableSpanReporting') ?? false),
    randomSamplingPercentage: last('randomSamplingPercentage'),
    customTags: last('customTags'),
    useRequestIdForTraceSampling: last('useRequestIdForTraceSampling') ?? true,
    enableIstioTags: last('enableIstioTags') ?? true,
    disableContextPropagation: last('disableContextPropagation') ?? false,
    fields,
  };
}

/** The metrics' entries of all Telemetries that hold for a workload. */
export const metricsOf = (mesh: Mesh, workload: Attachable): readonly Field<Metrics>[] =>
  telemetriesOf(mesh, workload).flatMap((each) => each.each('spec.metrics[]'));
