import { configs } from '../../mesh/settings/configs';
import { namespaces } from '../../mesh/settings/namespaces';
import { fitsText, isPattern } from '../../mesh/policies/text-match';
import { didYouMean } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { type Context, rule } from '../rule';

export default rule({
  name: 'unknown-source-namespace',
  category: 'reference',
  severity: 'warning',
  summary: 'An AuthorizationPolicy matches a source namespace that does not exist.',
  docs: `
    The namespace of a client is read from the identity in its certificate, so an entry that no
    namespace fits never matches: an ALLOW rule lets nobody in by it, a DENY rule keeps nobody
    out, and a notNamespaces entry makes no exception. Correct the name.

    Names are compared as they stand. istioctl takes upper and lower case as equal, and Kiali does not
    look at notNamespaces; neither looks at the condition "source.namespace".
  `,
  sameAs: ['IST0101', 'KIA0101'],
  check(context) {
    for (const policy of configs(context.mesh, 'AuthorizationPolicy')) {
      for (const field of policy.each('spec.rules[].from[].source.namespaces[]'))
        judge(context, field, ['IST0101', 'KIA0101']);
      for (const field of policy.each('spec.rules[].from[].source.notNamespaces[]')) judge(context, field, ['IST0101']);
      for (const condition of policy.each('spec.rules[].when[]'))
        if (condition.value.key === 'source.namespace')
          for (const field of [...condition.each('values[]'), ...condition.each('notValues[]')])
            judge(context, field, []);
    }
  },
});

function judge({ mesh, missing }: Context, field: Field<string>, sameAs: string[]): void {
  const known = [...namespaces(mesh).keys()];
  if (known.some((name) => fitsText(field.value, name))) return;
  const message = isPattern(field.value)
    ? `"${field.value}" matches no namespace`
    : `namespace "${field.value}" does not exist${didYouMean(field.value, known)}`;
  missing(field, { kind: 'Namespace', namespace: '' }, message, { sameAs });
}
