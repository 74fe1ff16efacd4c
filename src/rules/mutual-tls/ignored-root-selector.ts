import { configs } from '../../mesh/settings/configs';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { rule } from '../rule';

export default rule({
  name: 'ignored-root-selector',
  category: 'security',
  severity: 'error',
  summary: 'A PeerAuthentication in the root namespace has a selector, so it has no effect.',
  url: 'https://istio.io/latest/docs/reference/config/security/peer_authentication/',
  docs: `
    In the root namespace, only a PeerAuthentication without a selector has an effect: it applies to
    the whole mesh. One with a selector applies to no workload. (An AuthorizationPolicy differs:
    there, a selector in the root namespace selects workloads of all namespaces.)

    Fix: move the policy to the namespace of the workloads.
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
