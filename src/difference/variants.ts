/** Requests at the boundaries of a route's conditions: each met, and each just missed. */
import type { HTTPMatchRequest, StringMatch } from '../schema/kinds/networking';
import { automatonOf } from '../regex/automaton';
import { shortest } from '../regex/shortest';
import { syntaxOf } from '../regex/syntax';
import type { Variant } from './probe';
import { percentEncoded } from '../source/percent-encoding';

/** What meets a match in all it asks for, and what misses it in one thing at a time. */
export function variantsOf(match: HTTPMatchRequest): Variant[] {
  const met = meeting(match);
  if (!met) return [];
  const { uri, method, headers = {}, withoutHeaders = {}, queryParams = {}, authority } = match;
  const missed: Variant[] = [
    ...(uri ? beside(uri).map((path) => ({ ...met, path: rooted(path) })) : []),
    ...(uri && met.path ? [{ ...met, path: otherCase(met.path) }] : []),
    ...(method ? [{ ...met, method: met.method === 'POST' ? 'GET' : 'POST' }] : []),
    ...(authority ? beside(authority).map((text) => ({ ...met, authority: text })) : []),
    ...Object.entries(headers).flatMap(([name, value]) => [
      { ...met, headers: without(met.headers, name) },
      ...beside(value).map((text) => ({ ...met, headers: { ...met.headers, [name]: text } })),
    ]),
    ...Object.entries(withoutHeaders).flatMap(([name, value]) =>
      [exampleOfMatch(value) ?? 'x'].map((text) => ({ ...met, headers: { ...met.headers, [name]: text } })),
    ),
    ...(Object.keys(queryParams).length > 0 ? [{ ...met, query: '' }] : []),
  ];
  return [met, ...missed];
}

/** A request that meets every condition; undefined where a pattern has no plain example. */
function meeting({ uri, method, authority, headers = {}, queryParams = {} }: HTTPMatchRequest): Variant | undefined {
  const path = uri ? exampleOfMatch(uri) : '/';
  const verb = method ? exampleOfMatch(method) : 'GET';
  const host = authority ? exampleOfMatch(authority) : '';
  const given = Object.entries(headers).map(([name, value]) => [name, exampleOfMatch(value) ?? undefined] as const);
  const query = Object.entries(queryParams).map(([name, value]) => [name, exampleOfMatch(value) ?? undefined] as const);
  const all = [path, verb, host, ...given.map(([, value]) => value), ...query.map(([, value]) => value)];
  if (all.some((value) => value === undefined)) return undefined;
  return {
    path: rooted(path!),
    method: verb!,
    ...(host && { authority: host }),
    headers: Object.fromEntries(given) as Record<string, string>,
    query: query.map(([name, value]) => `${name}=${percentEncoded(value!)}`).join('&'),
  };
}

/** A text that a match takes; undefined where none is known. */
export function exampleOfMatch({ exact, prefix, regex }: StringMatch): string | undefined {
  if (exact !== undefined) return exact;
  if (prefix !== undefined) return prefix;
  return regex === undefined ? 'x' : exampleOf(regex);
}

/** Texts next to those that fit: a letter more, a segment more. */
function beside({ exact, prefix, regex }: StringMatch): string[] {
  const base = exact ?? prefix ?? (regex === undefined ? undefined : exampleOf(regex));
  if (base === undefined) return [];
  return [`${base}x`, `${base.replace(/\/$/, '')}/x`];
}

/** The shortest text that an expression takes; undefined where there is none, or the expression is not understood. */
export function exampleOf(regex: string): string | undefined {
  const syntax = syntaxOf(regex);
  const automaton = syntax && automatonOf(syntax);
  const found = automaton && shortest([automaton]);
  return found === 'none' ? undefined : found?.text;
}

const rooted = (path: string): string => (path.startsWith('/') ? path : `/${path}`);

const otherCase = (text: string): string => (text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase());

const without = (headers: Variant['headers'], name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(headers ?? {}).filter(([each]) => each !== name));
