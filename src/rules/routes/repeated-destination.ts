import { writtenVirtualServices } from '../../mesh/traffic/virtual-services';
import type { Place } from '../../source/file';
import { routesOfApi } from '../gateway-api/api-routes';
import { type Context, rule } from '../rule';
import { rulesOf } from './backends';
import { destinationsIn } from './destinations';

export default rule({
  name: 'repeated-destination',
  category: 'conflict',
  isLocal: true,
  severity: 'warning',
  summary: 'A route has a duplicate destination.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    Envoy gets the same cluster twice in a weighted split, so the destination gets the sum of both
    weights. Usually one of the two should have another host or subset.

    Fix: correct the host or subset, or write the destination once with the sum.

    A destination with its own \`headers\`, or a backend with its own filters, is not reported: such a
    split changes headers for a share of the requests. Kiali does not compare ports; one host on two
    ports is not reported here.
  `,
  sameAs: ['KIA1105'],
  check(context) {
    for (const virtualService of writtenVirtualServices(context.mesh))
      for (const { destinations } of destinationsIn(virtualService)) {
        const named = destinations
          .filter(({ field }) => field.child('headers').value === undefined)
          .map(({ field, destination: { host = '', subset = '', port } }) => ({
            place: field.get('destination').key,
            key: `${host.toLowerCase()} ${subset} ${port?.number ?? ''}`,
          }));
        reportRepeated(context, named, 'duplicate destination in this route', ['KIA1105']);
      }
    for (const route of routesOfApi(context.mesh))
      for (const { backends } of rulesOf(route)) {
        const named = backends
          .filter(({ value: { filters = [] } }) => filters.length === 0)
          .map((field) => {
            const { group = '', kind = 'Service', namespace = route.namespace, name = '', port = '' } = field.value;
            return { place: field.get('name'), key: `${group} ${kind} ${namespace} ${name} ${port}` };
          });
        reportRepeated(context, named, 'duplicate backend in this rule', []);
      }
  },
});

interface Named {
  readonly place: Place;
  readonly key: string;
}

function reportRepeated({ report }: Context, all: readonly Named[], message: string, sameAs: string[]): void {
  const known = new Map<string, Place>();
  for (const { place, key } of all) {
    const first = known.get(key);
    if (first) report(place, message, { related: [{ place: first, message: 'the first time' }], sameAs });
    else known.set(key, place);
  }
}
