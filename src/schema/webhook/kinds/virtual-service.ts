import { covers, isWildcard, overlaps } from '../../hostname';
import { isAddress } from '../../ip';
import type { KindMap } from '../../kinds';
import type {
  L4MatchAttributes,
  TCPRoute,
  TLSMatchAttributes,
  TLSRoute,
  VirtualServiceSpec,
} from '../../kinds/networking';
import { each, fields, isFilled, misspelt } from '../checks';
import { routeDestinations } from '../http/destination';
import { httpRoute } from '../http/route';
import { type Check, type Part, isConverted } from '../part';
import { subnet } from '../values/addresses';
import { exportTo } from '../values/export-to';
import { gatewayNames } from '../values/gateway-names';
import { isClaim } from '../values/headers';
import { gatewayDomain, wildcardDomain } from '../values/hosts';
import { labels } from '../values/labels';
import { portOrZero } from '../values/numbers';

type Spec = Part<VirtualServiceSpec>;

/** istio: validation.ValidateVirtualService */
export const virtualService: Check<KindMap['VirtualService']> = (part) => {
  const spec = part.at('spec').as(part.value.spec ?? {});
  if (!isFilled(spec.value.hosts)) delegate(spec);
  if (!isGatewayOnly(spec)) claims(spec);
  hosts(spec);
  someRoutes(spec);
  const role = isFilled(spec.value.hosts) ? 'root' : 'delegate';
  for (const route of spec.at('http').items()) httpRoute(route, role);
  for (const route of spec.at('tls').items()) tlsRoute(route, spec);
  for (const route of spec.at('tcp').items()) tcpRoute(route);
  rest(spec);
};

const rest = fields<VirtualServiceSpec>({
  gateways: (part) => {
    if (!isConverted(part, 'route')) gatewayNames(part);
  },
  exportTo,
});

/** Whether it does not hold for the proxies of the mesh. */
const isGatewayOnly = ({ value: { gateways = [] } }: Spec): boolean =>
  gateways.length > 0 && !gateways.includes('mesh');

/** What has no hosts is there for others to delegate routes to. */
function delegate(spec: Spec): void {
  for (const name of ['gateways', 'tls', 'tcp'] as const)
    if (isFilled(spec.value[name]))
      spec.at(name).refuse(`"${name}" must not be set in a delegate (a VirtualService without "hosts")`, { on: 'key' });
}

function claims(spec: Spec): void {
  for (const route of spec.at('http').items())
    for (const match of route.at('match').items())
      for (const header of [...match.at('headers').entries(), ...match.at('withoutHeaders').entries()])
        if (isClaim(header.key))
          header.refuse('JWT claims are matched only at gateways; set "gateways" without "mesh"', {
            on: 'key',
          });
}

function hosts(spec: Spec): void {
  const isGateway = isGatewayOnly(spec);
  const hasSni = spec.value.tls?.some((route) => route?.match?.some((match) => isFilled(match?.sniHosts))) ?? false;
  const sound = spec
    .at('hosts')
    .items()
    .filter((host) => isSoundHost(host, isGateway, hasSni));
  if (sound.length === spec.value.hosts?.length) distinct(sound);
}

function isSoundHost(host: Part<string>, isGateway: boolean, hasSni: boolean): boolean {
  const bad = isGateway ? gatewayDomain(host.value, hasSni) : wildcardDomain(host.value);
  if (bad && !isAddress(host.value)) {
    misspelt(host, host.value, bad);
    return false;
  }
  if (isGateway || host.value !== '*') return true;
  host.refuse(
    '"*" is allowed only at gateways, because it would match every request in the mesh; list hosts or domains',
  );
  return false;
}

/** Hosts of one VirtualService must not cover each other. Only wildcards are held against all others. */
function distinct(all: readonly Part<string>[]): void {
  const exact = new Map<string, Part<string>>();
  const wildcards: Part<string>[] = [];
  for (const host of all) {
    const isCovered = ({ value }: Part<string>): boolean => overlaps(value, host.value);
    const among = isWildcard(host.value) ? [...wildcards, ...exact.values()] : wildcards;
    const other = exact.get(host.value) ?? among.find(isCovered);
    if (isWildcard(host.value)) wildcards.push(host);
    else exact.set(host.value, host);
    if (!other) continue;
    const message =
      other.value === host.value ? `duplicate host "${host.value}"` : `"${host.value}" overlaps with "${other.value}"`;
    host.refuse(message, { reason: 'duplicate' });
  }
}

function someRoutes(spec: Spec): void {
  const { http, tcp, tls } = spec.value;
  if (![http, tcp, tls].some(isFilled))
    spec.refuse('the VirtualService has no routes; set "http", "tls" or "tcp"', { on: 'key' });
}

const l4Match = fields<L4MatchAttributes & TLSMatchAttributes>({
  destinationSubnets: each(subnet),
  gateways: gatewayNames,
  port: portOrZero,
  sourceLabels: labels,
});

/** istio: validation.validateTLSRoute */
function tlsRoute(part: Part<TLSRoute>, spec: Spec): void {
  if (!isFilled(part.value.match))
    part.refuse('a TLS route requires "match" with "sniHosts"', { reason: 'missing-field' });
  for (const match of part.at('match').items()) {
    l4Match(match);
    if (!isFilled(match.value.sniHosts))
      match.refuse('"sniHosts" is missing: a TLS route matches by SNI', {
        reason: 'missing-field',
      });
    for (const host of match.at('sniHosts').items()) sniHost(host, spec);
  }
  leadsSomewhere(part);
}

/** istio: validation.validateSniHost */
function sniHost(part: Part<string>, spec: Spec): void {
  const bad = isGatewayOnly(spec) ? gatewayDomain(part.value, true) : wildcardDomain(part.value);
  if (bad && isAddress(part.value))
    return part.doubt(`"${part.value}" is an IP address; clients do not send IP addresses as SNI`);
  if (bad) return misspelt(part, part.value, bad);
  const { hosts: all = [] } = spec.value;
  if (all.some((host) => covers(host, part.value))) return;
  const names = all.map((host) => `"${host}"`).join(', ');
  part.refuse(`"${part.value}" is not covered by the hosts of this VirtualService${names ? `: ${names}` : ''}`);
}

/** istio: validation.validateTCPRoute */
function tcpRoute(part: Part<TCPRoute>): void {
  for (const match of part.at('match').items()) l4Match(match);
  leadsSomewhere(part);
}

function leadsSomewhere(part: Part<TCPRoute> | Part<TLSRoute>): void {
  if (!isFilled(part.value.route)) part.refuse('the route has no action; set "route"', { reason: 'missing-field' });
  routeDestinations(part.at('route'));
}
