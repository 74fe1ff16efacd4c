import { configs } from '../../mesh/settings/configs';
import { isNamespace, namespaces } from '../../mesh/settings/namespaces';
import { didYouMean } from '../../schema/spelling';
import { rule } from '../rule';

export default rule({
  name: 'unknown-granted-namespace',
  category: 'reference',
  severity: 'error',
  summary: 'A ReferenceGrant names a namespace that does not exist.',
  url: 'https://gateway-api.sigs.k8s.io/reference/spec/',
  docs: `
    A ReferenceGrant allows references from the objects of the namespace that it names. A misspelt
    name allows nothing: routes of the intended namespace get 500, and listeners do not get the
    certificates that they name.

    Fix: correct the name.
  `,
  sameAs: ['KIA1601'],
  check({ mesh, missing }) {
    for (const grant of configs(mesh, 'ReferenceGrant'))
      for (const field of grant.each('spec.from[].namespace')) {
        if (isNamespace(mesh, field.value)) continue;
        const message = `namespace "${field.value}" does not exist${didYouMean(field.value, namespaces(mesh).keys())}`;
        missing(field, { kind: 'Namespace', namespace: '' }, message);
      }
  },
});
