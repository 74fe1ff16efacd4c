import { envoyPatches } from './envoy-patches';
import { rule } from '../rule';

export default rule({
  name: 'undocumented-patch',
  category: 'practice',
  severity: 'info',
  isRemark: true,
  summary: 'An EnvoyFilter adds or removes routes, which works but is documented as ignored.',
  url: 'https://istio.io/latest/docs/reference/config/networking/envoy-filter/',
  docs: `
    Istio's reference says that ADD and REMOVE on HTTP_ROUTE are ignored, and istioctl reports them
    as errors. The control plane applies both: ADD appends the route to the virtual host, REMOVE
    deletes it. A later release may change that.

    Fix: use INSERT_FIRST or INSERT_AFTER, which are documented.
  `,
  sameAs: ['IST0153', 'IST0154'],
  check({ mesh, report }) {
    for (const { field, applyTo, operation } of envoyPatches(mesh)) {
      if (applyTo !== 'HTTP_ROUTE' || (operation !== 'ADD' && operation !== 'REMOVE')) continue;
      report(
        field.get('patch').child('operation'),
        `${operation} on HTTP_ROUTE works, but Istio's reference documents it as ignored`,
        { sameAs: [operation === 'ADD' ? 'IST0153' : 'IST0154'] },
      );
    }
  },
});
