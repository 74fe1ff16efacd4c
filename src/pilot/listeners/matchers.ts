/** Matching trees that choose the filter chain of a connection. istio: core/match */
import type { CidrRange, Extension, Matcher, OnMatch } from '../../envoy/config';
import { message } from '../message';

const input = (name: string, type: string): Extension => ({ name, typedConfig: message(type, {}) });

const INPUTS = 'envoy.extensions.matching.common_inputs.network.v3';
const DESTINATION_IP = input('ip', `${INPUTS}.DestinationIPInput`);
const DESTINATION_PORT = input('port', `${INPUTS}.DestinationPortInput`);
const APPLICATION_PROTOCOL = input('application-protocol', `${INPUTS}.ApplicationProtocolInput`);

/** Takes the chain of this name. */
export const toChain = (name: string): OnMatch => ({
  action: { name, typedConfig: message('google.protobuf.StringValue', { value: name }) },
});

/** Chooses by whether the inspector has found HTTP. istio: match.NewAppProtocol */
export const byApplicationProtocol = ({ http, tcp }: Record<'http' | 'tcp', OnMatch>): OnMatch => ({
  matcher: {
    matcherTree: {
      input: APPLICATION_PROTOCOL,
      exactMatchMap: { map: { "'h2c'": http, "'http/1.1'": http } },
    },
    onNoMatch: tcp,
  },
});

/** Chooses by the port that was asked for. */
export const byPort = (ports: ReadonlyMap<number, OnMatch>): OnMatch => ({
  matcher: {
    matcherTree: {
      input: DESTINATION_PORT,
      exactMatchMap: { map: Object.fromEntries([...ports].map(([port, onMatch]) => [String(port), onMatch])) },
    },
  },
});

/** Addresses, and what is done for them. */
export interface Range {
  readonly ranges: readonly CidrRange[];
  readonly onMatch: OnMatch;
}

/** Chooses by the address that was asked for. */
export const byAddress = (ranges: readonly Range[]): Matcher => ({
  matcherTree: {
    input: DESTINATION_IP,
    customMatch: {
      name: 'ip',
      typedConfig: message('xds.type.matcher.v3.IPMatcher', {
        ...(ranges.length > 0 && { rangeMatchers: ranges.map(({ ranges, onMatch }) => ({ ranges, onMatch })) }),
      }),
    },
  },
});
