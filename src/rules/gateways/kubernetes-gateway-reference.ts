import { gatewayReferences } from './gateway-references';
import { rule } from '../rule';

export default rule({
  name: 'kubernetes-gateway-reference',
  category: 'traffic',
  severity: 'warning',
  summary: 'A VirtualService references a Gateway of the Gateway API, which accepts only routes of the Gateway API.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    The names in spec.gateways refer to Istio Gateways (networking.istio.io). Istio translates a
    Gateway of gateway.networking.k8s.io to internal Gateways with other names, so the
    VirtualService has no effect there: the proxy answers 404 with the response flag NR.

    Fix: write an HTTPRoute whose parentRefs name the Gateway.

    Newer releases of istioctl accept the reference; the control plane does not use it.
  `,
  check({ mesh, report }) {
    for (const { field, name, referent } of gatewayReferences(mesh)) {
      if (referent.kind !== 'kubernetes-gateway') continue;
      report(
        field,
        `"${name}" is a Gateway of the Gateway API, where a VirtualService has no effect; use an HTTPRoute`,
        {
          related: [{ place: referent.gateway.at(['metadata', 'name']), message: 'the Gateway' }],
        },
      );
    }
  },
});
