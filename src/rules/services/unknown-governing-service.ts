import { rule } from '../rule';

export default rule({
  name: 'unknown-governing-service',
  category: 'reference',
  severity: 'warning',
  summary: 'A StatefulSet references a Service that does not exist or is not headless.',
  docs: `
    \`serviceName\` names the headless Service by which each pod of a StatefulSet is found,
    \`POD.SERVICE.NAMESPACE.svc\`. Without it these names do not resolve, and the proxies of the
    mesh have no listeners for the addresses of the single pods: members that look for each other
    by name do not find each other. Create a Service with \`clusterIP: None\` and the pods' labels.
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
