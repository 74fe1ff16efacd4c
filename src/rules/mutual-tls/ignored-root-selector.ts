import { configs } from '../../mesh/settings/configs';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { rule } from '../rule';

export default rule({
  name: 'ignored-root-selector',
  category: 'security',
  severity: 'error',
  summary: 'A PeerAuthentication in the root namespace has a selector, so it has no effect.',
  docs: `
    In the root namespace only a PeerAuthentication without a selector counts: it holds for the
    whole mesh. One with a selector is for no workload at all, neither there nor elsewhere (an
    AuthorizationPolicy with a selector is: that one reaches everywhere). Move it to the namespace of the
    workloads.
  `,
  check({ mesh, report }) {
    for (const policy of configs(mesh, 'PeerAuthentication')) {
      const { matchLabels } = policy.value.spec?.selector ?? {};
      if (policy.namespace !== rootNamespace(mesh) || Object.keys(matchLabels ?? {}).length === 0) continue;
      const message = `a PeerAuthentication with a selector has no effect in the root namespace "${policy.namespace}"; move it to the namespace of its workloads`;
      report(policy.at(['spec', 'selector']).key, message);
    }
  },
});
