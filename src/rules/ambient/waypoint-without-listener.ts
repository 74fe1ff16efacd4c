import { configs } from '../../mesh/settings/configs';
import { isWaypointGateway } from '../../mesh/gateways/gateway-deployments';
import { rule } from '../rule';

const BINDING = 'ambient.istio.io/waypoint-inbound-binding';

export default rule({
  name: 'waypoint-without-listener',
  category: 'traffic',
  severity: 'error',
  summary: 'A waypoint has no HBONE listener on port 15008.',
  url: 'https://istio.io/latest/docs/ambient/usage/waypoint/',
  docs: `
    ztunnel opens its tunnels to port 15008 of the waypoint's Service. Istio creates that Service
    with the ports of the Gateway's listeners. Without a listener of protocol HBONE on port 15008,
    every connection to what the waypoint serves is closed.

    Fix: give the Gateway the listener that \`istioctl waypoint generate\` writes: protocol HBONE, port
    15008.
  `,
  sameAs: ['UnsupportedProtocol'],
  check({ mesh, report }) {
    for (const gateway of configs(mesh, 'KubernetesGateway')) {
      const { annotations = {} } = gateway.metadata;
      if (!isWaypointGateway(mesh, gateway) || annotations[BINDING] !== undefined) continue;
      const listeners = gateway.each('spec.listeners[]');
      if (listeners.some(({ value }) => value.protocol === 'HBONE' && value.port === 15008)) continue;
      const wrong = listeners.find(({ value }) => value.protocol === 'HBONE' || value.port === 15008);
      report(
        wrong?.get(wrong.value.protocol === 'HBONE' ? 'port' : 'protocol') ?? gateway.at(['metadata', 'name']),
        'this waypoint takes no traffic: it needs a listener with protocol HBONE on port 15008',
      );
    }
  },
});
