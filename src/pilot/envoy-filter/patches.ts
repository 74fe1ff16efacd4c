/** The patches of EnvoyFilters that a proxy is meant to get. */
import { envoyPatches } from '../../mesh/settings/envoy-filters';
import { groupBy } from '../../mesh/grouping';
import type {
  EnvoyFilterEnvoyConfigObjectMatch,
  EnvoyFilterEnvoyConfigObjectPatch,
  EnvoyFilterPatch,
} from '../../schema/kinds/networking';
import { readMessage } from '../../schema/messages/read';
import { Unreadable } from '../../schema/messages/unreadable';
import type { Field } from '../../source/field';
import { type Push, perPush } from '../context';
import { from } from '../origins';

/** What a patch is applied to. */
export type Target = NonNullable<EnvoyFilterEnvoyConfigObjectPatch['applyTo']>;

/** Which side of which kind of proxy a piece of configuration is for. */
export type Context = 'SIDECAR_INBOUND' | 'SIDECAR_OUTBOUND' | 'GATEWAY';

/** A patch whose value is written as proto3 JSON writes it. */
export interface Patch<Value extends object = object> {
  readonly target: Target;
  readonly operation: NonNullable<EnvoyFilterPatch['operation']>;
  readonly match: EnvoyFilterEnvoyConfigObjectMatch;
  readonly value: Value;
}

/** The messages that patches bring. */
export const MESSAGES = {
  CLUSTER: 'envoy.config.cluster.v3.Cluster',
  LISTENER: 'envoy.config.listener.v3.Listener',
  LISTENER_FILTER: 'envoy.config.listener.v3.ListenerFilter',
  FILTER_CHAIN: 'envoy.config.listener.v3.FilterChain',
  NETWORK_FILTER: 'envoy.config.listener.v3.Filter',
  HTTP_FILTER: 'envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter',
  ROUTE_CONFIGURATION: 'envoy.config.route.v3.RouteConfiguration',
  VIRTUAL_HOST: 'envoy.config.route.v3.VirtualHost',
  HTTP_ROUTE: 'envoy.config.route.v3.Route',
} as const;

/** What the proxy's own configuration consists of; the others are for its start and for extensions. */
export type Patched = keyof typeof MESSAGES;

const patches = perPush((push) =>
  groupBy(
    envoyPatches(push.mesh, push.proxy).flatMap((field) => patchOf(push, field)),
    ({ target }) => target,
  ),
);

/** The patches for one kind of object, in the order in which they are applied. */
export const patchesFor = (push: Push, context: Context, target: Patched): readonly Patch[] =>
  (patches(push).get(target) ?? []).filter(
    ({ match }) => match.context === context || (match.context ?? 'ANY') === 'ANY',
  );

/** Is there anything to do? */
export const hasPatches = (push: Push): boolean => patches(push).size > 0;

/** A patch whose value is none is passed over, as it is by Pilot. istio: convertToEnvoyFilterWrapper */
export function patchOf(push: Push, field: Field<EnvoyFilterEnvoyConfigObjectPatch>): Patch[] {
  const { applyTo: target = 'INVALID', patch: { operation = 'INVALID', value } = {}, match = {} } = field.value;
  if (!isPatched(target) || (value === undefined && operation !== 'REMOVE')) return [];
  try {
    const piece = from(push.origins, field, readMessage(MESSAGES[target], value ?? {}));
    return [{ target, operation: operationOn(target, operation), match, value: piece }];
  } catch (error) {
    if (error instanceof Unreadable) return [];
    throw error;
  }
}

const isPatched = (target: Target): target is Patched => Object.hasOwn(MESSAGES, target);

const ORDERED: ReadonlySet<Target> = new Set(['HTTP_FILTER', 'NETWORK_FILTER', 'HTTP_ROUTE', 'LISTENER_FILTER']);

/** What has no order is only added. */
const operationOn = (target: Target, operation: Patch['operation']): Patch['operation'] =>
  operation.startsWith('INSERT_') && !ORDERED.has(target) ? 'ADD' : operation;

/** Does a patch change what is there, instead of adding to it? */
export const merges = ({ operation }: Patch): boolean =>
  operation === 'MERGE' || operation === 'MERGE_AND_REPLACE_LIST';
