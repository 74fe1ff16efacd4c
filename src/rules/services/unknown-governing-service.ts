import { rule } from '../rule';

export default rule({
  name: 'unknown-governing-service',
  category: 'reference',
  severity: 'warning',
  summary: 'A StatefulSet references a Service that does not exist or is not headless.',
  url: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/',
  docs: `
    \`serviceName\` is the headless Service that gives each pod of a StatefulSet its name,
    \`POD.SERVICE.NAMESPACE.svc\`. Without it these names do not resolve, and proxies have no
    listeners for the addresses of the pods, so members of the set cannot find each other by name.

    Fix: create a Service with \`clusterIP: None\` and the labels of the pods.
  `,
  check({ mesh, report, missing }) {
    const services = new Map(mesh.all('Service').map((each) => [`${each.namespace}/${each.name}`, each]));
    for (const set of mesh.all('StatefulSet')) {
      const { serviceName } = set.value.spec ?? {};
      if (!serviceName) continue;
      const place = set.at(['spec', 'serviceName']);
      const service = services.get(`${set.namespace}/${serviceName}`);
      if (!service)
        missing(
          place,
          { kind: 'Service', namespace: set.namespace },
          `Service "${serviceName}" does not exist, so the pods get no DNS names`,
        );
      else if (service.value.spec?.clusterIP !== 'None')
        report(place, `Service "${serviceName}" is not headless, so the pods get no DNS names`, {
          severity: 'info',
          related: [{ place: service.at(['metadata', 'name']), message: 'has no "clusterIP: None"' }],
        });
    }
  },
});
