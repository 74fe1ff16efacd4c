/** The two things that routes take: requests of HTTP, and connections. */
import type { HTTPMatchRequest } from '../../schema/kinds/networking';
import { hides } from './http';
import { type ConnectionMatch, connectionFor, hidesConnections } from './l4';
import { PathIndex } from './path-index';
import { pathsOf, requestFor, written } from './requests';
import type { Shelf, Traffic } from './routes';
import { PATHS, sampleOf } from './texts';

export const REQUESTS: Traffic<HTTPMatchRequest> = {
  hides,
  shelf: requestShelf,
  example(match) {
    const request = requestFor(match ?? {});
    return request && written(request);
  },
};

export const CONNECTIONS: Traffic<ConnectionMatch> = {
  hides: hidesConnections,
  shelf: connectionShelf,
  example: (match) => connectionFor(match ?? {}),
};

/** Whatever takes all that a match takes also takes the one path that stands for it. */
function requestShelf<Item>(): Shelf<HTTPMatchRequest, Item> {
  const index = new PathIndex<Item>();
  return {
    add: (item, match) => index.add(item, match && pathsOf(match)),
    candidates(match) {
      const paths = match && pathsOf(match);
      const path = paths ? sampleOf(paths) : PATHS.example;
      return path === undefined ? [] : index.candidates(path);
    },
  };
}

function connectionShelf<Item>(): Shelf<ConnectionMatch, Item> {
  const all: Item[] = [];
  return { add: (item) => all.push(item), candidates: () => all };
}
