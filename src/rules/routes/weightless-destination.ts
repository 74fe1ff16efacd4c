import type { AnyRoute } from '../../mesh/gateway-api/parents';
import { writtenVirtualServices } from '../../mesh/traffic/virtual-services';
import { routesOfApi } from '../gateway-api/api-routes';
import { rule } from '../rule';
import { rulesOf, weightOf } from './backends';
import { destinationsIn } from './destinations';

export default rule({
  name: 'weightless-destination',
  category: 'traffic',
  isLocal: true,
  severity: 'warning',
  summary: 'A destination or backend has weight 0, so it gets no requests.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    Weights are shares of their sum. In a VirtualService with several destinations, one without
    \`weight\` gets no requests; it does not get the remainder.

    Fix: set the weight of every destination. An explicit \`weight: 0\` is not reported.

    In a rule of the Gateway API, a backend without \`weight\` has the weight 1. When all weights are
    0, every request gets 500 from the proxy, and connections of TCPRoute and TLSRoute are closed.
  `,
  check({ mesh, report }) {
    for (const virtualService of writtenVirtualServices(mesh))
      for (const { destinations } of destinationsIn(virtualService)) {
        const weighted = destinations.filter(({ weight }) => weight);
        for (const { field, weight } of weighted.length > 0 ? destinations : []) {
          if (weight !== undefined) continue;
          const related = weighted.map((each) => ({ place: each.field.get('weight'), message: 'what gets all' }));
          report(field.get('destination').key, NOTHING, { related });
        }
      }
    for (const route of routesOfApi(mesh))
      for (const { field, backends } of rulesOf(route)) {
        const isRedirect = field.each('filters[]').some(({ value: { type } }) => type === 'RequestRedirect');
        if (backends.length === 0 || isRedirect || backends.some((each) => weightOf(each) > 0)) continue;
        const message = `no backend of this rule has any weight, so ${fateOf(route)}`;
        report(field.get('backendRefs').key, message, { severity: 'error' });
      }
  },
});

const NOTHING = 'this destination gets no requests: it has no weight, and others of this route have';

const fateOf = ({ kind }: AnyRoute): string =>
  kind === 'HTTPRoute' || kind === 'GRPCRoute' ? 'every request gets 500' : 'every connection is closed';
