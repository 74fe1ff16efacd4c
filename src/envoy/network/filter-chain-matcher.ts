/** Matching trees that name the filter chain of a connection. envoy: Matcher::MatchTree */
import type { IpMatcher, Matcher, OnMatch } from '../config';
import { inRange } from '../match/address';
import type { Connection } from '../run/connection';
import { typeOf } from '../run/typed';
import { own } from '../own';

/** The name of the chain that a tree leads to; undefined where it leads to none. */
export function matchedName(matcher: Matcher, connection: Connection): string | undefined {
  const { matcherTree = {}, onNoMatch } = matcher;
  const input = inputOf(typeOf(matcherTree.input?.typedConfig), connection);
  const found = input === undefined ? undefined : inTree(matcherTree, input, connection);
  return found ?? (onNoMatch && followed(onNoMatch, connection));
}

type Tree = NonNullable<Matcher['matcherTree']>;

function inTree({ exactMatchMap, prefixMatchMap, customMatch }: Tree, input: string, connection: Connection) {
  if (exactMatchMap) return followedOr(own(exactMatchMap.map, input), connection);
  if (prefixMatchMap) return followedOr(longestPrefix(prefixMatchMap.map ?? {}, input), connection);
  return customMatch?.typedConfig ? inRanges(customMatch.typedConfig, input, connection) : undefined;
}

const followedOr = (onMatch: OnMatch | undefined, connection: Connection): string | undefined =>
  onMatch && followed(onMatch, connection);

/** Another tree, or the name of a chain. */
function followed({ matcher, action }: OnMatch, connection: Connection): string | undefined {
  if (matcher) return matchedName(matcher, connection);
  const { value } = (action?.typedConfig ?? {}) as { value?: string };
  return value ?? action?.name;
}

function longestPrefix(map: Readonly<Record<string, OnMatch>>, input: string): OnMatch | undefined {
  const prefixes = Object.keys(map).filter((prefix) => input.startsWith(prefix));
  return own(map, prefixes.sort((one, other) => other.length - one.length)[0] ?? '');
}

/** The narrowest range comes first; where it leads to nothing, wider ones are tried. envoy: Network::Matching::IpMatcher */
function inRanges({ rangeMatchers = [] }: IpMatcher, input: string, connection: Connection): string | undefined {
  const fitting = rangeMatchers.flatMap(({ ranges = [], onMatch, exclusive }) =>
    ranges.flatMap((range) => (inRange(range, input) ? [{ bits: range.prefixLen ?? 0, onMatch, exclusive }] : [])),
  );
  for (const { onMatch, exclusive } of fitting.sort((one, other) => other.bits - one.bits)) {
    const found = followedOr(onMatch, connection);
    if (found !== undefined || exclusive) return found;
  }
  return undefined;
}

const INPUTS = 'envoy.extensions.matching.common_inputs.network.v3.';

/** What a tree looks at; undefined where the connection has nothing of the kind. */
function inputOf(type: string, connection: Connection): string | undefined {
  const { destination, source, sni, transportProtocol, applicationProtocols } = connection;
  switch (type) {
    case `${INPUTS}DestinationIPInput`:
      return destination.address;
    case `${INPUTS}DestinationPortInput`:
      return String(destination.port);
    case `${INPUTS}SourceIPInput`:
      return source.address;
    case `${INPUTS}ServerNameInput`:
      return sni || undefined;
    case `${INPUTS}TransportProtocolInput`:
      return transportProtocol;
    case `${INPUTS}ApplicationProtocolInput`:
      return applicationProtocols.length > 0 ? applicationProtocols.map((name) => `'${name}'`).join(',') : undefined;
    default:
      return undefined;
  }
}
