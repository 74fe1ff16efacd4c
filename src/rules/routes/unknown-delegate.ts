import { configs, configsIn } from '../../mesh/settings/configs';
import { delegationOf } from '../../mesh/traffic/delegates';
import type { Mesh } from '../../mesh/mesh';
import { didYouMean } from '../../schema/spelling';
import { respelling } from '../edits';
import { rule } from '../rule';

export default rule({
  name: 'unknown-delegate',
  category: 'reference',
  severity: 'error',
  summary: 'A route delegates to a VirtualService that does not exist or cannot be a delegate.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    The routes of a delegate replace the route that names it. When the VirtualService does not
    exist, has its own hosts, or is not exported to the namespace of the delegating one, the route
    is dropped: a later route answers its requests, or they get 404 with the response flag NR.

    Fix: correct the reference; a delegate must have no hosts. Neither istioctl nor Kiali checks
    delegates.
  `,
  check({ mesh, report, missing }) {
    for (const virtualService of configs(mesh, 'VirtualService'))
      for (const route of virtualService.each('spec.http[]')) {
        const delegation = delegationOf(mesh, route);
        if (!delegation || delegation.met) continue;
        const { name = '', namespace = virtualService.namespace } = route.value.delegate ?? {};
        const place = route.get('delegate').get('name');
        const title = `"${namespace}/${name}"`;
        if (delegation.because === 'unknown') {
          const names = delegatesIn(mesh, namespace);
          const message = `VirtualService ${title} does not exist, so it cannot be a delegate${didYouMean(name, names)}`;
          missing(place, { kind: 'VirtualService', namespace }, message, { fix: respelling(place, names) });
          continue;
        }
        const message =
          delegation.because === 'has-hosts'
            ? `VirtualService ${title} has hosts of its own, so it cannot be a delegate`
            : `VirtualService ${title} is not exported to namespace "${virtualService.namespace}"`;
        const { delegate } = delegation;
        const path = delegation.because === 'has-hosts' ? ['spec', 'hosts'] : ['metadata', 'name'];
        report(place, message, { related: [{ place: delegate.at(path), message: 'the delegate' }] });
      }
  },
});

const delegatesIn = (mesh: Mesh, namespace: string): string[] =>
  configsIn(mesh, 'VirtualService', namespace).flatMap((each) => (each.value.spec?.hosts?.length ? [] : each.name));
