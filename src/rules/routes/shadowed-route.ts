import { configs } from '../../mesh/settings/configs';
import { groupBy } from '../../mesh/grouping';
import type { Mesh } from '../../mesh/mesh';
import { type Route, writtenVirtualServices } from '../../mesh/traffic/virtual-services';
import type { KindMap } from '../../schema/kinds';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { type Context, type Related, rule } from '../rule';
import { isMisread } from '../documents/misread';
import { type AnalyzerCodes, analyzerCodes } from './subsumption/analyzer';
import { type HiddenOfApi, hangsOnAge, hiddenOfApi } from './subsumption/api';
import { portsOf } from './subsumption/ports';
import {
  type Asked,
  type Entry,
  type Hidden,
  type CheckedRoute,
  type Traffic,
  entriesOf,
  check,
} from './subsumption/routes';
import { CONNECTIONS, REQUESTS } from './subsumption/traffic';

export default rule({
  name: 'shadowed-route',
  category: 'conflict',
  isLocal: true,
  severity: 'error',
  summary: 'A route can never match, because earlier routes take all of its requests.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    Envoy checks the routes of a virtual host in order and uses the first that matches. A route
    whose requests are all matched by earlier routes is never used.

    Fix: move the more specific route before the wider one, or remove it.

    Matches are compared as sets of requests: paths and values (exact, prefix, regular expressions),
    required and excluded headers, parameters, method, authority, scheme, port, gateways, source
    labels and namespace. Several earlier matches together can hide a route. The message names a
    request that the route should match but does not get. A match that adds nothing to a route which
    others still reach is a warning; one that would have the same effect anyway is info.

    Rules of HTTPRoutes and GRPCRoutes are ordered by precedence: exact paths, then prefixes, then
    regular expressions; longer ones first; then those with a method, with more headers, with more
    parameters; then those of the older object. The rule that hides another is often in another
    object for the same parent and hostname, and a rule for all paths hides every regular
    expression.

    \`istioctl analyze\` compares path prefixes only, treats a match without a method as one for GET,
    and does not check the Gateway API.
  `,
  sameAs: ['IST0130', 'IST0131'],
  check(context) {
    const { mesh } = context;
    for (const virtualService of writtenVirtualServices(mesh)) {
      const { http, tls, tcp } = virtualService;
      const gateways = virtualService.gateways.map(({ name }) => name);
      const where = { gateways, portsOf: portsOf(mesh, virtualService) };
      checkRoutes(context, http, where, REQUESTS);
      checkRoutes(context, tls, where, CONNECTIONS);
      checkRoutes(context, tcp, where, CONNECTIONS);
    }
    for (const delegate of delegates(mesh)) {
      const routes = delegate.each('spec.http[]').map((field) => ({ value: field.value, field }));
      // Which gateways its roots have is not known here: one that no match names stands for them.
      const named = routes.flatMap(({ value }) => value.match ?? []).flatMap(({ gateways = [] }) => gateways);
      checkRoutes(context, routes, { gateways: ['', ...new Set(named)] }, REQUESTS);
    }
    for (const hidden of hiddenOfApi(mesh)) reportOfApi(context, hidden);
  },
});

const delegates = (mesh: Mesh): Resource<KindMap['VirtualService']>[] =>
  configs(mesh, 'VirtualService').filter(({ value }) => !value.spec?.hosts?.length);

interface Matching<Match> {
  match?: Match[];
}

function checkRoutes<Match extends { gateways?: string[] }, Value extends Matching<Match>>(
  context: Context,
  routes: readonly Route<Value>[],
  where: Pick<Asked<Match, Route<Value>>, 'gateways' | 'portsOf'>,
  traffic: Traffic<Match>,
): void {
  const judged = check({ ...where, entries: entriesOf<Match, Route<Value>>(routes) }, traffic).map((each) =>
    withoutMisread(context.mesh, each),
  );
  if (judged.every(({ hidden }) => hidden.length === 0)) return;
  const codes = analyzerCodes(routes.map(({ value }) => value));
  for (const each of judged) {
    const { route, hidden, isNever } = each;
    if (route.delegatedBy) continue;
    const said = codes[routes.indexOf(route)]!;
    if (isNever) reportNever(context, route.field, 'this route', hidden[0], said.route);
    else for (const match of hidden) reportMatch(context, match, said);
  }
  const delegated = groupBy(judged, ({ route }) => route.delegatedBy);
  for (const [field, each] of delegated) if (field) checkDelegation(context, field, each);
}

