/** Why an object of the policies and roles of Istio 1.4 leaves nothing in its place. */
import type { KindMap } from '../schema/kinds';
import type { Mesh } from '../mesh/mesh';
import { serviceHost } from '../mesh/services/hostname';
import { services, servicesCalled } from '../mesh/services/services';
import { configs, configsIn } from '../mesh/settings/configs';
import type { Field } from '../source/field';
import type { Resource } from '../source/resource';

/** What the migration says of an object that has no successor of its own. */
export interface Remainder {
  readonly kind: 'said by others' | 'had no effect' | 'not translated' | 'part of what is not translated';
  readonly message: string;
  readonly field?: Field;
}

/** The reason for an object of a kind that the translator reads; undefined for other kinds. */
export function remainderOf(mesh: Mesh, resource: Resource): Remainder | undefined {
  switch (resource.kind) {
    case 'ClusterRbacConfig':
    case 'RbacConfig':
      return ofConfig(mesh, resource as Resource<unknown> as Resource<KindMap['ClusterRbacConfig']>);
    case 'ServiceRole':
      return ofRole(mesh, resource as Resource<unknown> as Resource<KindMap['ServiceRole']>);
    case 'ServiceRoleBinding':
      return ofBinding(mesh, resource as Resource<unknown> as Resource<KindMap['ServiceRoleBinding']>);
    case 'MeshPolicy':
    case 'Policy':
      return ofPolicy(mesh, resource as Resource<unknown> as Resource<KindMap['Policy']>);
    default:
      return undefined;
  }
}

const hasServices = (mesh: Mesh, namespace?: string): boolean =>
  services(mesh).some((service) => service.selector && (namespace === undefined || service.namespace === namespace));

const rbacConfig = (mesh: Mesh) =>
  [...configs(mesh, 'ClusterRbacConfig'), ...configs(mesh, 'RbacConfig')].find(({ name }) => name === 'default');

const NO_CONFIG =
  'no ClusterRbacConfig "default" is in the input, so authorization is off and this has no effect; add it with --with';

function ofConfig(mesh: Mesh, config: Resource<KindMap['ClusterRbacConfig']>): Remainder {
  const { mode = 'OFF', enforcementMode } = config.value.spec ?? {};
  if (config.name !== 'default') return noEffect('Istio 1.4 reads the ClusterRbacConfig with the name "default" only');
  if (mode === 'OFF') return noEffect('mode OFF: authorization is off');
  if (enforcementMode === 'PERMISSIVE')
    return untranslated(
      'later releases have no PERMISSIVE mode; add the annotation "istio.io/dry-run" to the AuthorizationPolicies',
      config.at(['spec', 'enforcementMode']),
    );
  if (!hasServices(mesh))
    return untranslated(
      'the input has no Service with a selector to make AuthorizationPolicies for; add them with --with',
    );
  return noEffect('it covers no Service of the input');
}

function ofRole(mesh: Mesh, role: Resource<KindMap['ServiceRole']>): Remainder {
  const config = rbacConfig(mesh);
  if (!config) return untranslated(NO_CONFIG);
  if ((config.value.spec?.mode ?? 'OFF') === 'OFF') return noEffect('authorization is off');
  const bindings = configsIn(mesh, 'ServiceRoleBinding', role.namespace).filter(
    ({ value }) => value.spec?.roleRef?.name === role.name,
  );
  if (bindings.length === 0) return noEffect(`no ServiceRoleBinding gives this role to a client`);
  if (bindings.every(({ value }) => value.spec?.mode === 'PERMISSIVE'))
    return untranslated(
      'its bindings are PERMISSIVE, which later releases do not have; add the annotation "istio.io/dry-run" to an AuthorizationPolicy',
    );
  if (!hasServices(mesh, role.namespace))
    return untranslated(
      `the input has no Service with a selector in namespace "${role.namespace}" to make AuthorizationPolicies for; add them with --with`,
    );
  return untranslated('it allows nothing for the Services of the input', role.at(['spec']));
}

function ofBinding(mesh: Mesh, binding: Resource<KindMap['ServiceRoleBinding']>): Remainder {
  const name = binding.value.spec?.roleRef?.name;
  if (!name) return untranslated('Istio 1.4 ignores a binding without "roleRef.name"', binding.at(['spec']));
  if (!rbacConfig(mesh)) return untranslated(NO_CONFIG);
  const role = configsIn(mesh, 'ServiceRole', binding.namespace).find((each) => each.name === name);
  if (!role)
    return untranslated(
      `ServiceRole "${name}" is not in namespace "${binding.namespace}" of the input; add it with --with`,
      binding.at(['spec', 'roleRef', 'name']),
    );
  return { kind: 'said by others', message: `it is part of the AuthorizationPolicies of ServiceRole ${name}` };
}

function ofPolicy(mesh: Mesh, policy: Resource<KindMap['Policy']>): Remainder {
  const targets = policy.each('spec.targets[]');
  if (targets.length === 0) return noEffect(`Istio 1.4 ignores a policy without targets unless its name is "default"`);
  const missing = targets.filter(
    ({ value }) => servicesCalled(mesh, serviceHost(value.name ?? '', policy.namespace, mesh.domain)).length === 0,
  );
  const unnamed = targets.find(({ value }) => !value.name);
  if (unnamed) return untranslated('a target without "name" selects no workload', unnamed);
  if (missing[0])
    return untranslated(
      `Service "${missing[0].value.name ?? ''}" is not in the input, and a selector requires its labels; add it with --with`,
      missing[0].get('name'),
    );
  return { kind: 'said by others', message: 'it is part of another PeerAuthentication for the same workloads' };
}

const noEffect = (message: string): Remainder => ({ kind: 'had no effect', message });

const untranslated = (message: string, field?: Field): Remainder => ({
  kind: 'not translated',
  message,
  ...(field && { field }),
});
