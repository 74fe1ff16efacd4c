import { injectorWebhooks } from '../../mesh/injection/injector-webhooks';
import { rule } from '../rule';

export default rule({
  name: 'unknown-injector-service',
  category: 'reference',
  severity: 'error',
  summary: 'An injector webhook references a control plane Service that does not exist.',
  docs: `
    The API server asks nobody, or, with \`failurePolicy: Fail\`, refuses to create pods in the
    namespaces of this webhook. It is usually left behind by a control plane that was removed:
    remove it too.
  `,
  sameAs: ['IST0139'],
  check({ mesh, missing }) {
    const services = new Set(mesh.all('Service').map(({ namespace, name }) => `${namespace}/${name}`));
    for (const { field } of injectorWebhooks(mesh)) {
      const { name = '', namespace = '' } = field.value.clientConfig?.service ?? {};
      if (name === '' || services.has(`${namespace}/${name}`)) continue;
      const place = field.get('clientConfig').get('service').get('name');
      missing(place, { kind: 'Service', namespace }, `Service "${name}" does not exist in namespace "${namespace}"`);
    }
  },
});
