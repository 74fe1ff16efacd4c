/** The sidecars that follow a route to a subset without knowing the subset. */
import type { Resource } from '../../source/resource';
import { groupBy } from '../grouping';
import { isCaptured } from '../injection/injection';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { HostIndex } from '../services/host-index';
import { meshConfig } from '../settings/mesh-config';
import { namespaceOf } from '../settings/namespaces';
import { isGateway, runsProxy } from '../workloads/proxy';
import { type Workload, workloads } from '../workloads/workloads';
import { type DestinationRule, allDestinationRules, chosenFor } from './destination-rules';
import type { NamedDestination } from './destinations';
import { type SidecarScope, sidecarScopeFor } from './sidecar-scope';
import { exportOf, reaches } from './visibility';

/** Clients of one namespace that have the route, but not the subset. */
export interface ClientsWithoutSubset {
  readonly namespace: string;
  /** The rule that applies to them; undefined where no rule for the host is exported to them. */
  readonly rule: DestinationRule | undefined;
}

/** The clients with a sidecar that follow a VirtualService to a subset which no rule that applies to them defines. */
export function clientsWithoutSubset(
  mesh: Mesh,
  { virtualService, host, gateways, service }: NamedDestination,
  subset: string,
): readonly ClientsWithoutSubset[] {
  if (!service || !gateways.includes('mesh')) return [];
  const { exportTo = [] } = virtualService.value.spec ?? {};
  const to = exportOf(exportTo, meshConfig(mesh).defaultVirtualServiceExportTo, virtualService.namespace);
  return namespacesWithOwnRules(mesh, host).flatMap((namespace) => {
    if (!reaches(to, namespace)) return [];
    // Clients that share a view differ only by the selectors of rules.
    const sighted = new Set<SidecarScope>();
    for (const { client, scope } of clients(mesh).get(namespace) ?? []) {
      if (sighted.has(scope) || !scope.service(host)) continue;
      const rules = scope.destinationRules(host);
      const rule = chosenFor(rules, { namespace: client.namespace, labels: client.labels });
      // Checked last: nearly every client has the subset, and a list of the routes of each view grows with the square of the mesh.
      const hasRoute = () => virtualServicesIn(mesh, scope).has(virtualService);
      if (!defines(rule, subset) && hasRoute()) return [{ namespace, rule }];
      if (rules.every(({ selector }) => !selector)) sighted.add(scope);
    }
    return [];
  });
}

const defines = (rule: DestinationRule | undefined, subset: string): boolean =>
  rule?.subsets.some(({ value }) => value.name === subset) ?? false;

/** Workloads that have a sidecar, or may have one because their namespace is not in the input, and what they see. */
const clients = perMesh((mesh) =>
  groupBy(
    workloads(mesh)
      .filter((each) => !isGateway(mesh, each) && !isCaptured(mesh, each) && mayRunSidecar(mesh, each))
      .map((client) => ({ client, scope: sidecarScopeFor(mesh, client.namespace, client.labels) })),
    ({ client }) => client.namespace,
  ),
);

const mayRunSidecar = (mesh: Mesh, workload: Workload): boolean =>
  runsProxy(workload) ||
  (workload.injection.reason === 'not-asked-for' && namespaceOf(mesh, workload.namespace).resource === undefined);

const rulesByHost = perMesh((mesh) => {
  const index = new HostIndex<DestinationRule[]>();
  for (const rule of allDestinationRules(mesh)) index.at(rule.host, () => []).push(rule);
  return index;
});

/** The namespaces of clients that may see another rule for a host than most: their own one, or none. */
function namespacesWithOwnRules(mesh: Mesh, host: string): readonly string[] {
  const rules = [...rulesByHost(mesh).covering(host)].flatMap(({ value }) => value);
  const defaults = meshConfig(mesh).defaultDestinationRuleExportTo;
  const isPrivate = ({ exportTo, namespace, selector }: DestinationRule): boolean =>
    !selector && exportOf(exportTo, defaults, namespace) !== 'everywhere';
  if (rules.some(isPrivate)) return [...clients(mesh).keys()];
  return [...new Set(rules.map(({ namespace }) => namespace))];
}

const followed = perMesh(() => new Map<SidecarScope, ReadonlySet<Resource<unknown>>>());

/** The VirtualServices whose routes a view has, delegates among them. */
function virtualServicesIn(mesh: Mesh, scope: SidecarScope): ReadonlySet<Resource<unknown>> {
  const known = followed(mesh).get(scope);
  if (known) return known;
  const roots = new Set(scope.egress.flatMap(({ virtualServices }) => virtualServices));
  const routes = [...roots].flatMap(({ http }) => http.map(({ field }) => field.resource));
  const found = new Set<Resource<unknown>>([...[...roots].map(({ resource }) => resource), ...routes]);
  followed(mesh).set(scope, found);
  return found;
}
