/** What a match demands of headers, parameters and claims, and which demands follow from others. */
import type { StringMatch } from '../../schema/kinds/networking';
import { perMatch } from './per-match';
import {
  PARAMETERS,
  TOKENS,
  type Texts,
  type Universe,
  VALUES,
  contains,
  containsAll,
  disjoint,
  takes,
  textsOf,
} from './texts';

/** Where a demand looks. */
export interface Subject {
  readonly kind: 'header' | 'query' | 'claim';
  readonly name: string;
}

/** What must be so: it is there, it is not there, it is among the texts, it is not among them (and counts as empty where it is not there). */
export type Demand =
  { readonly is: 'present' | 'absent' } | { readonly is: 'among' | 'not-among'; readonly texts: Texts };

export interface Condition {
  readonly subject: Subject;
  readonly demand: Demand;
}

/** All demands of a match beside its path. istio: route.TranslateRouteMatch */
export const conditionsOf = perMatch((match): readonly Condition[] => {
  const { headers, withoutHeaders, queryParams, method, authority, scheme } = match;
  const pseudo = { ':method': method, ':authority': authority, ':scheme': scheme };
  return [
    ...each(pseudo, headerNamed, positive),
    ...each(headers, headerNamed, positive),
    ...each(withoutHeaders, headerNamed, negative),
    ...each(queryParams, (name) => ({ kind: 'query', name }), positive),
  ];
});

type Map = Readonly<Record<string, StringMatch | undefined>>;

function each(
  map: Map = {},
  subjectOf: (name: string) => Subject,
  demandOf: (match: StringMatch, within: Universe) => Demand,
): Condition[] {
  return Object.entries(map).flatMap(([name, match]) => {
    if (!match) return [];
    const subject = subjectOf(name);
    return [{ subject, demand: demandOf(match, universeOf(subject)) }];
  });
}

const CLAIMS = /^@request\.auth\.claims[.[]/i;

const headerNamed = (name: string): Subject =>
  CLAIMS.test(name) ? { kind: 'claim', name } : { kind: 'header', name: name.toLowerCase() };

const positive = (match: StringMatch, within: Universe): Demand => {
  const texts = isPresence(match) ? undefined : textsOf(match, within);
  return texts ? { is: 'among', texts } : { is: 'present' };
};

const negative = (match: StringMatch, within: Universe): Demand => {
  const texts = isPresence(match) ? undefined : textsOf(match, within);
  return texts ? { is: 'not-among', texts } : { is: 'absent' };
};

/** The expression `*` is none, and is taken to mean any value. istio: canBeConvertedToPresentMatch */
const isPresence = ({ exact, prefix, regex }: StringMatch): boolean =>
  exact === undefined && prefix === undefined && regex === '*';

/** Whether every request has it. */
export const isAlwaysThere = ({ kind, name }: Subject): boolean => kind === 'header' && name.startsWith(':');

/** What can stand there. */
export function universeOf(subject: Subject): Universe {
  if (isAlwaysThere(subject)) return TOKENS;
  return subject.kind === 'query' ? PARAMETERS : VALUES;
}

const same = (one: Subject, other: Subject): boolean => one.kind === other.kind && one.name === other.name;

/** Whether every request that meets all of the given conditions certainly meets the wanted one. */
export function follows(wanted: Condition, given: readonly Condition[]): boolean {
  const { subject, demand } = wanted;
  if (isAlwaysThere(subject)) {
    if (demand.is === 'present' || (demand.is === 'among' && containsAll(demand.texts))) return true;
  }
  return given.some((each) => same(each.subject, subject) && implies(each.demand, demand, subject));
}

function implies(given: Demand, wanted: Demand, { kind }: Subject): boolean {
  switch (wanted.is) {
    case 'present':
      return given.is === 'present' || (kind !== 'claim' && (given.is === 'among' || excludesNothing(given)));
    case 'absent':
      return given.is === 'absent';
    case 'among':
      if (given.is === 'among') return contains(wanted.texts, given.texts);
      return given.is === 'present' && kind !== 'claim' && containsAll(wanted.texts);
    case 'not-among':
      if (given.is === 'not-among') return contains(given.texts, wanted.texts);
      // A claim may be a list, of which one item fits and another does not.
      if (kind === 'claim') return false;
      if (given.is === 'among') return disjoint(given.texts, wanted.texts);
      return given.is === 'absent' && takes(wanted.texts, '') === false;
  }
}

/** Whether what is not there, and so counts as empty, fails the demand. */
const excludesNothing = (given: Demand): boolean => given.is === 'not-among' && takes(given.texts, '') === true;
