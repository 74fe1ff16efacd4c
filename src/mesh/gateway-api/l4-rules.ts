/** The rules of TCPRoutes and TLSRoutes as routes of a VirtualService. */
import type { BackendRef, TCPRouteRule, TLSRouteRule } from '../../schema/kinds/gateway-api';
import type { RouteDestination, TCPRoute, TLSRoute } from '../../schema/kinds/networking';
import { Field } from '../../source/field';
import type { Mesh } from '../mesh';
import { type Sender, backend } from './backends';
import type { Converted, RuleProblem } from './http-rules';

/** istio: convertTCPRoute */
export const tcpRules = (mesh: Mesh, sender: Sender, rules: readonly Field<TCPRouteRule>[]): Converted<TCPRoute> =>
  convert(mesh, sender, rules, (route) => ({ route }));

/** istio: convertTLSRoute */
export function tlsRules(
  mesh: Mesh,
  sender: Sender,
  rules: readonly Field<TLSRouteRule>[],
  hostnames: readonly string[],
): Converted<TLSRoute> {
  const match = [{ sniHosts: hostnames.length > 0 ? [...hostnames] : ['*'] }];
  return convert(mesh, sender, rules, (route, isVain): TLSRoute => (isVain ? { route } : { match, route }));
}

/** A destination that is nowhere: connections to it fail. */
const NOWHERE: RouteDestination = {
  destination: { host: 'internal.cluster.local', subset: 'zero-weight', port: { number: 65535 } },
};

function convert<T>(
  mesh: Mesh,
  sender: Sender,
  rules: readonly Field<TCPRouteRule>[],
  make: (route: RouteDestination[], isVain: boolean) => T,
): Converted<T> {
  const problems: RuleProblem[] = [];
  const routes = rules.map((rule) => {
    const backends = rule.each('backendRefs[]');
    const weighted = backends.filter(({ value: { weight = 1 } }) => weight !== 0);
    const isVain = backends.reduce((sum, { value: { weight = 1 } }) => sum + weight, 0) === 0;
    const route = isVain
      ? [NOWHERE]
      : weighted.map((field) => destination(mesh, sender, field, weighted.length, problems));
    const value = make(route, isVain);
    return { value, field: new Field(rule.resource, rule.path, value) };
  });
  const isVoid = problems.some(({ problem }) => 'effect' in problem && problem.effect === 'no-route');
  return { routes: isVoid ? [] : routes, problems };
}

/** istio: buildTCPDestination */
function destination(
  mesh: Mesh,
  sender: Sender,
  field: Field<BackendRef>,
  count: number,
  problems: RuleProblem[],
): RouteDestination {
  const made = backend(mesh, sender, field.value);
  if (made.problem) problems.push({ field, problem: made.problem });
  return {
    ...(made.destination && { destination: made.destination }),
    ...(count > 1 && { weight: field.value.weight ?? 1 }),
  };
}
