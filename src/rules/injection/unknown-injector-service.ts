import { injectorWebhooks } from '../../mesh/injection/injector-webhooks';
import { rule } from '../rule';

export default rule({
  name: 'unknown-injector-service',
  category: 'reference',
  severity: 'error',
  summary: 'An injector webhook references a control plane Service that does not exist.',
  url: 'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/',
  docs: `
    The API server cannot call the webhook. With \`failurePolicy: Fail\`, it refuses to create pods in
    the namespaces of this webhook; otherwise pods get no sidecar. Usually the control plane was
    removed and its webhook was left behind.

    Fix: remove the webhook configuration, or correct the Service.
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
