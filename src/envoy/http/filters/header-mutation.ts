import type { HeaderChange, HeaderMutation, HeaderMutationPerRoute } from '../../config';
import type { HeaderMap } from '../../run/header-map';
import type { Answer } from '../format';
import { addHeaders } from '../header-rules';
import { type HttpFilterKind, type Installed, say } from '../http-filter';
import { filterConfigs } from '../per-filter-config';
import { routeOf } from '../route';
import type { Stream } from '../stream';

/** Adds and removes headers. envoy: HeaderMutation. */
export const headerMutation: HttpFilterKind = {
  decode(stream, filter) {
    const changes = changesOf(stream, filter, 'requestMutations');
    if (!changes.length) return undefined;
    apply(changes, stream.request, stream);
    say(stream, filter, () => 'headers of the request are changed');
    return undefined;
  },
  encode(stream, filter, headers, answer) {
    apply(changesOf(stream, filter, 'responseMutations'), headers, stream, answer);
  },
};

/** The filter's own changes, then those of the levels of the route; where two disagree, the last one wins. */
function changesOf(stream: Stream, filter: Installed, which: 'requestMutations' | 'responseMutations'): HeaderChange[] {
  const config = filter.config as HeaderMutation;
  const levels = filterConfigs<HeaderMutationPerRoute>(routeOf(stream), filter.name);
  if (config.mostSpecificHeaderMutationsWins) levels.reverse();
  return [config, ...levels].flatMap(({ mutations }) => mutations?.[which] ?? []);
}

function apply(changes: readonly HeaderChange[], headers: HeaderMap, stream: Stream, answer?: Answer): void {
  for (const { remove, append } of changes) {
    if (remove) headers.remove(remove.toLowerCase());
    if (append) addHeaders(headers, [append], stream, answer);
  }
}
