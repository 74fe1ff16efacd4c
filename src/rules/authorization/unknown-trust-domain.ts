import { principalOf, trustDomains } from '../../mesh/policies/principals';
import { didYouMean, oneOf } from '../../schema/spelling';
import { principals } from './principal-fields';
import { rule } from '../rule';

export default rule({
  name: 'unknown-trust-domain',
  category: 'reference',
  severity: 'warning',
  summary: 'An AuthorizationPolicy matches an identity of an unknown trust domain.',
  docs: `
    The certificates of this mesh carry its own trust domain (MeshConfig's trustDomain), and
    policies hold for it and for its aliases (trustDomainAliases), which "cluster.local" stands
    for. An identity of another trust domain can only come from a mesh that shares the root of
    trust; where there is none, the entry never matches. Correct it, or declare the alias.
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
