import type { KindMap } from '../../kinds';
import type {
  EnvoyFilterEnvoyConfigObjectMatch,
  EnvoyFilterEnvoyConfigObjectPatch,
  EnvoyFilterListenerMatchFilterMatch,
} from '../../kinds/networking';
import { missing } from '../checks';
import { RENAMED_FILTERS } from '../envoy/filter-names';
import { checkMessage } from '../envoy/message';
import { checkTypedConfig } from '../envoy/typed-config';
import type { Check, Part } from '../part';
import { whyNoRegex } from '../values/regex';
import { workloadSelector } from '../values/selectors';

type Patch = EnvoyFilterEnvoyConfigObjectPatch;
type ApplyTo = NonNullable<Patch['applyTo']>;
type ObjectMatch = 'listener' | 'routeConfiguration' | 'cluster';

/**
 * istio: envoyfilter.ValidateEnvoyFilter
 * Differs: the original warns of every EnvoyFilter, as it exposes what Istio may make in another way. Who writes one knows.
 */
export const envoyFilter: Check<KindMap['EnvoyFilter']> = (part) => {
  const spec = part.at('spec').as(part.value.spec ?? {});
  if (spec.value.workloadSelector) workloadSelector(spec.at('workloadSelector') as never);
  for (const patch of spec.at('configPatches').items()) configPatch(patch);
  for (const filter of (spec as Part<Earlier>).at('filters').items()) oldFilter(filter);
};

/** What Istio 1.4 has beside patches. */
interface Earlier {
  readonly filters?: readonly OldFilter[];
}

interface OldFilter {
  readonly insertPosition?: { readonly index?: string; readonly relativeTo?: string };
  readonly filterType?: string;
  readonly filterName?: string;
  readonly filterConfig?: object;
}

/** Where the release has no such field, there is nothing here: what it does not know has been taken out. */
function oldFilter(part: Part<OldFilter>): void {
  const { insertPosition, filterType = 'INVALID', filterName, filterConfig } = part.value;
  const { index = '', relativeTo } = insertPosition ?? {};
  if ((index === 'BEFORE' || index === 'AFTER') && !relativeTo)
    missing(part.at('insertPosition'), 'relativeTo', `: the index ${index} requires it`);
  if (filterType === 'INVALID') missing(part, 'filterType');
  if (!filterName) missing(part, 'filterName');
  if (!filterConfig) missing(part, 'filterConfig');
}

/** Of each patch the first mistake is told: what comes after it depends on it. */
function configPatch(part: Part<Patch>): void {
  if (part.value.match?.context === 'WAYPOINT') return;
  const { applyTo = 'INVALID' } = part.value;
  if (applyTo === 'INVALID') return missing(part, 'applyTo');
  if (!isPatch(part) || !isVersion(part) || !isMatch(part, applyTo)) return;
  value(part, applyTo);
}

function isPatch(part: Part<Patch>): boolean {
  const { patch } = part.value;
  if (!patch) missing(part, 'patch');
  else if ((patch.operation ?? 'INVALID') === 'INVALID') missing(part.at('patch'), 'operation');
  else if (patch.operation !== 'REMOVE' && !patch.value)
    missing(part.at('patch'), 'value', `: the operation ${patch.operation} needs it`);
  else return true;
  return false;
}

const LONGEST_VERSION = 1024;

function isVersion(part: Part<Patch>): boolean {
  const version: Part<string | undefined> = part.at('match').at('proxy').at('proxyVersion');
  if (!version.value) return true;
  if (version.value.length > LONGEST_VERSION) {
    version.doubt(`a regular expression of more than ${LONGEST_VERSION} characters is ignored`);
    return true;
  }
  const why = whyNoRegex(version.value);
  if (why !== undefined) version.refuse(`"${version.value}" is not a valid regular expression (RE2): ${why}`);
  return why === undefined;
}

