import { configs } from '../../mesh/settings/configs';
import { rule } from '../rule';

export default rule({
  name: 'ambiguous-outbound-mode',
  category: 'traffic',
  severity: 'warning',
  summary: 'An outboundTrafficPolicy of a Sidecar has no mode, which blocks every unknown host.',
  docs: `
    \`outboundTrafficPolicy: {}\` does not mean the mesh's default: an absent mode is
    REGISTRY_ONLY, and calls of hosts outside of the mesh get 502 from the proxy itself, or are
    reset (response flag UH). Write the mode that is meant, or leave the whole policy out.

    Kiali cannot tell an absent mode from a written REGISTRY_ONLY and reports both; a mode that
    is written is no fault here.
  `,
  sameAs: ['KIA1007'],
  check({ mesh, report }) {
    for (const sidecar of configs(mesh, 'Sidecar'))
      for (const policy of sidecar.each('spec.outboundTrafficPolicy'))
        if (policy.value.mode === undefined)
          report(
            policy.key,
            'outboundTrafficPolicy without "mode" means REGISTRY_ONLY, not the mesh default; set "mode"',
          );
  },
});
