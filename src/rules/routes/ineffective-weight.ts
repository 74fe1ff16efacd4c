import { writtenVirtualServices } from '../../mesh/traffic/virtual-services';
import { routesOfApi } from '../gateway-api/api-routes';
import { replacing } from '../edits';
import { rule } from '../rule';
import { rulesOf } from './backends';
import { destinationsIn } from './destinations';

export default rule({
  name: 'ineffective-weight',
  category: 'traffic',
  isLocal: true,
  severity: 'warning',
  summary: 'The weight of a sole destination has no effect.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    Weights are shares of their sum. A sole destination gets every request, whatever its weight is.

    Fix: add the missing destination, or remove the weight.
  `,
  sameAs: ['KIA1104'],
  check({ mesh, report }) {
    for (const virtualService of writtenVirtualServices(mesh))
      for (const { destinations } of destinationsIn(virtualService)) {
        const [only, ...others] = destinations;
        if (!only || others.length > 0 || !only.weight || only.weight >= 100) continue;
        const place = only.field.get('weight');
        const message = `a sole destination gets every request, not ${only.weight} %`;
        report(place, message, { fix: replacing(place, 100) });
      }
    for (const route of routesOfApi(mesh))
      for (const { backends } of rulesOf(route)) {
        const [only, ...others] = backends;
        const weight = only?.value.weight ?? 1;
        // 1 is what a backend has that says nothing.
        if (!only || others.length > 0 || weight <= 1 || weight >= 100) continue;
        const message = `a sole backend gets every request, whatever its weight of ${weight}`;
        const place = only.get('weight');
        report(place, message, { sameAs: [], fix: replacing(place, 1) });
      }
  },
});
