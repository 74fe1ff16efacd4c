import { configs } from '../../mesh/settings/configs';
import { rule } from '../rule';

export default rule({
  name: 'ambiguous-outbound-mode',
  category: 'traffic',
  severity: 'warning',
  summary: 'An outboundTrafficPolicy of a Sidecar has no mode, which blocks every unknown host.',
  url: 'https://istio.io/latest/docs/reference/config/networking/sidecar/',
  docs: `
    \`outboundTrafficPolicy: {}\` is not the default of the mesh: without a mode it means
    REGISTRY_ONLY, and calls to hosts outside the mesh get 502 from the proxy or are reset (response
    flag UH).

    Fix: set the mode, or remove the policy.

    Kiali cannot distinguish a missing mode from REGISTRY_ONLY and reports both; here an explicit
    mode is not reported.
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
