/** Which DestinationRule holds for a service, seen from a namespace or a proxy. */
import type { KindMap } from '../../schema/kinds';
import type { Subset, TrafficPolicy } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { configs } from '../settings/configs';
import { backendPolicyRules } from '../gateway-api/backend-policies';
import { HostIndex } from '../services/host-index';
import { fullHost } from '../services/hostname';
import { type Labels, selects } from '../workloads/labels';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { meshConfig, rootNamespace } from '../settings/mesh-config';
import type { NamespacedHost } from '../services/service';
import { serviceFor } from '../services/services';

/** DestinationRules of one host and namespace as one. istio: model.ConsolidatedDestRule */
export interface DestinationRule {
  readonly host: string;
  readonly namespace: string;
  /** The name of the first, by which it is known. */
  readonly name: string;
  /** What it was merged from, the first first. */
  readonly from: readonly Resource<KindMap['DestinationRule']>[];
  /** As declared; empty where the mesh's default holds. */
  readonly exportTo: ReadonlySet<string>;
  /** Chooses the client workloads that it is for; without one it is for all. */
  readonly selector: Labels | undefined;
  readonly trafficPolicy: Field<TrafficPolicy> | undefined;
  readonly subsets: readonly Field<Subset>[];
}

type Draft = { -readonly [Key in keyof DestinationRule]: DestinationRule[Key] };
type Pool = HostIndex<Draft[]>;

interface Pools {
  /** What clients of a namespace find in it. */
  readonly local: Map<string, Pool>;
  /** What clients of other namespaces find in it. */
  readonly exported: Map<string, Pool>;
  /** What only clients of the root namespace find in it. */
  readonly rootOnly: Pool;
}

/** istio: PushContext.setDestinationRules */
const pools = perMesh((mesh): Pools => {
  const made: Pools = { local: new Map(), exported: new Map(), rootOnly: new HostIndex() };
  const privateByDefault = meshConfig(mesh).defaultDestinationRuleExportTo.includes('.');
  const root = rootNamespace(mesh);
  for (const rule of inOrder(mesh)) {
    const { exportTo, namespace } = rule;
    const toItself = ['*', '.', namespace].some((entry) => exportTo.has(entry));
    if (exportTo.size === 0 || toItself) add(poolOf(made.local, namespace), rule);
    const isPrivate =
      exportTo.size === 0 ? privateByDefault : exportTo.size === 1 && (exportTo.has('.') || exportTo.has(namespace));
    if (!isPrivate) add(poolOf(made.exported, namespace), rule);
    else if (namespace === root) add(made.rootOnly, rule);
  }
  return made;
});

/** Every rule by itself, with those that BackendTLSPolicies make; none merged with others. */
export const allDestinationRules: (mesh: Mesh) => readonly DestinationRule[] = perMesh((mesh) => [
  ...backendPolicyRules(mesh),
  ...configs(mesh, 'DestinationRule').map((resource) => alone(mesh, resource)),
]);

/** Rules for chosen workloads come first, then the older ones. */
function inOrder(mesh: Mesh): DestinationRule[] {
  const rules = allDestinationRules(mesh);
  return [...rules.filter(({ selector }) => selector), ...rules.filter(({ selector }) => !selector)];
}

function alone(mesh: Mesh, resource: Resource<KindMap['DestinationRule']>): DestinationRule {
  const { namespace, name, value } = resource;
  const { host = '', exportTo, workloadSelector } = value.spec ?? {};
  return {
    host: fullHost(host, namespace, mesh.domain),
    namespace,
    name,
    from: [resource],
    // A rule for chosen workloads is never exported.
    exportTo: new Set(workloadSelector ? ['.'] : exportTo),
    selector: workloadSelector && (workloadSelector.matchLabels ?? {}),
    trafficPolicy: resource.each('spec.trafficPolicy')[0],
    subsets: resource.each('spec.subsets[]'),
  };
}

function poolOf(byNamespace: Map<string, Pool>, namespace: string): Pool {
  let pool = byNamespace.get(namespace);
  if (!pool) byNamespace.set(namespace, (pool = new HostIndex()));
  return pool;
}

/**
 * Puts a rule beside those of its host, or into one of them: subsets are added up, of traffic policies the first counts.
 * istio: PushContext.mergeDestinationRule
 */
