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
  url: 'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
  docs: `
    The namespace of a client is part of the identity in its certificate. An entry that matches no
    namespace never applies: an ALLOW rule allows no client by it, a DENY rule denies none, and a
    notNamespaces entry excludes none.

    Fix: correct the name.

    Names are compared exactly. istioctl ignores case, and Kiali does not check notNamespaces.
    Neither checks the condition "source.namespace".
  `,
  sameAs: ['IST0101', 'KIA0101'],
  check(context) {
    for (const policy of configs(context.mesh, 'AuthorizationPolicy')) {
      for (const field of policy.each('spec.rules[].from[].source.namespaces[]'))
        checkOne(context, field, ['IST0101', 'KIA0101']);
      for (const field of policy.each('spec.rules[].from[].source.notNamespaces[]'))
        checkOne(context, field, ['IST0101']);
      for (const condition of policy.each('spec.rules[].when[]'))
        if (condition.value.key === 'source.namespace')
          for (const field of [...condition.each('values[]'), ...condition.each('notValues[]')])
            checkOne(context, field, []);
    }
  },
});

function checkOne({ mesh, missing }: Context, field: Field<string>, sameAs: string[]): void {
  const known = [...namespaces(mesh).keys()];
  if (known.some((name) => fitsText(field.value, name))) return;
  const message = isPattern(field.value)
    ? `"${field.value}" matches no namespace`
    : `namespace "${field.value}" does not exist${didYouMean(field.value, known)}`;
  missing(field, { kind: 'Namespace', namespace: '' }, message, { sameAs });
}
