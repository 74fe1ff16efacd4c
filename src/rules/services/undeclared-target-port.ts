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
    proxies are not checked; Kiali reports the former.
  `,
  sameAs: ['KIA0701'],
  check({ mesh, report }) {
    for (const service of mesh.all('Service')) {
      const [first, ...others] = workloadsBehind(mesh, service);
      if (!first) continue;
      const declared = [first, ...others].map((workload) => declaredPorts(workload).map(({ number }) => number));
      if (declared.some((numbers) => numbers.length === 0)) continue;
      for (const port of portsOf(service)) {
        const target = targetOf(port);
        if (typeof target !== 'number' || declared.some((numbers) => numbers.includes(target))) continue;
        const place = port.field.get(port.field.value.targetPort === undefined ? 'port' : 'targetPort');
        const listed = [...new Set(declared.flat())].join(', ');
        report(place, `the containers behind "${service.name}" list port ${listed}, but not ${target}`, {
          related: [{ place: first.resource.at(['metadata', 'name']), message: 'the containers' }],
        });
      }
    }
  },
});
