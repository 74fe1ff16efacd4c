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
  docs: `
    Weights are shares of their sum. In a VirtualService a destination without \`weight\` has none: it
    does not get what the others leave over, but nothing at all. Give every destination of a
    split its weight; a \`weight: 0\` that is written out is taken to be meant.

    In a rule of the Gateway API a backend without \`weight\` counts as 1. Where all of them are 0,
    every request gets 500 from the proxy itself, and connections of TCPRoute and TLSRoute are closed.
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
