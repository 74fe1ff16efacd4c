import { principalOf, trustDomains } from '../../mesh/policies/principals';
import { didYouMean, oneOf } from '../../schema/spelling';
import { principals } from './principal-fields';
import { rule } from '../rule';

export default rule({
  name: 'unknown-trust-domain',
  category: 'reference',
  severity: 'warning',
  summary: 'An AuthorizationPolicy matches an identity of an unknown trust domain.',
  url: 'https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/',
  docs: `
    The certificates of this mesh carry its own trust domain (\`trustDomain\` in MeshConfig). Policies
    apply to it and to its aliases (\`trustDomainAliases\`); "cluster.local" stands for all of them.
    An identity of another trust domain can only come from a mesh with the same root certificate.
    Without such a mesh, the entry never matches.

    Fix: correct the trust domain, or declare the alias.
  `,
  sameAs: ['KIA0108'],
  check({ mesh, report }) {
    const known = [...trustDomains(mesh)];
    for (const { field, isListed } of principals(mesh)) {
      const principal = principalOf(field.value);
      if (!principal || field.value.startsWith('spiffe:') || trustDomains(mesh).has(principal.trustDomain)) continue;
      const hint = didYouMean(principal.trustDomain, known) || `; known trust domains: ${oneOf(known, 'and')}`;
      const sameAs = isListed ? ['KIA0108'] : [];
      report(field, `"${principal.trustDomain}" is not a trust domain of this mesh${hint}`, { sameAs });
    }
  },
});
