import { configs, configsIn } from '../../mesh/settings/configs';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { didYouMean } from '../../schema/spelling';
import { rule } from '../rule';

export default rule({
  name: 'unknown-service-role',
  category: 'reference',
  severity: 'error',
  summary: 'A ServiceRoleBinding of Istio 1.4 references a ServiceRole that does not exist.',
  url: 'https://istio.io/v1.4/docs/reference/config/security/istio.rbac.v1alpha1/',
  docs: `
    A binding gives its subjects the role that it names, in its own namespace. Without the role they
    get no permission, and their requests get 403 (RBAC: access denied).

    Fix: correct the name. These kinds belong to Istio 1.4; later releases use AuthorizationPolicy.
  `,
  check({ mesh, missing }) {
    for (const binding of configs(mesh, 'ServiceRoleBinding')) {
      const { roleRef, role } = binding.value.spec ?? {};
      const field = roleRef?.name ? binding.at(['spec', 'roleRef', 'name']) : binding.at(['spec', 'role']);
      const written = roleRef?.name ?? role ?? '';
      if (written === '') continue;
      const namespace = written.startsWith('/') ? rootNamespace(mesh) : binding.namespace;
      const name = written.replace(/^\//, '');
      const names = configsIn(mesh, 'ServiceRole', namespace).map((each) => each.name);
      if (names.includes(name)) continue;
      const message = `ServiceRole "${name}" does not exist in namespace "${namespace}"${didYouMean(name, names)}`;
      missing(field, { kind: 'ServiceRole', namespace }, message);
    }
  },
});
