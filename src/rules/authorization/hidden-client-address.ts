import { configs } from '../../mesh/settings/configs';
import { loadBalancersBefore } from '../../mesh/gateways/load-balancers';
import { workloadsUnder } from '../../mesh/policies/policy-enforcers';
import { isGateway, isWaypoint } from '../../mesh/workloads/proxy';
import { rule } from '../rule';

export default rule({
  name: 'hidden-client-address',
  category: 'security',
  severity: 'warning',
  isAboutCompany: true,
  summary: 'An AuthorizationPolicy at a gateway matches client addresses that its load balancer hides.',
  url: 'https://istio.io/latest/docs/tasks/security/authorization/authz-ingress/',
  docs: `
    ipBlocks are compared with the address from which the connection comes. A Service of type
    LoadBalancer or NodePort without \`externalTrafficPolicy: Local\` replaces the client's address
    with that of a node. An ALLOW rule then allows no client by its own address (403, RBAC: access
    denied), or every client if it names the addresses of nodes; a DENY rule denies no client.

    Fix: set \`externalTrafficPolicy: Local\` on the Service for a load balancer that forwards
    packets (for a Gateway of the Gateway API, in the ConfigMap of \`infrastructure.parametersRef\`);
    match \`remoteIpBlocks\` (with \`numTrustedProxies\` in MeshConfig) for one that sets
    X-Forwarded-For.

    Nothing is reported when the Service or the gateway uses the PROXY protocol, or the load balancer
    sends to pods directly.
  `,
  check({ mesh, report }) {
    for (const policy of configs(mesh, 'AuthorizationPolicy')) {
      const fields = [
        ...policy.each('spec.rules[].from[].source.ipBlocks'),
        ...policy.each('spec.rules[].from[].source.notIpBlocks'),
        ...policy
          .each('spec.rules[].when[]')
          .filter(({ value }) => value.key === 'source.ip')
          .map((condition) => condition.get('key')),
      ];
      const workloads = fields.length > 0 ? workloadsUnder(mesh, policy) : [];
      if (!workloads.every((each) => isGateway(mesh, each) && !isWaypoint(each))) continue;
      const [service] = workloads.flatMap((each) => loadBalancersBefore(mesh, each));
      if (!service) continue;
      const isGatewayApi = service.kind === 'Gateway';
      const title = isGatewayApi ? `the Service of ${service.title}` : service.title;
      const place = service.at(['spec', isGatewayApi ? 'gatewayClassName' : 'type']);
      for (const field of fields)
        report(
          field.key,
          `this never sees the addresses of clients: ${title} has no externalTrafficPolicy "Local", so connections come from the addresses of nodes`,
          { related: [{ place, message: 'the Service of the gateway' }] },
        );
    }
  },
});
