import { configs } from '../../mesh/settings/configs';
import { parseDuration } from '../../schema/duration';
import type { HTTPRouteRule } from '../../schema/kinds/gateway-api';
import type { HTTPRoute } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import { type Severity, rule } from '../rule';
import { rulesOf } from './backends';

export default rule({
  name: 'impossible-retries',
  category: 'traffic',
  isLocal: true,
  severity: 'warning',
  summary: 'The timeout of a route is too short for its retries.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    The timeout of a route includes all attempts. When one attempt may take as long as the timeout,
    an attempt that hangs is never retried: the client gets 504 with the response flag UT. When only
    the last attempts do not fit, the finding is info, because attempts that fail fast still leave
    time for them.

    Fix: raise the timeout, or lower \`perTryTimeout\` or \`attempts\`, so that \`perTryTimeout\` times
    (\`attempts\` + 1) fits. In an HTTPRoute these are \`timeouts.request\` and
    \`timeouts.backendRequest\`.
  `,
  check({ mesh, report }) {
    for (const virtualService of configs(mesh, 'VirtualService'))
      for (const route of virtualService.each('spec.http[]')) {
        const misfit = misfitOf(route);
        if (misfit) report(misfit.field, misfit.message, { related: misfit.related, severity: misfit.severity });
      }
    for (const route of configs(mesh, 'HTTPRoute'))
      for (const { field } of rulesOf(route)) {
        const misfit = misfitOfRule(field);
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
  const { retries } = route.value;
  return misfit(route.get('timeout'), route.get('retries').get('perTryTimeout'), retries?.attempts);
}

/** Without attempts a rule of the Gateway API has two. */
function misfitOfRule(rule: Field<HTTPRouteRule>): Misfit | undefined {
  const { retry } = rule.value;
  const timeouts = rule.get('timeouts');
  return retry && misfit(timeouts.get('request'), timeouts.get('backendRequest'), retry.attempts ?? 2);
}

function misfit(timeoutField: Field, field: Field, attempts = 0): Misfit | undefined {
  const [timeout, perTryTimeout] = [timeoutField, field].map(({ value }) => (typeof value === 'string' ? value : ''));
  const [whole, one] = [parseDuration(timeout!), parseDuration(perTryTimeout!)];
  if (!whole || !one || attempts < 1 || one * (attempts + 1) <= whole) return undefined;
  const related = [{ place: timeoutField, message: 'the timeout' }];
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
