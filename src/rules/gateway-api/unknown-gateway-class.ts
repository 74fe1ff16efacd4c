import { configs } from '../../mesh/settings/configs';
import { didYouMean } from '../../schema/spelling';
import { rule } from '../rule';

/** The classes that the control plane makes itself. istio: gatewaycommon.AllClasses */
const BUILT_IN = [
  'istio',
  'istio-remote',
  'istio-waypoint',
  'istio-east-west',
  'istio-agentgateway',
  'istio-agentgateway-waypoint',
];

export default rule({
  name: 'unknown-gateway-class',
  category: 'reference',
  severity: 'error',
  summary: 'A Gateway of the Gateway API has a class that does not exist.',
  url: 'https://gateway-api.sigs.k8s.io/reference/spec/',
  docs: `
    The GatewayClass names the controller of a Gateway. Without it, no proxy is deployed, nothing
    listens, and no route is attached.

    Fix: use an existing class. Istio creates the classes "istio", "istio-remote" and
    "istio-waypoint".
  `,
  sameAs: ['KIA1504'],
  check({ mesh, missing }) {
    const known = [...BUILT_IN, ...configs(mesh, 'GatewayClass').map(({ name }) => name)];
    for (const gateway of configs(mesh, 'KubernetesGateway'))
      for (const field of gateway.each('spec.gatewayClassName')) {
        if (known.includes(field.value)) continue;
        const message = `GatewayClass "${field.value}" does not exist${didYouMean(field.value, known)}`;
        missing(field, { kind: 'GatewayClass', namespace: '' }, message);
      }
  },
});
