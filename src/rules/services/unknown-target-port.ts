import { oneOf } from '../../schema/spelling';
import { didYouMean } from '../../schema/spelling';
import { declaredPorts, portsOf, targetOf, workloadsBehind } from './served-ports';
import { rule } from '../rule';

export default rule({
  name: 'unknown-target-port',
  category: 'reference',
  severity: 'error',
  summary: 'A Service has a targetPort name that no container of its pods has.',
  url: 'https://kubernetes.io/docs/concepts/services-networking/service/',
  docs: `
    Kubernetes looks the name up among the ports of the containers. When no container has it, the
    port of the Service has no endpoints: clients in the mesh get 503 UH, other clients are refused.

    Fix: name the port in the container, or use its number.
  `,
  sameAs: ['KIA0701'],
  check({ mesh, report }) {
    for (const service of mesh.all('Service')) {
      const behind = workloadsBehind(mesh, service);
      if (behind.length === 0) continue;
      const names = new Set(behind.flatMap(declaredPorts).flatMap(({ name }) => name || []));
      for (const port of portsOf(service)) {
        const target = targetOf(port);
        if (typeof target === 'number' || names.has(target)) continue;
        const others = names.size > 0 ? didYouMean(target, names) || `, but ${oneOf([...names], 'and')}` : '';
        report(
          port.field.get('targetPort'),
          `no container of the pods of "${service.name}" has a port named "${target}"${others}`,
          {
            related: behind
              .slice(0, 3)
              .map(({ resource }) => ({ place: resource.at(['metadata', 'name']), message: 'its pods' })),
          },
        );
      }
    }
  },
});
