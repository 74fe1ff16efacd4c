/** The two things that routes take: requests of HTTP, and connections. */
import type { HTTPMatchRequest } from '../../../schema/kinds/networking';
import { PATH, pathsOf } from './conditions';
import { coverOf } from './cover';
import { hides, isAskedAt, listenersFor, takenBy } from './http';
import { type ConnectionMatch, connectionFor, hidesConnections } from './l4';
import { PathIndex } from './path-index';
import { type Region, type Taken, regionOf, requestOf, valueAt } from './region';
import { written } from './requests';
import type { Asked, Entry, Hidden, Shelf, Traffic } from './routes';
import { PATHS, textAmong } from './texts';

export const REQUESTS: Traffic<HTTPMatchRequest> = {
  hides,
  shelf: requestShelf,
  example(match) {
    const taken = takenBy(match, [ANYWHERE], 'istio');
    const region = taken && regionOf({ ...taken, listeners: [ANYWHERE] });
    return typeof region === 'object' ? written(requestOf(region)) : undefined;
  },
  hiding: hidingRequests,
};

const ANYWHERE = { gateway: '', port: undefined };

export const CONNECTIONS: Traffic<ConnectionMatch> = {
  hides: hidesConnections,
  shelf: connectionShelf,
  example: (match) => connectionFor(match ?? {}),
  hiding: hidingConnections,
};

type RequestEntry<Route> = Entry<HTTPMatchRequest, Route>;

function hidingRequests<Route>({
  entries,
  gateways,
  portsOf,
  semantics = 'istio',
  precedes = () => true,
}: Asked<HTTPMatchRequest, Route>): (entry: RequestEntry<Route>) => Hidden<HTTPMatchRequest, Route> | undefined {
  const matches = entries.map(({ match }) => match);
  const listeners = listenersFor(gateways, matches, portsOf);
  const before = new PathIndex<{ entry: RequestEntry<Route>; taken: Taken }>();
  const places = new Map(entries.map((entry, place) => [entry, place]));
  return (entry) => {
    const taken = takenBy(entry.match, listeners, semantics);
    if (!taken) return undefined;
    const takersOf = (region: Region) =>
      before.candidates(String(valueAt(region, PATH))).filter((each) => precedes(each.entry, entry));
    const cover = entry === entries[0] ? undefined : coverOf(taken, takersOf);
    before.add({ entry, taken }, entry.match && pathsOf(entry.match, semantics));
    if (!cover) return undefined;
    const by = cover.by.map((each) => each.entry).sort((one, other) => places.get(one)! - places.get(other)!);
    const request = requestOf(cover.region);
    const isPortLookedAt = [entry, ...by].some(({ match }) => match?.port);
    return { ...entry, by, request, example: written(isPortLookedAt ? request : { ...request, listener: ANYWHERE }) };
  };
}

/** Whatever takes all that a match takes also takes the one path that stands for it. */
function requestShelf<Item>(): Shelf<HTTPMatchRequest, Item> {
  const index = new PathIndex<Item>();
  return {
    add: (item, match) => index.add(item, match && pathsOf(match, 'istio')),
    candidates(match) {
      const paths = match && pathsOf(match, 'istio');
      const found = textAmong(paths ? [paths] : [], [], PATHS);
      return typeof found === 'object' ? index.candidates(found.text) : [];
    },
  };
}

function hidingConnections<Route>({
  gateways,
}: Asked<ConnectionMatch, Route>): (
  entry: Entry<ConnectionMatch, Route>,
) => Hidden<ConnectionMatch, Route> | undefined {
  const before: Entry<ConnectionMatch, Route>[] = [];
  return (entry) => {
    const here = gateways.filter((gateway) => isAskedAt(entry.match, gateway));
    const takers = here.map((gateway) => before.find(({ match }) => hidesConnections(match, entry.match, gateway)));
    before.push(entry);
    const by = takers.filter((taker) => taker !== undefined);
    if (by.length < takers.length) return undefined;
    return { ...entry, by: [...new Set(by)], example: connectionFor(entry.match ?? {}) };
  };
}

function connectionShelf<Item>(): Shelf<ConnectionMatch, Item> {
  const all: Item[] = [];
  return { add: (item) => all.push(item), candidates: () => all };
}
