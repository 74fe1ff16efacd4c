/** The routes of a list that are never asked, as those before them take everything. */
import { groupBy } from '../../../mesh/grouping';
import type { Semantics } from '../../../mesh/traffic/virtual-services';
import type { Field } from '../../../source/field';
import { isAskedAt } from './http';
import type { Request } from './region';

/** One match of a route, or a route without matches. */
export interface Entry<Match, Route> {
  readonly route: Route;
  readonly match: Match | undefined;
  /** The place among the route's matches. */
  readonly index: number;
  /** Where it was written. */
  readonly place: Field;
}

/** An entry that is never met, what takes its requests, and one of these in words. */
export interface Hidden<Match, Route> extends Entry<Match, Route> {
  readonly by: readonly Entry<Match, Route>[];
  readonly example: string;
  /** The same example, where it is a request of HTTP. */
  readonly request?: Request;
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
  /** What hides an entry; to be asked for one entry after the other, in their order. */
  readonly hiding: <Route>(
    asked: Asked<Match, Route>,
  ) => (entry: Entry<Match, Route>) => Hidden<Match, Route> | undefined;
}

/** Entries in their order, and where they are asked. */
export interface Asked<Match, Route> {
  readonly entries: readonly Entry<Match, Route>[];
  /** `mesh` is one. */
  readonly gateways: readonly string[];
  /** The ports that a gateway has, where all are known. */
  readonly portsOf?: (gateway: string) => readonly number[] | undefined;
  /** By whose rules paths are read; those of VirtualServices unless it says otherwise. */
  readonly semantics?: Semantics;
  /** Whether of two entries the former certainly comes first; so it is in any one list unless it says otherwise. */
  readonly precedes?: (one: Entry<Match, Route>, other: Entry<Match, Route>) => boolean;
}

/** A route, and those of its entries that are never met. */
export interface CheckedRoute<Match, Route> {
  readonly route: Route;
  readonly hidden: readonly Hidden<Match, Route>[];
  /** Whether none of its entries is ever met. */
  readonly isNever: boolean;
}

interface Written<Match> {
  readonly value: { match?: Match[] };
  readonly field: Field;
  readonly delegatedBy?: Field;
}

/** The entries of a list of routes, in their order. */
export const entriesOf = <Match, Route extends Written<Match>>(
  routes: readonly Route[],
  placeOf: (route: Route, index: number) => Field = placeOfMatch,
): Entry<Match, Route>[] =>
  routes.flatMap((route): Entry<Match, Route>[] => {
    const { match = [] } = route.value;
    if (match.length === 0) return [{ route, match: undefined, index: 0, place: route.field }];
    return match.map((each, index) => ({ route, match: each, index, place: placeOf(route, index) }));
  });

/** Those of a delegate are made of two matches, and only the route has a place. */
const placeOfMatch = ({ field, delegatedBy }: Written<unknown>, index: number): Field =>
  delegatedBy ? field : field.child('match').child(index);

/** Judges every route by those before it. */
export function check<Match extends { gateways?: string[] }, Route>(
  asked: Asked<Match, Route>,
  { hiding }: Traffic<Match>,
): CheckedRoute<Match, Route>[] {
  const entries = asked.entries.filter(({ match }) => asked.gateways.some((gateway) => isAskedAt(match, gateway)));
  const hiddenBy = hiding({ ...asked, entries });
  const judged = entries.map((entry) => ({ entry, hidden: hiddenBy(entry) }));
  return [...groupBy(judged, ({ entry }) => entry.route)].map(([route, own]) => {
    const hidden = own.flatMap((each) => each.hidden ?? []);
    return { route, hidden, isNever: hidden.length === own.length };
  });
}
