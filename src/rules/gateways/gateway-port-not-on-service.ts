import { configs } from '../../mesh/settings/configs';
import { workloadsOfGateway } from '../../mesh/gateways/gateways';
import type { Mesh } from '../../mesh/mesh';
import { proxyOf } from '../../mesh/workloads/proxy';
import type { ServiceTarget } from '../../mesh/services/service';
import type { Workload } from '../../mesh/workloads/workloads';
import { rule } from '../rule';

export default rule({
  name: 'gateway-port-not-on-service',
  category: 'reference',
  severity: 'warning',
  summary: 'A Gateway listens on a port that no Service of its workload has.',
  url: 'https://istio.io/latest/docs/reference/config/networking/gateway/',
  docs: `
    The proxy listens on the port, but clients reach it through a Service or the load balancer in
    front of it, and no Service that selects the gateway's pods has this port, neither as its port
    nor as its targetPort.

    Fix: add the port to the Service, or use one that it has. Clients that connect to the pods
    directly are not affected.

    \`istioctl analyze\` skips Service ports without \`protocol\`, which the API server sets to TCP, so
    it also reports files that work in a cluster.
  `,
  sameAs: ['IST0162'],
  check({ mesh, missing }) {
    for (const gateway of configs(mesh, 'Gateway')) {
      const selected = workloadsOfGateway(mesh, gateway).filter(({ pods }) => pods.length > 0);
      if (selected.length === 0 || selected.some(isOnHostNetwork)) continue;
      const targets = selected.flatMap((workload) => targetsOf(mesh, workload));
      const offered = new Set(targets.flatMap(({ port, targetPort }) => [port.number, targetPort]));
      const hosts = [...new Set(targets.map(({ service }) => service))];
      for (const field of gateway.each('spec.servers[].port.number')) {
        if (!field.value || offered.has(field.value)) continue;
        const names = hosts.map(({ name }) => `"${name}"`).join(', ');
        const message = hosts.length
          ? `the Service ${names} of this gateway has no port ${field.value}`
          : `no Service selects the workload of this gateway, "${selected[0]!.name}"`;
        missing(
          field,
          { kind: 'Service', namespace: selected[0]!.namespace, isMisspelt: hosts.length > 0 && !mesh.isPartial },
          message,
          {
            related: hosts.map((service) => ({ place: service.field, message: 'the Service' })),
          },
        );
      }
    }
  },
});

const targetsOf = (mesh: Mesh, { pods }: Workload): readonly ServiceTarget[] => proxyOf(mesh, pods[0]!).targets;

const isOnHostNetwork = ({ template }: Workload): boolean => template.value.spec?.hostNetwork === true;
