/** ClusterRbacConfig, ServiceRoles and their bindings as AuthorizationPolicies, and those of the time as today's. */
import type { KindMap } from '../../schema/kinds';
import type { ClusterRbacConfigSpec, RbacConfigTarget } from '../../schema/kinds/legacy';
import type { AuthorizationPolicySpec, Condition, Operation, Rule, Source } from '../../schema/kinds/security';
import { authorizationPolicies as policiesOf } from '../../mesh/policies/authorization';
import type { Mesh } from '../../mesh/mesh';
import type { Service } from '../../mesh/services/service';
import { workloadsOf } from '../../mesh/services/service-workloads';
import { services } from '../../mesh/services/services';
import { configs, configsIn } from '../../mesh/settings/configs';
import type { Labels } from '../../mesh/workloads/labels';
import { isGateway } from '../../mesh/workloads/proxy';
import type { Workload } from '../../mesh/workloads/workloads';
import type { Resource } from '../../source/resource';
import { type Served, isFor, whatIs } from './access-rules';
import { podPorts } from './peer-authentication';
import { type PlaceOf, successor } from './successor';
import { whoIs } from './subjects';
import type { Untranslated } from './untranslated';

type AuthorizationPolicy = Resource<KindMap['AuthorizationPolicy']>;
type Role = Resource<KindMap['ServiceRole']>;
type Binding = Resource<KindMap['ServiceRoleBinding']>;
type RbacConfig = Resource<KindMap['ClusterRbacConfig' | 'RbacConfig']>;

/** The policies of Istio 1.4 as today's control plane would have to be given them. */
export function authorizationPolicies(mesh: Mesh, untranslated: Untranslated[]): AuthorizationPolicy[] {
  return [...configs(mesh, 'AuthorizationPolicy').map(asOfItsTime), ...ofRoles(mesh, untranslated)];
}

/** Without the fields that Istio 1.4 drops without a word: every policy allows. */
function asOfItsTime(policy: AuthorizationPolicy): AuthorizationPolicy {
  const { selector, rules } = policy.value.spec ?? {};
  const spec: AuthorizationPolicySpec = {
    ...(selector && { selector }),
    ...(rules && { rules: rules.map(knownRule) }),
  };
  return policy.withValue({ ...policy.value, spec });
}

const knownRule = ({ from, to, when }: Rule): Rule => ({
  ...(from && { from: from.map(({ source }) => ({ source: knownSource(source ?? {}) })) }),
  ...(to && { to: to.map(({ operation }) => ({ operation: knownOperation(operation ?? {}) })) }),
  ...(when && { when: when.map(({ key, values }): Condition => ({ ...(key && { key }), ...(values && { values }) })) }),
});

const knownSource = ({ principals, requestPrincipals, namespaces, ipBlocks }: Source): Source =>
  withoutEmpty({ principals, requestPrincipals, namespaces, ipBlocks });

const knownOperation = ({ hosts, ports, methods, paths }: Operation): Operation =>
  withoutEmpty({ hosts, ports, methods, paths });

const withoutEmpty = (lists: Record<string, string[] | undefined>): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(lists).filter((entry): entry is [string, string[]] => entry[1] !== undefined && entry[1].length > 0),
  );

/** istio: AuthorizationPolicies.IsRBACEnabled */
function isOn({ mode, inclusion, exclusion, enforcementMode }: ClusterRbacConfigSpec, service: Service): boolean {
  if (enforcementMode === 'PERMISSIVE') return false;
  switch (mode ?? 'OFF') {
    case 'OFF':
      return false;
    case 'ON':
      return true;
    case 'ON_WITH_INCLUSION':
      return isNamed(inclusion, service);
    case 'ON_WITH_EXCLUSION':
      return !isNamed(exclusion, service);
  }
}

const isNamed = (target: RbacConfigTarget | undefined, { hostname, namespace }: Service): boolean =>
  (target?.namespaces ?? []).includes(namespace) || (target?.services ?? []).includes(hostname);

/** Every service for which roles count gets a policy that allows nothing, and one for each role that is given to somebody. */
function ofRoles(mesh: Mesh, untranslated: Untranslated[]): AuthorizationPolicy[] {
  const config: RbacConfig | undefined = [...configs(mesh, 'ClusterRbacConfig'), ...configs(mesh, 'RbacConfig')].find(
    ({ name }) => name === 'default',
  );
  if (!config) return [];
  const bindings = boundRoles(mesh, untranslated);
  return services(mesh).flatMap((service) => {
    if (!service.selector || !service.isInCluster) return [];
    const groups = groupsBehind(mesh, service, configsIn(mesh, 'ServiceRole', service.namespace));
    return groups.flatMap((group) =>
      isOn(config.value.spec ?? {}, service)
        ? [nothingFor(config, group), ...rolesFor(mesh, group, bindings, untranslated)]
        : allFor(config, group),
    );
  });
}

/** The bindings that Pilot reads: one without `roleRef.name` ends the list. istio: addServiceRoleBindings */
function boundRoles(mesh: Mesh, untranslated: Untranslated[]): readonly Binding[] {
  const all = configs(mesh, 'ServiceRoleBinding');
  const end = all.findIndex(({ value }) => !value.spec?.roleRef?.name);
  if (end < 0) return all;
  untranslated.push({ field: all[end]!.at(['spec']), reason: 'binding without roleRef' });
  return all.slice(0, end);
}

