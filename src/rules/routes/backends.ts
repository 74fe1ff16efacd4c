/** The rules of routes of the Gateway API, and the backends that they lead to. */
import type { AnyRoute } from '../../mesh/gateway-api/parents';
import type { KindMap } from '../../schema/kinds';
import type { BackendRef, HTTPBackendRef, HTTPRouteRule } from '../../schema/kinds/gateway-api';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';

/** One rule of a route; what HTTPRoutes alone have is absent from the others. */
export interface RouteRule {
  readonly field: Field<HTTPRouteRule>;
  readonly backends: readonly Field<HTTPBackendRef>[];
}

/** All rules of a route, of whatever kind. */
export const rulesOf = (route: AnyRoute): RouteRule[] =>
  (route as Resource<KindMap['HTTPRoute']>)
    .each('spec.rules[]')
    .map((field) => ({ field, backends: field.each('backendRefs[]') }));

/** The share of a backend. */
export const weightOf = ({ value: { weight = 1 } }: Field<BackendRef>): number => weight;