function add(pool: Pool, rule: DestinationRule): void {
  const beside = pool.at(rule.host, () => []);
  let separate = true;
  for (const known of beside) {
    const sameExport = equalSets(known.exportTo, rule.exportTo);
    const wider = known.exportTo.size > 0 && [...known.exportTo].every((entry) => rule.exportTo.has(entry));
    separate = !sameExport;
    if (!sameExport && !wider) continue;
    const bothSelect = known.selector !== undefined && rule.selector !== undefined;
    const alike = bothSelect && equalLabels(known.selector, rule.selector);
    if (bothSelect && !alike) {
      separate = true;
      continue;
    }
    if (alike || (!known.selector && !rule.selector)) separate = false;
    mergeInto(known, rule);
  }
  if (separate) beside.push({ ...rule });
}

function mergeInto(known: Draft, rule: DestinationRule): void {
  const names = new Set(known.subsets.map(({ value }) => value.name));
  known.from = [...known.from, ...rule.from];
  known.subsets = [...known.subsets, ...rule.subsets.filter(({ value }) => !names.has(value.name))];
  known.trafficPolicy ??= rule.trafficPolicy;
}

const equalSets = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  one.size === other.size && [...one].every((entry) => other.has(entry));

const equalLabels = (one: Labels = {}, other: Labels = {}): boolean => selects(one, other) && selects(other, one);

/**
 * The rules for a service that clients in a namespace find: in their own namespace, else in the service's, else in the root
 * namespace; of each namespace those of the most specific host. istio: PushContext.destinationRule
 */
export function destinationRulesFor(
  mesh: Mesh,
  { hostname, namespace }: NamespacedHost,
  client: string,
): readonly DestinationRule[] {
  const { local, rootOnly } = pools(mesh);
  const root = rootNamespace(mesh);
  const own = (client === root ? rootOnly : local.get(client))?.mostSpecific(hostname);
  if (own) return own.value;
  const ofService = namespace ? exportedFrom(mesh, namespace, hostname, client) : [];
  return ofService.length > 0 ? ofService : exportedFrom(mesh, root, hostname, client);
}

function exportedFrom(mesh: Mesh, owner: string, hostname: string, client: string): readonly DestinationRule[] {
  const found = pools(mesh).exported.get(owner)?.mostSpecific(hostname)?.value ?? [];
  return found.filter(({ exportTo }) => exportTo.size === 0 || exportTo.has('*') || exportTo.has(client));
}

/** Of the rules found for a client in a namespace, the one that holds for a proxy with these labels. istio: SidecarScope.DestinationRule */
export function chosenFor(
  rules: readonly DestinationRule[],
  client: { readonly namespace: string; readonly labels: Labels },
): DestinationRule | undefined {
  const specific = rules.find(
    ({ selector, namespace }) => selector && namespace === client.namespace && selects(selector, client.labels),
  );
  return specific ?? rules.findLast(({ selector }) => !selector);
}

/** The rule that holds for a host, seen from a namespace, whatever the workload. */
export function destinationRuleFor(mesh: Mesh, host: string, from: string): DestinationRule | undefined {
  const hostname = fullHost(host, from, mesh.domain);
  const service = serviceFor(mesh, host, from);
  const rules = destinationRulesFor(mesh, service ?? { hostname, namespace: namespaceIn(mesh, hostname) }, from);
  return rules.findLast(({ selector }) => !selector);
}

/** The namespace in the name of a Kubernetes Service that is not in the input. */
function namespaceIn(mesh: Mesh, hostname: string): string {
  const suffix = `.svc.${mesh.domain}`;
  const [, namespace = ''] = hostname.endsWith(suffix) ? hostname.slice(0, -suffix.length).split('.') : [];
  return namespace;
}

/** The subsets that a host has, seen from a namespace, by all rules that some workload there may find. */
export function subsetsOf(mesh: Mesh, host: string, from: string): readonly Field<Subset>[] {
  const hostname = fullHost(host, from, mesh.domain);
  const service = serviceFor(mesh, host, from) ?? { hostname, namespace: namespaceIn(mesh, hostname) };
  return destinationRulesFor(mesh, service, from).flatMap(({ subsets }) => subsets);
}
