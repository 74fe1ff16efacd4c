import { configs } from '../mesh/configs';
import { parseDuration } from '../schema/duration';
import type { HTTPRoute } from '../schema/kinds/networking';
import type { Field } from '../source/field';
import { type Severity, rule } from './rule';

export default rule({
  name: 'impossible-retries',
  category: 'traffic',
  severity: 'warning',
  summary: 'The timeout of a route ends before its retries can.',
  docs: `
    A route's timeout covers all attempts together. Where one attempt may take as long as the
    timeout, an attempt that hangs is never retried: the client gets 504 and the response flag
    UT. Where only the last attempts do not fit, that is remarked upon, as attempts that fail
    fast still leave time for them. Raise the timeout, or lower \`perTryTimeout\` or \`attempts\`
    so that \`perTryTimeout\` times one more than \`attempts\` fits.
  `,
  check({ mesh, report }) {
    for (const virtualService of configs(mesh, 'VirtualService'))
      for (const route of virtualService.each('spec.http[]')) {
        const misfit = misfitOf(route);
        if (misfit) report(misfit.field, misfit.message, { related: misfit.related, severity: misfit.severity });
      }
  },
});

interface Misfit {
  field: Field;
  message: string;
  severity: Severity;
  related: { place: Field; message: string }[];
}

function misfitOf(route: Field<HTTPRoute>): Misfit | undefined {
  const { timeout = '', retries } = route.value;
  const { attempts = 0, perTryTimeout = '' } = retries ?? {};
  const [whole, one] = [parseDuration(timeout), parseDuration(perTryTimeout)];
  if (!whole || !one || attempts < 1 || one * (attempts + 1) <= whole) return undefined;
  const related = [{ place: route.get('timeout'), message: 'the timeout' }];
  const field = route.get('retries').get('perTryTimeout');
  const limit = `the route's timeout of ${timeout}`;
  if (one >= whole)
    return {
      field,
      related,
      severity: 'warning',
      message: `an attempt that takes ${perTryTimeout} is never retried within ${limit}`,
    };
  const fitting = Math.floor(whole / one);
  const message = `of ${attempts + 1} attempts that take ${perTryTimeout} each, only ${fitting} fit within ${limit}`;
  return { field, related, severity: 'info', message };
}
