/** Which Gateways and VirtualServices become objects of the Gateway API: those that say the same together. */
import { gatewayCalled } from '../../mesh/gateways/gateways';
import { groupBy } from '../../mesh/grouping';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { configs } from '../../mesh/settings/configs';
import { writtenVirtualServices } from '../../mesh/traffic/virtual-services';
import type { Field } from '../../source/field';
import type { KubernetesObject } from '../../source/resource';
import { type Unsayable, kubernetesGateway } from './gateway';
import { routesOf } from './routes';

/** What becomes of a Gateway or a VirtualService; without `by` it stays. */
export interface GatewayApiOutcome {
  readonly by?: readonly KubernetesObject[];
  readonly unsayable: readonly Unsayable[];
}

/** Outcomes by `Gateway namespace/name` and `VirtualService namespace/name`. */
export const gatewayApiOutcomes: (mesh: Mesh) => ReadonlyMap<string, GatewayApiOutcome> = perMesh((mesh) => {
  const outcomes = new Map<string, { by: readonly KubernetesObject[]; unsayable: Unsayable[] }>();
  const partners = new Map<string, string[]>();
  for (const gateway of configs(mesh, 'Gateway')) {
    const unsayable: Unsayable[] = [];
    outcomes.set(gateway.title, { by: [kubernetesGateway(mesh, gateway, unsayable)], unsayable });
  }
  for (const service of writtenVirtualServices(mesh)) {
    const unsayable: Unsayable[] = [];
    const { title } = service.resource;
    outcomes.set(title, { by: routesOf(mesh, service, unsayable), unsayable });
    for (const { name, field } of service.gateways) {
      const gateway = gatewayCalled(mesh, name);
      if (gateway) {
        partners.set(title, [...(partners.get(title) ?? []), gateway.title]);
        partners.set(gateway.title, [...(partners.get(gateway.title) ?? []), title]);
      } else if (name !== 'mesh') unsayable.push({ field, reason: `Gateway "${name}" is not in the input; add it` });
    }
  }
  for (const [title, field] of sharedHosts(mesh))
    outcomes.get(title)?.unsayable.push({ field, reason: 'another VirtualService of the same Gateway has this host' });
  const staying = new Set([...outcomes].filter(([, { unsayable }]) => unsayable.length > 0).map(([title]) => title));
  // A Gateway stays with each route that stays, and each of its routes with the Gateway.
  for (const title of staying) for (const partner of partners.get(title) ?? []) staying.add(partner);
  return new Map(
    [...outcomes].map(([title, { by, unsayable }]) => [title, staying.has(title) ? { unsayable } : { by, unsayable }]),
  );
});

/** The hosts that several VirtualServices have at one Gateway: their routes are asked one after the other here, and mixed there. */
function sharedHosts(mesh: Mesh): (readonly [title: string, field: Field])[] {
  const all = writtenVirtualServices(mesh).flatMap(({ resource, gateways, hosts }) =>
    gateways.flatMap((gateway) =>
      hosts.map((host) => ({ key: `${gateway.name} ${host.name}`, resource, field: host.field })),
    ),
  );
  return [...groupBy(all, ({ key }) => key).values()]
    .filter((same) => new Set(same.map(({ resource }) => resource)).size > 1)
    .flatMap((same) => same.map(({ resource, field }) => [resource.title, field] as const));
}
