/** Envoy's general matching trees: xds.type.matcher.v3.Matcher. */
import type { CidrRange } from './address';
import type { Any, Extension } from './any';

export interface Matcher {
  matcherTree?: { input?: Extension; exactMatchMap?: MatchMap; prefixMatchMap?: MatchMap; customMatch?: Extension };
  matcherList?: object;
  onNoMatch?: OnMatch;
}

export interface MatchMap {
  map?: Record<string, OnMatch>;
}

/** Either another matcher, or what is done. */
export interface OnMatch {
  matcher?: Matcher;
  action?: Extension;
}

/** The typed configuration of a custom match by address: xds.type.matcher.v3.IPMatcher. */
export interface IpMatcher extends Any {
  rangeMatchers?: { ranges?: CidrRange[]; onMatch?: OnMatch; exclusive?: boolean }[];
}
