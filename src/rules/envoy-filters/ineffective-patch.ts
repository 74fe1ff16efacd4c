import { oneOf } from '../../schema/spelling';
import { envoyPatches, operationsOn } from './envoy-patches';
import { rule } from '../rule';

const COUNTERPARTS: Readonly<Record<string, string>> = { REPLACE: 'IST0152', ADD: 'IST0153', REMOVE: 'IST0154' };

export default rule({
  name: 'ineffective-patch',
  category: 'traffic',
  isLocal: true,
  severity: 'error',
  summary: 'An EnvoyFilter uses an operation that is not supported for what it applies to.',
  url: 'https://istio.io/latest/docs/reference/config/networking/envoy-filter/',
  docs: `
    The control plane skips such a patch without a warning, so nothing changes. For example, a whole
    route configuration can only be merged, and a cluster cannot be replaced, only removed and
    added.

    Fix: use an operation that is supported for this object.

    istioctl also reports REPLACE on LISTENER_FILTER, which works.
  `,
  sameAs: ['IST0152', 'IST0153', 'IST0154'],
  check({ mesh, report }) {
    for (const { field, applyTo, operation } of envoyPatches(mesh)) {
      const done = operationsOn(applyTo);
      // Without a value that is known, validation has spoken.
      if (applyTo === 'INVALID' || operation === 'INVALID' || done.includes(operation)) continue;
      const code = COUNTERPARTS[operation];
      report(
        field.get('patch').child('operation'),
        `${operation} has no effect on ${applyTo}; supported operations: ${oneOf(done)}`,
        { sameAs: code && isReported(operation, applyTo) ? [code] : [] },
      );
    }
  },
});

/** istioctl looks at ADD and REMOVE on routes alone. */
const isReported = (operation: string, applyTo: string): boolean =>
  operation === 'REPLACE' || applyTo === 'ROUTE_CONFIGURATION';
