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
  docs: `
    The routes of a delegate take the place of the route that names it. Where there is no such
    VirtualService, where it has hosts of its own, or where it is not exported to the namespace of
    the one that delegates, the route is dropped: requests for it are answered by a later route, or
    with 404 and the response flag NR. Neither istioctl nor Kiali looks at delegates.
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
          const message = `VirtualService ${title} does not exist, so nothing can be delegated to it${didYouMean(name, names)}`;
          missing(place, { kind: 'VirtualService', namespace }, message, { fix: respelling(place, names) });
          continue;
        }
        const message =
          delegation.because === 'has-hosts'
            ? `VirtualService ${title} has hosts of its own, so nothing can be delegated to it`
            : `VirtualService ${title} is not exported to namespace "${virtualService.namespace}"`;
        const { delegate } = delegation;
        const path = delegation.because === 'has-hosts' ? ['spec', 'hosts'] : ['metadata', 'name'];
        report(place, message, { related: [{ place: delegate.at(path), message: 'the delegate' }] });
      }
  },
});

const delegatesIn = (mesh: Mesh, namespace: string): string[] =>
  configsIn(mesh, 'VirtualService', namespace).flatMap((each) => (each.value.spec?.hosts?.length ? [] : each.name));
