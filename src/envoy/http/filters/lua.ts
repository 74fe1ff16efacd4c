import type { Lua } from '../../config';
import type { HeaderMap } from '../../run/header-map';
import { perObject } from '../../run/lookup';
import { type HttpFilterKind, type Installed, assume, say } from '../http-filter';

/** A call such as `handle:headers():add("x", "y")`. */
interface HeaderCall {
  readonly method: 'add' | 'replace' | 'remove';
  readonly name: string;
  readonly value: string;
}

/**
 * Runs scripts that do nothing but add, replace or remove headers with fixed names and values. Any other script is passed over,
 * and said to be. envoy: Lua::Filter.
 */
export const lua: HttpFilterKind = {
  decode(stream, filter) {
    const calls = callsIn(filter, 'envoy_on_request');
    if (calls === undefined)
      assume(
        stream,
        filter,
        { kind: 'filter not simulated', filter: filter.name },
        () => 'the script does more than change headers, which is not simulated',
      );
    else if (calls.length) say(stream, filter, () => 'the script changes headers of the request');
    apply(calls ?? [], stream.request);
    return undefined;
  },
  encode(_, filter, headers) {
    apply(callsIn(filter, 'envoy_on_response') ?? [], headers);
  },
};

const scriptOf = ({ config }: Installed): string => {
  const { defaultSourceCode, inlineCode } = config as Lua;
  return defaultSourceCode?.inlineString ?? inlineCode ?? '';
};

const compiled = perObject<object, Map<string, HeaderCall[] | undefined>>(() => new Map());

function callsIn(filter: Installed, name: string): HeaderCall[] | undefined {
  const known = compiled(filter.config);
  if (!known.has(name)) known.set(name, compile(scriptOf(filter), name));
  return known.get(name);
}

/** The calls that a function makes; undefined where it does anything else. */
function compile(script: string, name: string): HeaderCall[] | undefined {
  const plain = script.replace(/--\[\[[\s\S]*?\]\]/g, '').replace(/--.*$/gm, '');
  const [, handle = '', body = ''] =
    new RegExp(`function\\s+${name}\\s*\\(\\s*(\\w+)\\s*\\)([\\s\\S]*?)\\bend\\b`).exec(plain) ?? [];
  if (!handle) return [];
  const call = new RegExp(
    `\\b${handle}:headers\\(\\):(add|replace|remove)\\(\\s*(["'])([^"'\\\\]*)\\2\\s*(?:,\\s*(["'])([^"'\\\\]*)\\4\\s*)?\\)\\s*;?`,
    'g',
  );
  if (body.replace(call, '').trim()) return undefined;
  return [...body.matchAll(call)].map(([, method, , key, , value]) => ({
    method: method as HeaderCall['method'],
    name: key!.toLowerCase(),
    value: value ?? '',
  }));
}

function apply(calls: readonly HeaderCall[], headers: HeaderMap): void {
  for (const { method, name, value } of calls) {
    if (method === 'add') headers.add(name, value);
    else if (method === 'replace') headers.set(name, value);
    else headers.remove(name);
  }
}
