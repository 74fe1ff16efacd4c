/** What the options of `meshlint simulate` ask for. */
import { existsSync, readFileSync } from 'node:fs';
import { readConfigDump } from '../envoy/config-dump';
import type { EnvoyConfig } from '../envoy/config';
import { tokenFault } from '../envoy/http/jwt/token';
import type { Request } from '../journey/request';
import type { SimulateCommandOptions } from './simulate';
import { UsageError } from './usage-error';

/** The request that the command line describes, and the paths that stand before it. */
export function requestOf(words: readonly string[], options: SimulateCommandOptions): Asked {
  const url = words.at(-1);
  if (url === undefined || existsSync(url))
    throw new UsageError('no URL to request; the last word is one, such as http://reviews:9080/');
  const { from, gateway, user, userHeader, request: method, header: headers, sourceIp, port, sni } = options;
  const known = withoutUndefined({ from, gateway, user, userHeader, method, sourceIp, port, sni });
  const { token, claims, identity } = options;
  return {
    paths: words.slice(0, -1),
    request: {
      url,
      headers,
      ...known,
      ...(token !== undefined && { token: tokenIn(token) }),
      ...(claims !== undefined && { claims: claimsIn(claims) }),
      ...(identity !== undefined && { certificate: certificateFor(identity) }),
    },
  };
}

/** A request, and what it is sent through. */
export interface Asked {
  readonly request: Request;
  readonly paths: readonly string[];
}

type Known<Values> = { [Key in keyof Values]?: Exclude<Values[Key], undefined> };

const withoutUndefined = <Values extends object>(values: Values): Known<Values> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Known<Values>;

/** A token, or what the file of that name holds. */
function tokenIn(text: string): string {
  const token = (existsSync(text) ? readText(text) : text).trim();
  const fault = tokenFault(token);
  if (fault !== undefined)
    throw new UsageError(
      existsSync(text) || text.split('.').length === 3
        ? `the token cannot be read: ${fault}`
        : `"${text}" is no JSON Web Token, and no file that holds one`,
    );
  return token;
}

/** Claims, or what the file of that name holds. */
function claimsIn(text: string): Record<string, unknown> {
  const value = existsSync(text) ? jsonIn(text) : parsed(text, 'what --claims says');
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UsageError('claims are an object in JSON, such as {"sub": "ada"}');
}

const certificateFor = (identity: string) =>
  identity.startsWith('spiffe://') ? { uriSans: [identity] } : { dnsSans: [identity] };

/** The configuration in a file with what Envoy says of itself. */
export function dumpIn(file: string): EnvoyConfig {
  const config = readConfigDump(jsonIn(file));
  if (!config) throw new UsageError(`"${file}" is no config_dump of Envoy: it has no list "configs"`);
  if (!config.listeners.length) throw new UsageError(`"${file}" is a config_dump without listeners: nothing gets in`);
  return config;
}

/** The JSON in a file, or on standard input. */
export const jsonIn = (file: string): unknown => parsed(readText(file), `"${file}"`);

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${what} is no JSON`);
  }
}

/** The text in a file, or on standard input. */
export function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read "${file}": ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
  }
}
