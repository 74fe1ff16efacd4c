import { principalOf, trustDomains } from '../../mesh/policies/principals';
import { meshConfigSource } from '../../mesh/settings/mesh-config';
import { didYouMean, didYouMisspell, oneOf } from '../../schema/spelling';
import { principals } from './principal-fields';
import { rule } from '../rule';

export default rule({
  name: 'unknown-trust-domain',
  category: 'reference',
  severity: 'warning',
  isAboutCompany: true,
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
  check({ mesh, report, missing }) {
    const source = meshConfigSource(mesh);
    const known = [...trustDomains(mesh)];
    for (const { field, isListed } of principals(mesh)) {
      const principal = principalOf(field.value);
      if (!principal || field.value.startsWith('spiffe:') || trustDomains(mesh).has(principal.trustDomain)) continue;
      const isMisspelt = didYouMisspell(principal.trustDomain, known);
      const hint = didYouMean(principal.trustDomain, known) || `; known trust domains: ${oneOf(known, 'and')}`;
      const sameAs = isListed ? ['KIA0108'] : [];
      const message = `"${principal.trustDomain}" is not a trust domain of this mesh${hint}`;
      const related = source?.field && !isMisspelt ? [{ place: source.field, message: 'the MeshConfig' }] : [];
      if (source) report(field, message, { sameAs, related, evidence: source.field ? [source.field] : [] });
      else missing(field, { kind: 'MeshConfig', namespace: '', isMisspelt }, message, { sameAs });
    }
  },
});
