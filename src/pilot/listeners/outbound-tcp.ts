/** The chains for bytes that a workload sends to a service: as VirtualServices route them, else to the service itself. */
import type { L4MatchAttributes, TCPRoute, TLSMatchAttributes, TLSRoute } from '../../schema/kinds/networking';
import { overlaps } from '../../mesh/services/hostname';
import { selects } from '../../mesh/workloads/labels';
import { isTls } from '../../mesh/services/protocol';
import { UNSPECIFIED_ADDRESS } from '../../mesh/services/service';
import type { Route, VirtualService } from '../../mesh/traffic/virtual-services';
import { addressesFor } from '../addresses';
import { configMetadata } from '../config-metadata';
import type { Push } from '../context';
import { isOpenEnded } from '../network-filters';
import { alternativeNames } from '../routes/domains';
import { wildcardAddress } from './address';
import { type Chain, anyChain } from './chain';
import type { Candidate } from './outbound-entries';
import { filtersToRoutes, filtersToService } from './tcp-destinations';

/** istio: buildSidecarOutboundTCPListenerOpts */
export function tcpChains(push: Push, candidate: Candidate): Chain[] {
  const { service, port, virtualServices } = candidate;
  const ours = virtualServices.filter(({ hosts }) => hosts.some(({ name }) => overlaps(name, service.hostname)));
  return isTls(port.protocol) ? chainsOfTls(push, candidate, ours) : chainsOfTcp(push, candidate, ours);
}

/** A route, and the VirtualService whose it is. */
interface Owned<T> {
  readonly owner: VirtualService;
  readonly route: Route<T>;
}

/** Routes that lead somewhere. */
const routed = <T extends TCPRoute | TLSRoute>(owner: VirtualService, routes: readonly Route<T>[]): Owned<T>[] =>
  routes.filter(({ value }) => value.route?.length).map((route) => ({ owner, route }));

/** Whether a match is about what this proxy sends on this port. istio: matchTLS, matchTCP */
function isMeant({ proxy }: Push, match: L4MatchAttributes | TLSMatchAttributes, port: number): boolean {
  const { gateways = [], sourceLabels, sourceNamespace } = match;
  return (
    (gateways.length === 0 || gateways.includes('mesh')) &&
    selects(sourceLabels, proxy.workloadLabels) &&
    (!match.port || match.port === port) &&
    (!sourceNamespace || sourceNamespace === proxy.namespace)
  );
}

/** One chain for each route that matches, by server name. istio: buildSidecarOutboundTLSFilterChainOpts */
function chainsOfTls(push: Push, candidate: Candidate, virtualServices: readonly VirtualService[]): Chain[] {
  const { port } = candidate;
  const chains = new Map<string, Chain>();
  // Ranges stay in force for the matches after the one that has them.
  let { destinations } = candidate;
  for (const { owner, route } of virtualServices.flatMap((owner) => routed(owner, owner.tls)))
    for (const match of route.value.match ?? []) {
      if (!isMeant(push, match, port.number)) continue;
      const { sniHosts = [], destinationSubnets = [] } = match;
      if (destinationSubnets.length > 0 && port.number > 0) destinations = destinationSubnets;
      const key = `${sniHosts.join(',')}|${destinationSubnets.join(',')}`;
      if (chains.has(key)) continue;
      const filters = filtersToRoutes(push, route.value.route ?? [], place(port), owner);
      const metadata = configMetadata(owner.resource);
      chains.set(key, { ...anyChain(filters, route.field), sniHosts, destinations, metadata });
    }
  return chains.size > 0 ? [...chains.values()] : [ownTlsChain(push, candidate)];
}

/** Straight to the service, by its name where its address does not tell it from others. */
function ownTlsChain(push: Push, candidate: Candidate): Chain {
  const { service, destinations, binds, field } = candidate;
  const [address = ''] = addressesFor(push, service);
  const everywhere = wildcardAddress(push);
  const isShared = (address === UNSPECIFIED_ADDRESS || address === everywhere) && binds[0] === everywhere;
  const byName = destinations.length > 0 || address === '' || isShared || isOpenEnded(service);
  const names = byName ? [service.hostname, ...service.aliases.flatMap(({ hostname }) => namesOf(push, hostname))] : [];
  return { ...anyChain(toService(push, candidate), field), sniHosts: names, destinations };
}

const namesOf = ({ mesh, proxy }: Push, hostname: string): string[] => [
  hostname,
  ...alternativeNames(hostname, { namespace: proxy.namespace, domain: mesh.domain }, 0),
];

/** A service with one port is called at that port, whatever a Sidecar's listener is at. */
function toService(push: Push, { service, port }: Candidate) {
  const [only, ...others] = service.ports;
  const target = only && others.length === 0 ? only.number : port.number;
  return filtersToService(push, service, target, place(port));
}

const place = (port: Candidate['port']) =>
  ({ listeners: 'outbound', port, exchangesMetadata: false, isJudged: false }) as const;

/** One chain for each range of addresses that a route names, until a route takes everything. istio: buildSidecarOutboundTCPFilterChainOpts */
function chainsOfTcp(push: Push, candidate: Candidate, virtualServices: readonly VirtualService[]): Chain[] {
  const { port, destinations, field } = candidate;
  const chains: Chain[] = [];
  for (const { owner, route } of virtualServices.flatMap((owner) => routed(owner, owner.tcp))) {
    const { match: matches = [], route: targets = [] } = route.value;
    const meant = matches.filter((match) => isMeant(push, match, port.number));
    const takesAll =
      matches.length === 0 || meant.some((match) => !match.destinationSubnets?.length || port.number === 0);
    const subnets = meant.flatMap((match) => match.destinationSubnets ?? []);
    if (!takesAll && subnets.length === 0) continue;
    const chain = anyChain(filtersToRoutes(push, targets, place(port), owner), route.field);
    if (takesAll) return [...chains, { ...chain, destinations, metadata: configMetadata(owner.resource) }];
    chains.push({ ...chain, destinations: subnets });
  }
  // Envoy refuses two chains for the same addresses.
  const isTaken = chains.some((chain) => sameSets(chain.destinations, destinations));
  return isTaken ? chains : [...chains, { ...anyChain(toService(push, candidate), field), destinations }];
}

const sameSets = (one: readonly string[], other: readonly string[]): boolean =>
  [...one].sort().join() === [...other].sort().join();
