import { configs } from '../mesh/configs';
import { groupBy } from '../mesh/grouping';
import type { Mesh } from '../mesh/mesh';
import { type Route, writtenVirtualServices } from '../mesh/virtual-services';
import type { KindMap } from '../schema/kinds';
import type { Field } from '../source/field';
import type { Resource } from '../source/resource';
import { type Context, type Related, rule } from './rule';
import { type AnalyzerCodes, analyzerCodes } from './subsumption/analyzer';
import { CONNECTIONS, REQUESTS } from './subsumption/traffic';
import { type Entry, type Hidden, type JudgedRoute, type Traffic, entriesOf, judge } from './subsumption/routes';

export default rule({
  name: 'shadowed-route',
  category: 'conflict',
  severity: 'error',
  summary: 'Routes before this one take every request that it matches.',
  docs: `
    Envoy asks the routes of a virtual host in their order and takes the first that matches. A
    route whose requests are all taken by those before it is never used, whatever it says. Put
    the narrower route before the wider one, or remove it.

    Matches are compared as sets of requests: paths and values (exact, prefix, regular
    expressions), headers that must and must not be there, parameters, method, authority,
    scheme, port, gateways, source labels and namespace. The message names a request that the
    route was meant for and does not get. One match that adds nothing to a route which others
    still reach is a warning; what would do the same anyway is a remark.

    \`istioctl analyze\` compares prefixes of paths alone, and takes a match without method for
    one of GET.
  `,
  sameAs: ['IST0130', 'IST0131'],
  check(context) {
    const { mesh } = context;
    for (const { gateways, http, tls, tcp } of writtenVirtualServices(mesh)) {
      const names = gateways.map(({ name }) => name);
      judgeRoutes(context, http, names, REQUESTS);
      judgeRoutes(context, tls, names, CONNECTIONS);
      judgeRoutes(context, tcp, names, CONNECTIONS);
    }
    for (const delegate of delegates(mesh)) {
      const routes = delegate.each('spec.http[]').map((field) => ({ value: field.value, field }));
      // Which gateways its roots have is not known here: one that no match names stands for them.
      const named = routes.flatMap(({ value }) => value.match ?? []).flatMap(({ gateways = [] }) => gateways);
      judgeRoutes(context, routes, ['', ...new Set(named)], REQUESTS);
    }
  },
});

const delegates = (mesh: Mesh): Resource<KindMap['VirtualService']>[] =>
  configs(mesh, 'VirtualService').filter(({ value }) => !value.spec?.hosts?.length);

interface Matching<Match> {
  match?: Match[];
}

function judgeRoutes<Match extends { gateways?: string[] }, Value extends Matching<Match>>(
  context: Context,
  routes: readonly Route<Value>[],
  gateways: readonly string[],
  traffic: Traffic<Match>,
): void {
  const codes = analyzerCodes(routes.map(({ value }) => value));
  const judged = judge(entriesOf<Match, Route<Value>>(routes), gateways, traffic);
  for (const each of judged) {
    const { route, hidden, isNever } = each;
    if (route.delegatedBy) continue;
    const said = codes[routes.indexOf(route)]!;
    if (isNever) reportNever(context, route.field, 'this route', each, said);
    else for (const match of hidden) reportMatch(context, match, said);
  }
  const delegated = groupBy(judged, ({ route }) => route.delegatedBy);
  for (const [field, each] of delegated) if (field) judgeDelegation(context, field, each);
}

/** The routes of a delegate are judged for themselves elsewhere; here it counts whether any of them is reached through this root. */
function judgeDelegation<Match, Value>(
  context: Context,
  field: Field<Value>,
  judged: readonly JudgedRoute<Match, Route<Value>>[],
): void {
  const [first] = judged;
  const isOutside = ({ route }: Entry<Match, Route<Value>>): boolean => route.delegatedBy !== field;
  const isNever = judged.every((each) => each.isNever && each.hidden.every(({ by }) => by.every(isOutside)));
  if (first && isNever) reportNever(context, field, 'the delegate of this route', first, undefined);
}

function reportNever<Match, Value>(
  { report }: Context,
  field: Field,
  what: string,
  { route, hidden }: JudgedRoute<Match, Route<Value>>,
  codes: AnalyzerCodes | undefined,
): void {
  const [first] = hidden;
  if (!first) return;
  const { by, example } = first;
  report(field, `${what} is never reached: all its requests, such as ${example}, go to ${namesOf(by)} before it`, {
    related: relatedTo(by),
    sameAs: codes?.route ?? [],
    severity: by.every((other) => doTheSame(other.route, route)) ? 'info' : 'error',
  });
}

function reportMatch<Match, Value>(
  { report }: Context,
  { route, index, by, example }: Hidden<Match, Route<Value>>,
  codes: AnalyzerCodes,
): void {
  const field = placeOf(route, index);
  report(field, `this match adds nothing: all its requests, such as ${example}, go to ${namesOf(by)} before it`, {
    related: relatedTo(by),
    sameAs: codes.matches[index] ?? [],
    severity: by.every((other) => doTheSame(other.route, route)) ? 'info' : 'warning',
  });
}

type Takers = readonly Entry<unknown, Route<unknown>>[];

const fieldOf = ({ route, match, index }: Takers[number]): Field => (match ? placeOf(route, index) : route.field);

/** Those of a delegate are made of two matches, and only the route has a place. */
const placeOf = ({ field, delegatedBy }: Route<unknown>, index: number): Field =>
  delegatedBy ? field : field.child('match').child(index);

const namesOf = (by: Takers): string => by.map((each) => fieldOf(each).pathText.replace(/^spec\./, '')).join(' and ');

const relatedTo = (by: Takers): Related[] =>
  by.map((each) => ({ place: fieldOf(each), message: 'what is asked before it' }));

/** Whether requests fare the same by either route. */
function doTheSame(one: Route<unknown>, other: Route<unknown>): boolean {
  return actionOf(one) === actionOf(other);
}

const actionOf = ({ value }: Route<unknown>): string =>
  JSON.stringify({ ...(value as object), match: undefined, name: undefined });