const MATCHED_BY: Readonly<Partial<Record<ApplyTo, ObjectMatch>>> = {
  LISTENER: 'listener',
  FILTER_CHAIN: 'listener',
  NETWORK_FILTER: 'listener',
  HTTP_FILTER: 'listener',
  ROUTE_CONFIGURATION: 'routeConfiguration',
  VIRTUAL_HOST: 'routeConfiguration',
  HTTP_ROUTE: 'routeConfiguration',
  CLUSTER: 'cluster',
};
const OBJECTS = ['listener', 'routeConfiguration', 'cluster', 'waypoint'] as const;

function isMatch(part: Part<Patch>, applyTo: ApplyTo): boolean {
  const match: Part<EnvoyFilterEnvoyConfigObjectMatch | undefined> = part.at('match');
  const expected = MATCHED_BY[applyTo];
  const object = OBJECTS.find((name) => match.value?.[name]);
  if (!expected || !object) return true;
  if (object !== expected) {
    match.at(object).refuse(`${applyTo} is matched by "${expected}", not by "${object}"`, { on: 'key' });
    return expected !== 'listener';
  }
  const filter = match.at('listener').at('filterChain').at('filter');
  return filter.value ? isFilterMatch(filter as Part<EnvoyFilterListenerMatchFilterMatch>, applyTo) : true;
}

const CONNECTION_MANAGER = ['envoy.filters.network.http_connection_manager', 'envoy.http_connection_manager'];

function isFilterMatch(part: Part<EnvoyFilterListenerMatchFilterMatch>, applyTo: ApplyTo): boolean {
  const { name, subFilter } = part.value;
  if (applyTo === 'LISTENER' || applyTo === 'FILTER_CHAIN')
    part.doubt(`"filter" has no effect where the patch applies to ${applyTo}`, { on: 'key' });
  if (!name) missing(part, 'name');
  else if (subFilter && applyTo !== 'HTTP_FILTER')
    part.at('subFilter').refuse('"subFilter" is only for patches that apply to HTTP_FILTER', { on: 'key' });
  else if (subFilter && !CONNECTION_MANAGER.includes(name))
    part.at('name').refuse(`"${name}" has no filters in it; "subFilter" needs "${CONNECTION_MANAGER[0]}" here`);
  else if (subFilter && !subFilter.name) missing(part.at('subFilter'), 'name');
  else {
    oldName(part.at('name'));
    oldName(part.at('subFilter').at('name'));
    return true;
  }
  return false;
}

function oldName(part: Part<string | undefined>): void {
  const { value: name = '' } = part;
  if (!Object.hasOwn(RENAMED_FILTERS, name)) return;
  const suggestion = { replaceValue: RENAMED_FILTERS[name]! };
  part.doubt(`"${name}" is an old name of the filter; use "${RENAMED_FILTERS[name]}"`, { suggestion });
}

const MESSAGES: Readonly<Record<Exclude<ApplyTo, 'INVALID'>, string>> = {
  BOOTSTRAP: 'envoy.config.bootstrap.v3.Bootstrap',
  CLUSTER: 'envoy.config.cluster.v3.Cluster',
  EXTENSION_CONFIG: 'envoy.config.core.v3.TypedExtensionConfig',
  FILTER_CHAIN: 'envoy.config.listener.v3.FilterChain',
  HTTP_FILTER: 'envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter',
  HTTP_ROUTE: 'envoy.config.route.v3.Route',
  LISTENER: 'envoy.config.listener.v3.Listener',
  LISTENER_FILTER: 'envoy.config.listener.v3.ListenerFilter',
  NETWORK_FILTER: 'envoy.config.listener.v3.Filter',
  ROUTE_CONFIGURATION: 'envoy.config.route.v3.RouteConfiguration',
  VIRTUAL_HOST: 'envoy.config.route.v3.VirtualHost',
};

const FIRST_WITH_V3 = 24;

/** The value is a part of Envoy's configuration. Istio 1.4 had Envoy's API v2, of which we do not know the messages. */
function value(part: Part<Patch>, applyTo: Exclude<ApplyTo, 'INVALID'>): void {
  const patched = part.at('patch').at('value');
  if (!patched.value || part.judged.minor < FIRST_WITH_V3) return;
  const before = part.judged.violations.length;
  checkMessage(patched, MESSAGES[applyTo]);
  if (part.judged.violations.length === before) checkTypedConfig(patched as never, MESSAGES[applyTo]);
}
