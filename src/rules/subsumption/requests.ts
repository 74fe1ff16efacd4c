/** Requests as far as matches look at them: an example of those that a match takes. */
import { groupBy } from '../../mesh/grouping';
import type { HTTPMatchRequest } from '../../schema/kinds/networking';
import { type Demand, type Subject, conditionsOf, isAlwaysThere, universeOf } from './conditions';
import { perMatch } from './per-match';
import { PATHS, type Texts, example, takes, textsOf } from './texts';

/** A request by its path, without query, and by its headers, parameters and claims; those of HTTP/2 (`:method`) are headers. */
export interface Request {
  readonly path: string;
  readonly values: readonly Value[];
}

interface Value {
  readonly subject: Subject;
  readonly value: string;
}

/** The paths that a match takes; undefined where it takes all. */
export const pathsOf = perMatch(
  ({ uri, ignoreUriCase }): Texts | undefined => uri && textsOf(uri, PATHS, ignoreUriCase ? 'folded' : 'as-is'),
);

const keyOf = ({ kind, name }: Subject): string => `${kind} ${name}`;

/** A request that a match takes; undefined where none was found. */
export function requestFor(match: HTTPMatchRequest): Request | undefined {
  const paths = pathsOf(match);
  const path = example(paths ? [paths] : [], PATHS);
  if (path === undefined) return undefined;
  const bySubject = groupBy(conditionsOf(match), ({ subject }) => keyOf(subject));
  const values = [...bySubject.values()].flatMap((conditions) => {
    const { subject } = conditions[0]!;
    return valueFor(
      subject,
      conditions.map(({ demand }) => demand),
    );
  });
  const request = { path, values };
  return fits(match, request) ? request : undefined;
}

/** A value that meets what is demanded of it, if it need be there. */
function valueFor(subject: Subject, demands: readonly Demand[]): Value[] {
  if (demands.some(({ is }) => is === 'absent')) return [];
  const texts = demands.flatMap((demand) => (demand.is === 'among' ? [demand.texts] : []));
  const isWanted = demands.some(({ is }) => is === 'present') || texts.length > 0 || isAlwaysThere(subject);
  const isExcluded = demands.some((demand) => demand.is === 'not-among' && takes(demand.texts, '') === true);
  if (!isWanted && !isExcluded) return [];
  const value = example(texts, universeOf(subject));
  return value === undefined ? [] : [{ subject, value }];
}

/** Whether a match takes a request, wherever it comes from. */
export function fits(match: HTTPMatchRequest, { path, values }: Request): boolean {
  const paths = pathsOf(match);
  if (paths && !takes(paths, path)) return false;
  return conditionsOf(match).every(({ subject, demand }) => {
    const found = values.find((each) => keyOf(each.subject) === keyOf(subject));
    return meets(demand, found?.value ?? (isAlwaysThere(subject) ? USUAL[subject.name] : undefined));
  });
}

const USUAL: Readonly<Record<string, string>> = { ':method': 'GET', ':scheme': 'http', ':authority': 'any' };

function meets(demand: Demand, value: string | undefined): boolean {
  switch (demand.is) {
    case 'present':
      return value !== undefined;
    case 'absent':
      return value === undefined;
    case 'among':
      return value !== undefined && takes(demand.texts, value) === true;
    case 'not-among':
      return takes(demand.texts, value ?? '') === false;
  }
}

/** A request as a person would write it: `GET /api?page=2 with x-user: jason`. */
export function written({ path, values }: Request): string {
  const pseudo = (name: string): string | undefined => values.find(({ subject }) => subject.name === name)?.value;
  const query = values.flatMap(({ subject, value }) => (subject.kind === 'query' ? [`${subject.name}=${value}`] : []));
  const headers = values.filter(({ subject }) => subject.kind !== 'query' && !isAlwaysThere(subject));
  const authority = pseudo(':authority');
  const scheme = pseudo(':scheme');
  const origin = authority === undefined && scheme === undefined ? '' : `${scheme ?? 'http'}://${authority ?? 'any'}`;
  const target = `${origin}${path}${query.length > 0 ? `?${query.join('&')}` : ''}`;
  const shown = headers.map(({ subject, value }) => `${subject.name}: ${value}`);
  return `${pseudo(':method') ?? 'GET'} ${target}${shown.length > 0 ? ` with ${shown.join(', ')}` : ''}`;
}
