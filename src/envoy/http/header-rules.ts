import type { AppendAction, HeaderValueOption } from '../config';
import type { HeaderMap } from '../run/header-map';
import { type Answer, format } from './format';
import type { RouteChoice, Stream } from './stream';

/** Changes the request's headers as the route and what it lies in say. envoy: RouteEntryImplBase::finalizeRequestHeaders. */
export function applyRequestRules(stream: Stream, choice: RouteChoice): void {
  for (const level of levelsOf(choice)) {
    stream.request.remove(...(level.requestHeadersToRemove ?? []).map((name) => name.toLowerCase()));
    addHeaders(stream.request, level.requestHeadersToAdd, stream);
  }
}

/** As `applyRequestRules`, for the response. */
export function applyResponseRules(stream: Stream, choice: RouteChoice, headers: HeaderMap, answer: Answer): void {
  for (const level of levelsOf(choice)) {
    headers.remove(...(level.responseHeadersToRemove ?? []).map((name) => name.toLowerCase()));
    addHeaders(headers, level.responseHeadersToAdd, stream, answer);
  }
}

// The weighted cluster is always first. Of the others, the last to be applied wins.
function levelsOf({ weighted, route, virtualHost, configuration }: RouteChoice) {
  const levels = [route, virtualHost, configuration];
  if (configuration?.mostSpecificHeaderMutationsWins) levels.reverse();
  return [weighted, ...levels].filter((level) => level !== undefined);
}

/**
 * Adds headers. Their values, and whether they are added, depend on the headers that were there before all of them.
 * envoy: HeaderParser::evaluateHeaders.
 */
export function addHeaders(
  headers: HeaderMap,
  options: readonly HeaderValueOption[] | undefined,
  stream: Stream,
  answer?: Answer,
): void {
  const additions = (options ?? []).flatMap((option) => additionOf(headers, option, valueOf(option, stream, answer)));
  for (const { name, value } of additions.filter(({ how }) => how === 'set')) headers.set(name, value);
  for (const { name, value } of additions.filter(({ how }) => how === 'add')) headers.add(name, value);
}

interface Addition {
  readonly how: 'set' | 'add';
  readonly name: string;
  readonly value: string;
}

function additionOf(headers: HeaderMap, option: HeaderValueOption, value: string): Addition[] {
  const name = (option.header?.key ?? '').toLowerCase();
  if (!name || (!value && !option.keepEmptyValue)) return [];
  switch (actionOf(option)) {
    case 'APPEND_IF_EXISTS_OR_ADD':
      return [{ how: 'add', name, value }];
    case 'ADD_IF_ABSENT':
      return headers.has(name) ? [] : [{ how: 'add', name, value }];
    case 'OVERWRITE_IF_EXISTS':
      return headers.has(name) ? [{ how: 'set', name, value }] : [];
    case 'OVERWRITE_IF_EXISTS_OR_ADD':
      return [{ how: 'set', name, value }];
  }
}

function valueOf({ header }: HeaderValueOption, stream: Stream, answer: Answer | undefined): string {
  return format(header?.value ?? (header?.rawValue === undefined ? '' : atob(header.rawValue)), stream, answer);
}

// Before there was an action there was a switch.
function actionOf({ append, appendAction }: HeaderValueOption): AppendAction {
  return appendAction ?? (append === false ? 'OVERWRITE_IF_EXISTS_OR_ADD' : 'APPEND_IF_EXISTS_OR_ADD');
}
