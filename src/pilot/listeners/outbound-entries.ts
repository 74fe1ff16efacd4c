/** Which services share a listener, and what becomes of those that cannot. */
import { type Protocol, isHttp, isTcp } from '../../mesh/services/protocol';
import { type Service, UNSPECIFIED_ADDRESS } from '../../mesh/services/service';
import type { VirtualService } from '../../mesh/traffic/virtual-services';
import type { Field } from '../../source/field';
import { addressesFor } from '../addresses';
import type { Push } from '../context';
import { wildcardAddress } from './address';
import { type Chain, matchIdentity } from './chain';
import { PLAIN_HTTP } from './inbound-matches';
import { httpChain } from './outbound-http';
import { tcpChains } from './outbound-tcp';

/** A listener while it is put together. istio: outboundListenerEntry */
export interface Entry {
  readonly binds: readonly string[];
  readonly bindToPort: boolean;
  readonly port: OutboundPort;
  readonly field: Field | undefined;
  protocol: Protocol;
  readonly chains: Chain[];
  /** The identities of its chains: a chain that Envoy cannot tell from one of them is not added. */
  readonly identities: Set<string>;
  /** Nothing may be added any more. */
  isLocked: boolean;
}

export interface OutboundPort {
  readonly number: number;
  readonly protocol: Protocol;
  readonly name: string;
}

/** By address and port. */
export type Entries = Map<string, Entry>;

/** One port of a service that wants to be listened for. istio: outboundListenerOpts */
export interface Candidate {
  /** Where to listen, the first address above all; the address of the service where none is given. */
  readonly binds: readonly string[];
  readonly bindToPort: boolean;
  readonly port: OutboundPort;
  readonly service: Service;
  readonly virtualServices: readonly VirtualService[];
  /** The ranges of addresses that are meant. */
  readonly destinations: readonly string[];
  readonly field: Field | undefined;
}

type Kind = 'http' | 'tcp' | 'sniffed' | 'none';

/** istio: networking.ModelProtocolToListenerProtocol */
function kindOf(protocol: Protocol): Kind {
  if (isHttp(protocol)) return 'http';
  if (isTcp(protocol)) return 'tcp';
  return protocol === 'UDP' ? 'none' : 'sniffed';
}

/**
 * Adds a port of a service to the listener for its address. HTTP shares a listener, as routes tell services apart; HTTP and TCP at
 * one place are told apart by what is sent; of two that cannot be told apart, the first counts. istio: buildSidecarOutboundListener
 */
export function addCandidate(push: Push, entries: Entries, wanted: Candidate): void {
  const kind = kindOf(wanted.port.protocol);
  if (wanted.service.resolution === 'alias' || kind === 'none') return;
  const candidate = bound(push, wanted, kind);
  const key = `${candidate.binds[0] ?? ''}_${candidate.port.number}`;
  const current = entries.get(key);
  if (current?.isLocked) return;
  if (!current || replaces(current, candidate, kind)) {
    entries.set(key, newEntry(push, candidate, kind));
    return;
  }
  if (isServed(current, kind) || servesFirst(candidate.port.protocol, current.protocol)) return;
  // Both HTTP and something else: now it is looked at what is sent.
  if (kind !== 'tcp' || isHttp(current.protocol)) current.protocol = 'UnsupportedProtocol';
  for (const chain of chainsFor(push, candidate, kind)) {
    if (current.identities.has(matchIdentity(chain))) continue;
    current.identities.add(matchIdentity(chain));
    current.chains.push(chain);
  }
}

/** Looking at what is sent does for HTTP too; a forward proxy's port takes requests for all services alike. */
const replaces = ({ protocol }: Entry, { port }: Candidate, kind: Kind): boolean =>
  port.protocol === 'HTTP_PROXY' || (kind === 'sniffed' && isHttp(protocol));

/** Routes tell services of HTTP apart. */
const isServed = ({ protocol }: Entry, kind: Kind): boolean => kind !== 'tcp' && !isTcp(protocol);

/** Where the server speaks first, nothing may wait for the client. istio: isConflictWithWellKnownPort */
const servesFirst = (one: Protocol, other: Protocol): boolean =>
  one !== other && [one, other].some((protocol) => protocol === 'Mongo' || protocol === 'MySQL');

function newEntry(push: Push, candidate: Candidate, kind: Kind): Entry {
  const { binds, bindToPort, port, field } = candidate;
  const isInspected = kind === 'http' && port.protocol !== 'HTTP_PROXY' && binds[0] === wildcardAddress(push);
  const protocol = isInspected ? 'UnsupportedProtocol' : port.protocol;
  const chains = chainsFor(push, candidate, kind);
  const identities = new Set(chains.map(matchIdentity));
  return { binds, bindToPort, port, field, protocol, chains, identities, isLocked: false };
}

/** The candidate with the address at which it is listened for. */
function bound(push: Push, candidate: Candidate, kind: Kind): Candidate {
  if (candidate.binds.length > 0) return candidate;
  const everywhere = [wildcardAddress(push)];
  if (kind === 'http') return { ...candidate, binds: everywhere };
  const [address = '', ...others] = addressesOf(push, candidate.service);
  if (address.includes('/')) return { ...candidate, binds: everywhere, destinations: [address, ...others] };
  return { ...candidate, binds: [address === UNSPECIFIED_ADDRESS ? everywhere[0]! : address, ...others] };
}

const addressesOf = (push: Push, service: Service): readonly string[] => {
  const found = addressesFor(push, service);
  return found.length > 0 ? found : service.addresses.slice(0, 1);
};

function chainsFor(push: Push, candidate: Candidate, kind: Kind): Chain[] {
  const http = httpChain(push, candidate, kind === 'sniffed' ? 'sniffed' : 'http');
  if (candidate.port.protocol === 'HTTP_PROXY') return [http];
  const inspected = { ...http, applicationProtocols: PLAIN_HTTP, transportProtocol: 'raw_buffer' };
  switch (kind) {
    case 'http':
      return [candidate.binds[0] === wildcardAddress(push) ? inspected : http];
    case 'sniffed':
      return [...tcpChains(push, candidate), inspected];
    case 'tcp':
      return tcpChains(push, candidate);
    case 'none':
      return [];
  }
}
