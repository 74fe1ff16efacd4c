/** What the options of `meshlint simulate` ask for. */
import { existsSync } from 'node:fs';
import type { EnvoyConfig } from '../../envoy/config';
import { tokenFault } from '../../envoy/http/jwt/token';
import type { Request } from '../../simulation/request';
import { requestOfCurl } from '../../simulation/sources/curl';
import { requestsOfHar } from '../../simulation/sources/har';
import { type Logged, loggedIn } from '../../simulation/sources/log-line';
import { configDumpIn } from '../input/config-dump';
import { jsonIn, parsed, textIn } from '../input/json-file';
import type { SimulateCommandOptions } from './simulate';
import { UsageError } from '../usage-error';

/** The requests that the command line asks about, and the paths of the input. */
export interface Asked {
  readonly requests: readonly Request[];
  readonly paths: readonly string[];
  /** What Envoy wrote about the one request. */
  readonly logged?: Logged;
}

/** Reads words and options. */
export function askedFor(words: readonly string[], options: SimulateCommandOptions): Asked {
  const { curl, har, accessLog } = options;
  const extra = beside(options);
  if (curl !== undefined) return { requests: [over(requestOfCurl(curl), extra)], paths: words };
  if (har !== undefined) return { requests: requestsOfHar(jsonIn(har)).map((each) => over(each, extra)), paths: words };
  if (accessLog !== undefined) {
    const logged = loggedIn(accessLog === '-' ? textIn('-') : accessLog);
    return { requests: [over(logged.request, extra)], paths: words, logged };
  }
  const url = words.find(isUrl) ?? words.at(-1);
  if (url === undefined || existsSync(url))
    throw new UsageError('missing URL; pass it as an argument, for example http://reviews:9080/');
  const paths = words.toSpliced(words.indexOf(url), 1);
  const another = paths.find(isUrl);
  if (another !== undefined) throw new UsageError(`expected one URL, found "${url}" and "${another}"`);
  return { requests: [{ ...extra, url }], paths };
}

const isUrl = (word: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(word) && !existsSync(word);

/** What options say of a request stands over what its source says. */
const over = (request: Request, extra: Omit<Request, 'url'>): Request => ({
  ...request,
  ...extra,
  headers: [...(request.headers ?? []), ...(extra.headers ?? [])],
});

/** Everything that is said of a request beside its URL. */
function beside(options: SimulateCommandOptions): Omit<Request, 'url'> {
  const { from, gateway, user, userHeader, request: method, header: headers, sourceIp, port, sni } = options;
  const known = withoutUndefined({ from, gateway, user, userHeader, method, sourceIp, port, sni });
  const { token, claims, identity } = options;
  return {
    headers,
    ...known,
    ...(token !== undefined && { token: tokenIn(token) }),
    ...(claims !== undefined && { claims: claimsIn(claims) }),
    ...(identity !== undefined && { certificate: certificateFor(identity) }),
  };
}

type Known<Values> = { [Key in keyof Values]?: Exclude<Values[Key], undefined> };

const withoutUndefined = <Values extends object>(values: Values): Known<Values> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Known<Values>;

/** A token, or what the file of that name holds. */
function tokenIn(text: string): string {
  const token = (existsSync(text) ? textIn(text) : text).trim();
  const fault = tokenFault(token);
  if (fault !== undefined)
    throw new UsageError(
      existsSync(text) || text.split('.').length === 3
        ? `the token cannot be read: ${fault}`
        : 'the value of --token is neither a JSON Web Token nor a file',
    );
  return token;
}

/** Claims, or what the file of that name holds. */
function claimsIn(text: string): Record<string, unknown> {
  const value = existsSync(text) ? jsonIn(text) : parsed(text, 'what --claims says');
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UsageError('--claims expects a JSON object, for example {"sub": "ada"}');
}

const certificateFor = (identity: string) =>
  identity.startsWith('spiffe://') ? { uriSans: [identity] } : { dnsSans: [identity] };

/** The configuration of an Envoy that accepts requests. */
export function dumpIn(file: string): EnvoyConfig {
  const config = configDumpIn(file);
  if (!config.listeners.length)
    throw new UsageError(`"${file}" is a config dump without listeners, so it accepts no request`);
  return config;
}
