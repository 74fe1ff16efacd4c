import type { CidrRange, FilterChainMatch } from '../config';
import { isLoopback, longestPrefix, rangeText } from '../match/address';
import { lower } from '../match/string';
import type { Connection } from '../run/connection';

/** One of the things that filter chains are chosen by. */
export interface Criterion {
  readonly name: string;
  /** How exactly a match is met: negative where it is not, 0 where it asks for nothing. */
  readonly rank: (match: FilterChainMatch) => number;
  readonly wanted: (match: FilterChainMatch) => string;
  readonly actual: string;
}

/** The criteria in Envoy's order, for one connection. */
export function criteriaFor(connection: Connection): Criterion[] {
  const { source, destination, sni, transportProtocol, applicationProtocols } = connection;
  return [
    {
      name: 'destination port',
      rank: ({ destinationPort }) => exactly(destinationPort, destination.port),
      wanted: ({ destinationPort }) => String(destinationPort),
      actual: String(destination.port),
    },
    addressCriterion('destination address', destination.address, ({ prefixRanges }) => prefixRanges),
    {
      name: 'server name',
      rank: ({ serverNames }) => (serverNames?.length ? nameRank(serverNames, sni) : 0),
      wanted: ({ serverNames = [] }) => serverNames.map((name) => `"${name}"`).join(' or '),
      actual: sni ? `"${sni}"` : 'none',
    },
    {
      name: 'transport protocol',
      rank: (match) => exactly(match.transportProtocol || undefined, transportProtocol),
      wanted: (match) => match.transportProtocol ?? '',
      actual: transportProtocol,
    },
    {
      name: 'application protocol',
      rank: (match) => protocolRank(match.applicationProtocols ?? [], applicationProtocols),
      wanted: (match) => (match.applicationProtocols ?? []).join(' or '),
      actual: applicationProtocols.join(', ') || 'none',
    },
    addressCriterion('address of the peer', source.address, ({ directSourcePrefixRanges }) => directSourcePrefixRanges),
    sourceTypeCriterion(connection),
    addressCriterion('source address', source.address, ({ sourcePrefixRanges }) => sourcePrefixRanges),
    {
      name: 'source port',
      rank: ({ sourcePorts = [] }) => (sourcePorts.length ? exactly(true, sourcePorts.includes(source.port ?? 0)) : 0),
      wanted: ({ sourcePorts = [] }) => sourcePorts.join(' or '),
      actual: String(source.port ?? 'any'),
    },
  ];
}

const exactly = <Value>(wanted: Value | undefined, actual: Value): number =>
  wanted === undefined ? 0 : wanted === actual ? 1 : -1;

function addressCriterion(
  name: string,
  address: string,
  rangesOf: (match: FilterChainMatch) => CidrRange[] | undefined,
): Criterion {
  return {
    name,
    // A range that is left out comes before one that is spelled out to hold all addresses, and after any other.
    rank: (match) => {
      const ranges = rangesOf(match);
      const length = ranges?.length ? longestPrefix(ranges, address) : undefined;
      return length === undefined ? 1 : length > 0 ? length + 1 : length;
    },
    wanted: (match) => (rangesOf(match) ?? []).map(rangeText).join(' or '),
    actual: address,
  };
}

const EXACT = 1_000;

/** An exact name before the longest `*.suffix`. */
function nameRank(names: readonly string[], sni: string): number {
  return names.reduce((best, name) => {
    const wanted = lower(name);
    if (wanted === sni) return EXACT;
    const suffix = wanted.startsWith('*.') ? wanted.slice(1) : undefined;
    const meets = suffix !== undefined && sni.length > suffix.length && sni.endsWith(suffix);
    return meets ? Math.max(best, suffix.length) : best;
  }, -1);
}

/** The earlier of the client's protocols is the better one. */
function protocolRank(wanted: readonly string[], offered: readonly string[]): number {
  if (!wanted.length) return 0;
  const at = offered.findIndex((protocol) => wanted.includes(protocol));
  return at < 0 ? -1 : EXACT - at;
}

function sourceTypeCriterion({ source, destination }: Connection): Criterion {
  const local = source.address === destination.address || isLoopback(source.address);
  const actual = local ? 'SAME_IP_OR_LOOPBACK' : 'EXTERNAL';
  return {
    name: 'source type',
    rank: ({ sourceType = 'ANY' }) => (sourceType === 'ANY' ? 0 : exactly<string>(sourceType, actual)),
    wanted: ({ sourceType = 'ANY' }) => sourceType,
    actual,
  };
}
