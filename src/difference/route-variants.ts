/** Requests that show what a route does beside choosing where they go. */
import type { CorsPolicy, HTTPRoute, Headers } from '../schema/kinds/networking';
import { asClientsSend } from '../simulation/hop-request';
import type { Variant } from './probe';
import { exampleOfMatch, variantsOf } from './variants';

/** A path that no route is likely to name. */
export const ANY: Variant = { path: '/', method: 'GET' };

/** What meets and misses each match of a route, and what carries the headers that it changes. */
export function variantsOfRoute({ match = [], headers, route = [], corsPolicy }: HTTPRoute): Variant[] {
  const variants = match.flatMap(variantsOf);
  const taken = match.length === 0 ? ANY : variants[0];
  const changed = [headers, ...route.map((destination) => destination.headers)].flatMap((each) => each ?? []);
  const shown = taken ? [...carrying(taken, changed), ...(corsPolicy ? fromElsewhere(taken, corsPolicy) : [])] : [];
  return [...variants, ...shown];
}

/** A request, and an answer, with the headers that the route removes or adds to. One that is set shows where it is absent. */
function carrying(taken: Variant, changed: readonly Headers[]): Variant[] {
  const requestHeaders = valuesFor(changed.map(({ request }) => request));
  const answerHeaders = valuesFor(changed.map(({ response }) => response));
  return [
    ...(requestHeaders ? [{ ...taken, headers: { ...requestHeaders, ...taken.headers } }] : []),
    ...(answerHeaders ? [{ ...taken, answerHeaders }] : []),
  ];
}

function valuesFor(operations: readonly Headers['request'][]): Record<string, string> | undefined {
  const names = operations.flatMap(({ add = {}, remove = [] } = {}) => [...Object.keys(add), ...remove]);
  const own = names.map((name) => name.toLowerCase()).filter((name) => !/^:/.test(name) && !SENT_ANYWAY.has(name));
  return own.length > 0 ? Object.fromEntries(own.map((name) => [name, 'x'])) : undefined;
}

/** Headers that every request has. */
const SENT_ANYWAY: ReadonlySet<string> = new Set(['host', ...asClientsSend('GET', []).map(([name]) => name)]);

/** Requests of a browser from another origin, and the preflight before them. */
function fromElsewhere(
  taken: Variant,
  { allowOrigins = [], allowOrigin = [], allowMethods = [] }: CorsPolicy,
): Variant[] {
  const origins = [...allowOrigin, ...allowOrigins.flatMap((match) => exampleOfMatch(match) ?? [])];
  const [first = 'http://example.com'] = origins.map((origin) => (origin === '*' ? 'http://example.com' : origin));
  const headers = { ...taken.headers, origin: first };
  const preflight = { ...headers, 'access-control-request-method': allowMethods[0] ?? 'GET' };
  return [
    { ...taken, headers },
    { ...taken, method: 'OPTIONS', headers: preflight },
  ];
}
