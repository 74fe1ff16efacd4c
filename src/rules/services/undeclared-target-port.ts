import type { Workload } from '../../mesh/workloads/workloads';
import { declaredPorts, portsOf, targetOf, workloadsBehind } from './served-ports';
import { rule } from '../rule';

export default rule({
  name: 'undeclared-target-port',
  category: 'practice',
  severity: 'info',
  summary: 'A Service targets a port that its containers do not list.',
  url: 'https://kubernetes.io/docs/concepts/services-networking/service/',
  docs: `
    Kubernetes connects to the number whether or not a container lists it, so this works if the
    application listens there. When the containers list other ports, the number is often wrong, and
    clients get 503 UF (connection refused).

    Fix: correct the targetPort, or list the port in the container. Containers without ports and
    proxies are not checked, nor are ports that an argument of a container names; Kiali reports the
    first.
  `,
  sameAs: ['KIA0701'],
  check({ mesh, report }) {
    for (const service of mesh.all('Service')) {
      const workloads = workloadsBehind(mesh, service);
      const [first] = workloads;
      if (!first) continue;
      const declared = workloads.map((workload) => declaredPorts(workload).map(({ number }) => number));
      if (declared.some((numbers) => numbers.length === 0)) continue;
      for (const port of portsOf(service)) {
        const target = targetOf(port);
        if (typeof target !== 'number' || declared.some((numbers) => numbers.includes(target))) continue;
        if (workloads.some((workload) => mentions(workload, target))) continue;
        const place = port.field.get(port.field.value.targetPort === undefined ? 'port' : 'targetPort');
        const listed = [...new Set(declared.flat())].join(', ');
        report(place, `the containers behind "${service.name}" list port ${listed}, but not ${target}`, {
          related: [{ place: first.resource.at(['metadata', 'name']), message: 'the containers' }],
        });
      }
    }
  },
});

/** Whether the proxy of a workload lists a port, or an argument of a container has its number: something listens there. */
function mentions({ template }: Workload, port: number): boolean {
  const { containers = [], initContainers = [] } = template.value.spec ?? {};
  return [...containers, ...initContainers].some(
    ({ ports = [], command = [], args = [] }) =>
      ports.some(({ containerPort }) => containerPort === port) ||
      [...command, ...args].some((text) => text.split(/\D+/).includes(String(port))),
  );
}
