/** Hosts for which one gateway has routes of several VirtualServices. Istio joins them, so only routes for the same requests collide. */
import { gatewayNamed } from '../../mesh/gateways';
import { addTo } from '../../mesh/grouping';
import { intersection, namesForNamespace } from '../../mesh/hostname';
import type { Mesh } from '../../mesh/mesh';
import { type Route, type VirtualService, writtenVirtualServices } from '../../mesh/virtual-services';
import type { HTTPMatchRequest } from '../../schema/kinds/networking';
import { isAskedAt } from '../subsumption/http';
import { type ConnectionMatch } from '../subsumption/l4';
import { type Entry, type Traffic, entriesOf } from '../subsumption/routes';
import { CONNECTIONS, REQUESTS } from '../subsumption/traffic';
import { type Claim, sharedBy } from './claims';

/** Two routes of different VirtualServices, the second of which is not asked where the first comes before it. */
export interface Collision {
  readonly gateway: string;
  readonly domain: string;
  readonly wide: Claim;
  readonly narrow: Claim;
  readonly wideRoute: Route<unknown>;
  readonly narrowRoute: Route<unknown>;
  /** Whether neither takes anything that the other does not. */
  readonly isSame: boolean;
  readonly example: string;
}

/** For every two VirtualServices that share a host at a gateway, the first of their routes that collide. */
export function gatewayCollisions(mesh: Mesh): Collision[] {
  const byGateway = new Map<string, VirtualService[]>();
  for (const virtualService of writtenVirtualServices(mesh))
    for (const name of new Set(virtualService.gateways.map(({ name }) => name)))
      if (name !== 'mesh') addTo(byGateway, name, virtualService);
  return [...byGateway].flatMap(([gateway, all]) => (all.length > 1 ? collisionsAt(mesh, gateway, all) : []));
}

function collisionsAt(mesh: Mesh, gateway: string, all: readonly VirtualService[]): Collision[] {
  const byDomain = new Map<string, Claim[]>();
  for (const virtualService of all)
    for (const [domain, claim] of domainsAt(mesh, gateway, virtualService)) addTo(byDomain, domain, claim);
  const judged = new Map<VirtualService, Set<VirtualService>>();
  return [...byDomain].flatMap(([domain, claims]) =>
    claims.flatMap((wide) =>
      claims.flatMap((narrow) => {
        const seen = judged.get(wide.virtualService) ?? new Set<VirtualService>();
        judged.set(wide.virtualService, seen);
        if (wide.virtualService === narrow.virtualService || seen.has(narrow.virtualService)) return [];
        seen.add(narrow.virtualService);
        return collision(gateway, domain, wide, narrow) ?? [];
      }),
    ),
  );
}

/** The names for which a gateway has the routes of a VirtualService; its own hosts where the gateway is not known. */
function domainsAt(mesh: Mesh, gateway: string, virtualService: VirtualService): Map<string, Claim> {
  const { namespace, hosts } = virtualService;
  const names = hosts.map(({ name }) => name.toLowerCase());
  const found = gatewayNamed(mesh, gateway, namespace);
  const served = found
    ?.each('spec.servers[].hosts[]')
    .map(({ value }) => value.replace(/^\.\//, `${found.namespace}/`));
  const domains = served ? intersection(namesForNamespace(served, namespace).map(lower), names) : names;
  return new Map(
    domains.map((domain) => [domain, { virtualService, host: hosts[names.indexOf(domain)] ?? hosts[0]! }]),
  );
}

const lower = (text: string): string => text.toLowerCase();

function collision(gateway: string, domain: string, wide: Claim, narrow: Claim): Collision | undefined {
  const shared = sharedBy(wide.virtualService.exportTo, narrow.virtualService.exportTo);
  if (shared !== 'everywhere' && shared.size === 0) return undefined;
  const of = (kind: 'http' | 'tls' | 'tcp') => [wide.virtualService[kind], narrow.virtualService[kind]] as const;
  const [tls, tcp] = [of('tls'), of('tcp')];
  const found =
    pairOf<HTTPMatchRequest, Route<object>>(...of('http'), gateway, REQUESTS, isCatchAll) ??
    pairOf<ConnectionMatch, Route<object>>(...tls, gateway, CONNECTIONS, () => false) ??
    pairOf<ConnectionMatch, Route<object>>(...tcp, gateway, CONNECTIONS, () => false);
  return found && { gateway, domain, wide, narrow, ...found };
}

type Pair = Pick<Collision, 'wideRoute' | 'narrowRoute' | 'isSame' | 'example'>;

function pairOf<Match extends { gateways?: string[] }, Written extends Route<{ match?: Match[] }>>(
  wide: readonly Written[],
  narrow: readonly Written[],
  gateway: string,
  { hides, example }: Traffic<Match>,
  isLast: (match: Match | undefined) => boolean,
): Pair | undefined {
  const asked = (routes: readonly Written[]): Entry<Match, Written>[] =>
    entriesOf<Match, Written>(routes).filter(({ match }) => isAskedAt(match, gateway));
  const theirs = asked(narrow);
  for (const one of asked(wide))
    for (const other of theirs) {
      // Routes that take everything are asked last, wherever they come from. istio: route.SortVHostRoutes
      if (isLast(one.match) && !isLast(other.match)) continue;
      if (!hides(one.match, other.match, gateway)) continue;
      const words = example(other.match);
      if (words === undefined) continue;
      return {
        wideRoute: one.route,
        narrowRoute: other.route,
        isSame: hides(other.match, one.match, gateway),
        example: words,
      };
    }
  return undefined;
}

/** istio: route.IsCatchAllRoute */
function isCatchAll(match: HTTPMatchRequest | undefined): boolean {
  if (!match) return true;
  const { uri, headers, withoutHeaders, queryParams, method, authority, scheme } = match;
  const anyPath = !uri || uri.prefix === '/' || uri.regex === '.*';
  const hasMaps = [headers, withoutHeaders, queryParams].some((map) => Object.keys(map ?? {}).length > 0);
  return anyPath && !hasMaps && !method && !authority && !scheme;
}
