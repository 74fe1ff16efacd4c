/** Hosts for which one gateway has routes of several VirtualServices. Istio joins them, so only routes for the same requests collide. */
import { gatewayNamed } from '../../mesh/gateways/gateways';
import { addTo } from '../../mesh/grouping';
import { intersection, namesForNamespace } from '../../mesh/services/hostname';
import type { Mesh } from '../../mesh/mesh';
import { type Route, type VirtualService, writtenVirtualServices } from '../../mesh/traffic/virtual-services';
import type { HTTPMatchRequest } from '../../schema/kinds/networking';
import { isAskedAt } from '../routes/subsumption/http';
import type { ConnectionMatch } from '../routes/subsumption/l4';
import { type Entry, type Traffic, entriesOf } from '../routes/subsumption/routes';
import { CONNECTIONS, REQUESTS } from '../routes/subsumption/traffic';
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

/** For every VirtualService at each gateway, the first of its routes that one of another collides with. */
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
  const judged = new Set<VirtualService>();
  return [...byDomain].flatMap(([domain, claims]) => {
    const collisions = claims.length > 1 ? collisionsAmong(gateway, claims) : [];
    return collisions.flatMap((each) => {
      if (judged.has(each.narrow.virtualService)) return [];
      judged.add(each.narrow.virtualService);
      return { gateway, domain, ...each };
    });
  });
}

type Pair = Omit<Collision, 'gateway' | 'domain'>;

const collisionsAmong = (gateway: string, claims: readonly Claim[]): Pair[] => [
  ...pairs(gateway, claims, 'http', REQUESTS, isCatchAll),
  ...pairs<ConnectionMatch>(gateway, claims, 'tls', CONNECTIONS, () => false),
  ...pairs<ConnectionMatch>(gateway, claims, 'tcp', CONNECTIONS, () => false),
];

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

interface Asked<Match> extends Entry<Match, Route<unknown>> {
  readonly claim: Claim;
}

/** The routes of all, each with the first one of another VirtualService that takes its requests if it comes before it. */
function pairs<Match extends { gateways?: string[] }>(
  gateway: string,
  claims: readonly Claim[],
  kind: 'http' | 'tls' | 'tcp',
  { hides, example, shelf }: Traffic<Match>,
  isLast: (match: Match | undefined) => boolean,
): Pair[] {
  const kept = shelf<Asked<Match>>();
  const asked = claims.flatMap((claim) => {
    const routes = claim.virtualService[kind] as readonly Route<{ match?: Match[] }>[];
    const entries = entriesOf<Match, Route<{ match?: Match[] }>>(routes);
    return entries.filter(({ match }) => isAskedAt(match, gateway)).map((entry) => ({ ...entry, claim }));
  });
  for (const each of asked) kept.add(each, each.match);
  return asked.flatMap((narrow) => {
    const wide = kept.candidates(narrow.match).find(
      (other) =>
        other.claim.virtualService !== narrow.claim.virtualService &&
        // Routes that take everything are asked last, wherever they come from. istio: route.SortVHostRoutes
        !(isLast(other.match) && !isLast(narrow.match)) &&
        haveSameGateways(other.claim, narrow.claim) &&
        hides(other.match, narrow.match, gateway),
    );
    const words = wide && example(narrow.match);
    if (words === undefined) return [];
    return {
      wide: wide!.claim,
      narrow: narrow.claim,
      wideRoute: wide!.route,
      narrowRoute: narrow.route,
      isSame: hides(narrow.match, wide!.match, gateway),
      example: words,
    };
  });
}

function haveSameGateways({ virtualService: one }: Claim, { virtualService: other }: Claim): boolean {
  const shared = sharedBy(one.exportTo, other.exportTo);
  return shared === 'everywhere' || shared.size > 0;
}

/** istio: route.IsCatchAllRoute */
function isCatchAll(match: HTTPMatchRequest | undefined): boolean {
  if (!match) return true;
  const { uri, headers, withoutHeaders, queryParams, method, authority, scheme } = match;
  const anyPath = !uri || uri.prefix === '/' || uri.regex === '.*';
  const hasMaps = [headers, withoutHeaders, queryParams].some((map) => Object.keys(map ?? {}).length > 0);
  return anyPath && !hasMaps && !method && !authority && !scheme;
}
