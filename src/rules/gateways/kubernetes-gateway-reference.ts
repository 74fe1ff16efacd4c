import { gatewayReferences } from './gateway-references';
import { rule } from '../rule';

export default rule({
  name: 'kubernetes-gateway-reference',
  category: 'traffic',
  severity: 'warning',
  summary: 'A VirtualService references a Gateway of the Gateway API, which accepts only routes of the Gateway API.',
  docs: `
    Istio looks for the names in spec.gateways among its own Gateways (networking.istio.io). A
    Gateway of gateway.networking.k8s.io becomes Istio Gateways of other names, one for each
    listener, so the VirtualService has no effect there: the proxy answers 404 with the response
    flag NR. Write an HTTPRoute whose parentRefs name the Gateway.

    Newer releases of istioctl take the reference for good; the control plane does not follow it.
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
