/** The routes of a list that are never asked, as those before them take everything. */
import { groupBy } from '../../mesh/grouping';
import { isAskedAt } from './http';

/** One match of a route, or a route without matches. */
export interface Entry<Match, Route> {
  readonly route: Route;
  readonly match: Match | undefined;
  /** The place among the route's matches. */
  readonly index: number;
}

/** An entry that is never met, what takes its requests, and one of these in words. */
export interface Hidden<Match, Route> extends Entry<Match, Route> {
  readonly by: readonly Entry<Match, Route>[];
  readonly example: string;
}

/** Things kept by their matches, so that not every two need be compared. */
export interface Shelf<Match, Item> {
  add(item: Item, match: Match | undefined): void;
  /** Those that may take all that a match takes, in the order in which they were added. */
  candidates(match: Match | undefined): readonly Item[];
}

/** How matches of one kind are compared. A route without matches takes everything. */
export interface Traffic<Match> {
  /** Whether, at one gateway (`mesh` is one), a match certainly takes all that another takes. */
  readonly hides: (wide: Match | undefined, narrow: Match | undefined, gateway: string) => boolean;
  /** An empty shelf for things that have a match. */
  readonly shelf: <Item>() => Shelf<Match, Item>;
  /** What a match takes, by an example in words; undefined where none was found. */
  readonly example: (match: Match | undefined) => string | undefined;
}

/** A route, and those of its entries that are never met. */
export interface JudgedRoute<Match, Route> {
  readonly route: Route;
  readonly hidden: readonly Hidden<Match, Route>[];
  /** Whether none of its entries is ever met. */
  readonly isNever: boolean;
}

/** The entries of a list of routes, in their order. */
export const entriesOf = <Match, Route extends { readonly value: { match?: Match[] } }>(
  routes: readonly Route[],
): Entry<Match, Route>[] =>
  routes.flatMap((route): Entry<Match, Route>[] => {
    const { match = [] } = route.value;
    if (match.length === 0) return [{ route, match: undefined, index: 0 }];
    return match.map((each, index) => ({ route, match: each, index }));
  });

/** Judges every route by those before it, at each of the gateways. */
export function judge<Match extends { gateways?: string[] }, Route>(
  entries: readonly Entry<Match, Route>[],
  gateways: readonly string[],
  traffic: Traffic<Match>,
): JudgedRoute<Match, Route>[] {
  const asked = entries.filter(({ match }) => gateways.some((gateway) => isAskedAt(match, gateway)));
  const before = traffic.shelf<Entry<Match, Route>>();
  const judged = asked.map((entry) => {
    const here = gateways.filter((gateway) => isAskedAt(entry.match, gateway));
    const hidden = hiddenBy(entry, before.candidates(entry.match), here, traffic);
    before.add(entry, entry.match);
    return { entry, hidden };
  });
  return [...groupBy(judged, ({ entry }) => entry.route)].map(([route, own]) => {
    const hidden = own.flatMap((each) => each.hidden ?? []);
    return { route, hidden, isNever: hidden.length === own.length };
  });
}

function hiddenBy<Match, Route>(
  entry: Entry<Match, Route>,
  before: readonly Entry<Match, Route>[],
  gateways: readonly string[],
  { hides, example }: Traffic<Match>,
): Hidden<Match, Route> | undefined {
  const by = new Set<Entry<Match, Route>>();
  for (const gateway of gateways) {
    const taker = before.find(({ match }) => hides(match, entry.match, gateway));
    if (!taker) return undefined;
    by.add(taker);
  }
  const words = example(entry.match);
  return words === undefined ? undefined : { ...entry, by: [...by], example: words };
}