/** Leaves out what only seems to be hidden, because a match of the two is not read as it was meant. */
function withoutMisread<Match, Value>(
  mesh: Mesh,
  judged: CheckedRoute<Match, Route<Value>>,
): CheckedRoute<Match, Route<Value>> {
  const hidden = judged.hidden.filter(
    ({ place, by }) => !isMisread(mesh, place) && !by.some((other) => isMisread(mesh, other.place)),
  );
  return hidden.length === judged.hidden.length ? judged : { ...judged, hidden, isNever: false };
}

/** The routes of a delegate are judged for themselves elsewhere; here it counts whether any of them is reached through this root. */
function checkDelegation<Match, Value>(
  context: Context,
  field: Field<Value>,
  judged: readonly CheckedRoute<Match, Route<Value>>[],
): void {
  const isOutside = ({ route }: Entry<Match, Route<Value>>): boolean => route.delegatedBy !== field;
  const isNever = judged.every((each) => each.isNever && each.hidden.every(({ by }) => by.every(isOutside)));
  if (isNever) reportNever(context, field, 'the delegate of this route', judged[0]?.hidden[0], []);
}

function reportNever<Match, Value>(
  { report }: Context,
  field: Field,
  what: string,
  hidden: Hidden<Match, Route<Value>> | undefined,
  sameAs: readonly string[],
): void {
  if (hidden)
    report(field, `${what} is unreachable: ${takenBy(hidden)}`, {
      about: matchText(field.value),
      related: relatedTo(hidden.by),
      sameAs,
      severity: isSameAnyway(hidden) ? 'info' : 'error',
    });
}

/** What a route matches, which tells it from the others of its list whatever its place there is. */
const matchText = (route: unknown): string => JSON.stringify((route as Matching<unknown> | null)?.match ?? '');

function reportMatch<Match, Value>(
  { report }: Context,
  hidden: Hidden<Match, Route<Value>>,
  codes: AnalyzerCodes | undefined,
): void {
  report(hidden.place, `this match has no effect: ${takenBy(hidden)}`, {
    about: JSON.stringify(hidden.match),
    related: relatedTo(hidden.by),
    sameAs: codes?.matches[hidden.index] ?? [],
    severity: isSameAnyway(hidden) ? 'info' : 'warning',
  });
}

function reportOfApi(context: Context, { rule, matches, isNever }: HiddenOfApi): void {
  const [first] = matches;
  if (isNever) reportNever(context, rule, first && hangsOnAge(first) ? UNLESS_OLDER : 'this rule', first, []);
  else for (const match of matches) reportMatch(context, match, undefined);
}

const UNLESS_OLDER = 'unless its object is the older one, this rule';

type AnyHidden = Hidden<unknown, Route<unknown>>;

const takenBy = ({ example, by, place }: AnyHidden): string =>
  `${namesOf(by, place)} already takes every request it matches, such as ${example}`;

/** More than a few would tell nobody anything. */
const MOST_NAMES = 3;

function namesOf(by: AnyHidden['by'], from: Field): string {
  const names = by.map(({ place: { pathText, resource } }) => {
    const path = pathText.replace(/^spec\./, '');
    return resource === from.resource ? path : `${path} of ${resource.title}`;
  });
  if (names.length <= MOST_NAMES) return names.join(' and ');
  return `${names.slice(0, MOST_NAMES - 1).join(', ')} and ${names.length - MOST_NAMES + 1} more`;
}

const relatedTo = (by: AnyHidden['by']): Related[] => by.map(({ place }) => ({ place, message: 'matches first' }));

/** Whether requests fare the same by either route. */
const isSameAnyway = ({ route, by }: AnyHidden): boolean =>
  by.every((other) => actionOf(other.route) === actionOf(route));

const actionOf = ({ value }: Route<unknown>): string =>
  JSON.stringify({ ...(value as object), match: undefined, name: undefined });