/** Workloads behind a service that are treated alike. */
interface Group {
  readonly service: Service;
  readonly selector: Labels;
  /** Ends the names of policies. */
  readonly title: string;
  readonly served: Served;
  /** The ports of the pods that belong to the service, where the workload serves others too. */
  readonly ports: readonly string[] | undefined;
}

/** The workloads behind a service, apart where a role tells them apart. Those that an AuthorizationPolicy selects follow it alone. */
function groupsBehind(mesh: Mesh, service: Service, roles: readonly Role[]): Group[] {
  const all = workloadsOf(mesh, service);
  const subject = all.filter((workload) => !isGateway(mesh, workload) && !hasPolicy(mesh, workload));
  if (all.length > 0 && subject.length === 0) return [];
  const rules = roles.flatMap(({ value }) => value.spec?.rules ?? []);
  const signature = (workload: Workload) => rules.map((rule) => isFor(rule, servedBy(service, workload))).join();
  const shared = subject.some((workload) => servicesOf(mesh, workload).length > 1);
  const ports = shared ? service.ports.flatMap((port) => podPorts(mesh, service, port)).map(String) : undefined;
  const isUniform = subject.length === all.length && new Set(subject.map(signature)).size <= 1;
  if (isUniform)
    return [
      { service, selector: service.selector!, title: service.name, served: servedBy(service, subject[0]), ports },
    ];
  return subject.map((workload) => ({
    service,
    selector: ownLabels(workload),
    title: `${service.name}-${workload.name}`,
    served: servedBy(service, workload),
    ports,
  }));
}

const ownLabels = ({ template }: Workload): Labels => template.value.metadata?.labels ?? {};

const hasPolicy = (mesh: Mesh, workload: Workload): boolean => {
  const { allow, deny, audit, custom } = policiesOf(mesh, workload);
  return allow.length + deny.length + audit.length + custom.length > 0;
};

const servicesOf = (mesh: Mesh, workload: Workload): readonly Service[] =>
  services(mesh).filter((service) => workloadsOf(mesh, service).includes(workload));

function servedBy({ hostname, name, namespace }: Service, workload: Workload | undefined): Served {
  const { serviceAccountName = 'default' } = workload?.template.value.spec ?? {};
  return {
    hostname,
    name,
    namespace,
    labels: workload && ownLabels(workload),
    serviceAccount: workload && serviceAccountName,
  };
}

const policy = (
  of: Resource<unknown>,
  name: string,
  { service, selector }: Group,
  rules: Rule[] | undefined,
  places: readonly PlaceOf[],
): AuthorizationPolicy =>
  successor(
    of,
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name, namespace: service.namespace },
      spec: { selector: { matchLabels: { ...selector } }, ...(rules && { rules }) },
    },
    places,
  );

const nothingFor = (config: RbacConfig, group: Group): AuthorizationPolicy =>
  policy(config, `allow-nothing-${group.title}`, group, undefined, []);

/** A service without roles whose workload serves one with roles: its ports stay open. */
function allFor(config: RbacConfig, group: Group): AuthorizationPolicy[] {
  const { ports } = group;
  if (!ports || ports.length === 0) return [];
  const rules: Rule[] = [{ to: [{ operation: { ports: [...ports] } }] }];
  return [policy(config, `allow-all-${group.title}`, group, rules, [])];
}

function rolesFor(
  mesh: Mesh,
  group: Group,
  bindings: readonly Binding[],
  untranslated: Untranslated[],
): AuthorizationPolicy[] {
  return configsIn(mesh, 'ServiceRole', group.service.namespace).flatMap((role) => {
    const { rules, places } = rulesOf(role, bindings, group, untranslated);
    return rules.length > 0 ? [policy(role, `${role.name}-${group.title}`, group, rules, places)] : [];
  });
}

/** Each rule of a role with each subject that it is given to. */
function rulesOf(role: Role, bindings: readonly Binding[], { served, ports }: Group, untranslated: Untranslated[]) {
  const rules: Rule[] = [];
  const places: PlaceOf[] = [];
  const given = bindings.filter(
    ({ namespace, value: { spec } }) =>
      namespace === role.namespace && spec?.roleRef?.name === role.name && spec.mode !== 'PERMISSIVE',
  );
  const subjects = given.flatMap((binding) => binding.each('spec.subjects[]'));
  for (const access of role.each('spec.rules[]')) {
    if (!isFor(access.value, served)) continue;
    const what = whatIs(access, ports, untranslated);
    if (!what) continue;
    for (const subject of subjects) {
      const who = whoIs(subject, untranslated);
      if (!who) continue;
      const when = [...who.when, ...what.when];
      places.push([['spec', 'rules', rules.length], access], [['spec', 'rules', rules.length, 'from'], subject]);
      rules.push({
        ...(Object.keys(who.source).length > 0 && { from: [{ source: who.source }] }),
        ...(Object.keys(what.operation).length > 0 && { to: [{ operation: what.operation }] }),
        ...(when.length > 0 && { when }),
      });
    }
  }
  return { rules, places };
}
