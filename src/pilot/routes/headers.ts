/** What is done to the headers of requests and responses. */
import type { HeaderRules, HeaderValueOption } from '../../envoy/config';
import { alphabetically } from '../../mesh/services/hostname';
import type { Headers } from '../../schema/kinds/networking';

/** The rules for Envoy, and the authority where the request's is replaced. */
export interface HeaderOperations {
  readonly rules: HeaderRules;
  /** Empty where it stays. */
  readonly authority: string;
}

/** istio: route.TranslateHeadersOperations */
export function headerOperations(headers: Headers | undefined): HeaderOperations {
  if (!headers) return NONE;
  const { request = {}, response = {} } = headers;
  return {
    rules: {
      requestHeadersToAdd: [...overwritten(request.set), ...appended(request.add)],
      requestHeadersToRemove: removable(request.remove),
      responseHeadersToAdd: [...overwritten(response.set), ...appended(response.add)],
      responseHeadersToRemove: removable(response.remove),
    },
    authority: authorityIn(request.set) || authorityIn(request.add),
  };
}

const NONE: HeaderOperations = { rules: {}, authority: '' };

/** The rules of a route, then those of its destination; what is empty is left out. */
export function joinedRules(first: HeaderRules, second: HeaderRules): HeaderRules {
  const joined: HeaderRules = {};
  for (const name of ADDED) {
    const headers = [...(first[name] ?? []), ...(second[name] ?? [])];
    if (headers.length > 0) joined[name] = headers;
  }
  for (const name of REMOVED) {
    const headers = [...(first[name] ?? []), ...(second[name] ?? [])];
    if (headers.length > 0) joined[name] = headers;
  }
  return joined;
}

const ADDED = ['requestHeadersToAdd', 'responseHeadersToAdd'] as const;
const REMOVED = ['requestHeadersToRemove', 'responseHeadersToRemove'] as const;

/** No rules at all. */
export const NO_RULES = NONE.rules;

const overwritten = (headers: Record<string, string> = {}): HeaderValueOption[] =>
  changeable(headers).map((header) => ({ header, appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD' }));

/** Appending is what Envoy does unless told otherwise. */
const appended = (headers: Record<string, string> = {}): HeaderValueOption[] =>
  changeable(headers).map((header) => ({ header }));

/** istio: route.translateAppendHeaders */
const changeable = (headers: Record<string, string>): NonNullable<HeaderValueOption['header']>[] =>
  Object.entries(headers)
    .filter(([key]) => !isInternal(key))
    .sort(([one], [other]) => alphabetically(one, other))
    .map(([key, value]) => (value === '' ? { key } : { key, value }));

const removable = (names: readonly string[] = []): string[] => names.filter((name) => !isInternal(name));

/** Envoy itself sees to these. istio: route.isInternalHeader */
const isInternal = (name: string): boolean => name.startsWith(':') || name.toLowerCase() === 'host';

const authorityIn = (headers: Record<string, string> = {}): string =>
  Object.entries(headers).findLast(([name]) => ['host', ':authority'].includes(name.toLowerCase()))?.[1] ?? '';
