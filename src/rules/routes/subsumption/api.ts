/** Rules of HTTPRoutes and GRPCRoutes that are never asked, wherever they are attached. */
import { byPrecedence } from '../../../mesh/gateway-api/matches';
import { groupBy } from '../../../mesh/grouping';
import type { Mesh } from '../../../mesh/mesh';
import { type Route, type VirtualService, virtualServices } from '../../../mesh/traffic/virtual-services';
import type { HTTPMatchRequest, HTTPRoute } from '../../../schema/kinds/networking';
import type { Field } from '../../../source/field';
import { valueAt } from '../../../source/path';
import { older } from '../../conflicts/age';
import { type Entry, type Hidden, entriesOf, check } from './routes';
import { REQUESTS } from './traffic';

type OfApi = Entry<HTTPMatchRequest, Route<HTTPRoute>>;

/** A rule, and those of its matches that get no request at any parent and hostname. */
export interface HiddenOfApi {
  readonly rule: Field;
  readonly matches: readonly Hidden<HTTPMatchRequest, Route<HTTPRoute>>[];
  /** Whether none of its matches gets any. */
  readonly isNever: boolean;
}

interface Verdict {
  readonly entry: OfApi;
  readonly hidden: Hidden<HTTPMatchRequest, Route<HTTPRoute>> | undefined;
}

/** All rules with matches that get nothing. */
export function hiddenOfApi(mesh: Mesh): HiddenOfApi[] {
  const verdicts = virtualServices(mesh).flatMap((each) => (each.semantics === 'gateway' ? verdictsOf(each) : []));
  const byResource = groupBy(verdicts, ({ entry }) => entry.place.resource);
  return [...byResource.values()].flatMap((own) =>
    [...groupBy(own, ({ entry }) => entry.place.path.slice(0, 3).join('.')).values()].flatMap(checkRule),
  );
}

function verdictsOf({ gateways, http }: VirtualService): Verdict[] {
  const entries = entriesOf<HTTPMatchRequest, Route<HTTPRoute>>(http, placeOf);
  const names = gateways.map(({ name }) => name);
  const judged = check({ entries, gateways: names, semantics: 'gateway', precedes }, REQUESTS);
  return judged.flatMap(({ route, hidden: [hidden] }) => {
    const entry = entries.find((each) => each.route === route);
    return entry ? { entry, hidden } : [];
  });
}

/** The match, or its rule where the API server adds the match. */
function placeOf({ field: { path, resource }, field }: Route<HTTPRoute>): Field {
  return valueAt(resource.written, path) === undefined ? resource.at(path.slice(0, 3)) : field;
}

/** Objects that are only in files have no age: then one of two that want the same gets nothing, whichever it will be. */
const precedes = (one: OfApi, other: OfApi): boolean =>
  precedence(one, other) === 'certain' || JSON.stringify(one.match) === JSON.stringify(other.match);

/** Of two that were put in this order. */
function precedence(one: OfApi, other: OfApi): 'certain' | 'by-age' {
  if (one.place.resource === other.place.resource) return 'certain';
  const [ours, theirs] = [one.match, other.match].map((match) => (match ? [match] : []));
  if (byPrecedence(ours, theirs) !== 0) return 'certain';
  return older(one.place.resource, other.place.resource) === 'this' ? 'certain' : 'by-age';
}

/** Whether it is hidden only if its object is the younger one, which nobody knows. */
export const hangsOnAge = (hidden: Hidden<HTTPMatchRequest, Route<HTTPRoute>>): boolean =>
  hidden.by.some((each) => precedence(each, hidden) === 'by-age');

function checkRule(verdicts: readonly Verdict[]): HiddenOfApi[] {
  const [first] = verdicts;
  if (!first) return [];
  const byMatch = [...groupBy(verdicts, ({ entry }) => entry.place.pathText).values()];
  const matches = byMatch.flatMap((own) => (own.every(({ hidden }) => hidden) ? (own[0]!.hidden ?? []) : []));
  const { place } = first.entry;
  const rule = place.path.length > 3 ? place.resource.at(place.path.slice(0, 3)) : place;
  return matches.length > 0 ? [{ rule, matches, isNever: matches.length === byMatch.length }] : [];
}
