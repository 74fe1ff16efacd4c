import { envoyPatches } from './envoy-patches';
import { rule } from '../rule';

export default rule({
  name: 'undocumented-patch',
  category: 'practice',
  severity: 'info',
  summary: 'An EnvoyFilter adds or removes routes, which works but is documented as ignored.',
  docs: `
    Istio's reference says that ADD and REMOVE on HTTP_ROUTE are ignored, and istioctl calls them
    errors. The control plane does both: ADD appends the route to the virtual host, REMOVE takes it
    out. Nobody promises that it stays so; INSERT_FIRST and INSERT_AFTER are documented.
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
