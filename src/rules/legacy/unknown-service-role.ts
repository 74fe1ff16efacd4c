import { configs, configsIn } from '../../mesh/settings/configs';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { didYouMean } from '../../schema/spelling';
import { rule } from '../rule';

export default rule({
  name: 'unknown-service-role',
  category: 'reference',
  severity: 'error',
  summary: 'A ServiceRoleBinding of Istio 1.4 references a ServiceRole that does not exist.',
  docs: `
    A binding gives its subjects the role that it names, of its own namespace. Where there is no such
    role it gives them nothing, and requests that it was to let in get 403 (RBAC: access denied).

    These kinds are those of Istio 1.4; later releases have AuthorizationPolicy in their place.
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
