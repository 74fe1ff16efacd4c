import { configs } from '../../mesh/settings/configs';
import { type Context, rule } from '../rule';
import type { Field } from '../../source/field';

export default rule({
  name: 'unmatchable-path',
  category: 'security',
  isLocal: true,
  severity: 'warning',
  summary: 'An AuthorizationPolicy matches a path that no request has.',
  url: 'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
  docs: `
    Every path starts with "/", and policies compare it without its query and fragment. An entry
    such as "admin/*" or "/search?q=1" never matches: an ALLOW rule does not allow the request, a
    DENY rule does not deny it.

    Fix: start the path with "/" (or with "*" to match a suffix). Query parameters cannot be matched
    by an AuthorizationPolicy path.
  `,
  check(context) {
    for (const policy of configs(context.mesh, 'AuthorizationPolicy')) {
      const operations = policy.each('spec.rules[].to[].operation');
      for (const operation of operations)
        for (const field of [...operation.each('paths[]'), ...operation.each('notPaths[]')]) checkOne(context, field);
    }
  },
});

function checkOne({ report }: Context, field: Field<string>): void {
  const { value } = field;
  if (!value.startsWith('/') && !value.startsWith('*'))
    report(field, `path "${value}" never matches: paths start with "/"; did you mean "/${value}"?`);
  else if (/[?#]/.test(value))
    report(
      field,
      `"${value}" never matches, because policies see paths without ${value.includes('?') ? 'the query' : 'the fragment'}`,
    );
}
