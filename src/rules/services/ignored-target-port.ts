import { declaredPorts, portsOf, targetOf, workloadsBehind } from './served-ports';
import { rule } from '../rule';

export default rule({
  name: 'ignored-target-port',
  category: 'traffic',
  severity: 'warning',
  summary: 'A headless Service has a targetPort that differs from its port.',
  url: 'https://kubernetes.io/docs/concepts/services-networking/service/',
  docs: `
    The name of a headless Service (\`clusterIP: None\`) resolves to the addresses of its pods, and
    clients connect to the port of the Service on the pod: \`targetPort\` is not applied. When no
    container listens on that port, clients get 503 UF (connection refused), or a reset without a
    sidecar. Only gateways and routes that name the Service use the target port.

    Fix: use the same number for both.
  `,
  check({ mesh, report }) {
    for (const service of mesh.all('Service')) {
      const { clusterIP, type = 'ClusterIP', selector } = service.value.spec ?? {};
      if (clusterIP !== 'None' || type === 'ExternalName' || !selector) continue;
      const declared = workloadsBehind(mesh, service).flatMap(declaredPorts);
      for (const port of portsOf(service)) {
        if (port.field.value.protocol === 'UDP') continue;
        const { port: number = 0, targetPort } = port.field.value;
        const target = targetOf(port);
        const named = declared.filter(({ name }) => name === target).map((each) => each.number);
        const targets = typeof target === 'number' ? [target] : named;
        const isServed = targets.includes(number) || declared.some((each) => each.number === number);
        if (targets.length === 0 || isServed) continue;
        report(
          port.field.get(targetPort === undefined ? 'port' : 'targetPort'),
          `clients of a headless Service connect to port ${number} of the pods, not to targetPort ${target}; use one number for both`,
        );
      }
    }
  },
});
