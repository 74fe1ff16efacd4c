/** Whole calls from workload to workload: the entries of `simulate --requests` with `mode: "call"`. */
import type { Journey } from './journey';
import { type HopRequestFault, RequestError } from './request-error';
import type { Request } from './request';
import { own } from '../source/own';

/** A call as its client makes it. */
export interface Call {
  readonly name: string;
  readonly request: Request;
}

/** What the client of a call sees, and whether the server's proxy took it over mutual TLS. */
export interface CallResult {
  readonly outcome: 'response' | 'connection-closed' | 'no-connection' | 'unknown';
  readonly status?: number;
  readonly mtls: boolean;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Whether an entry of a list of requests is a whole call. */
export const isCall = (entry: unknown): boolean => isObject(entry) && entry['mode'] === 'call';

/** A call as JSON states it: `{ mode: "call", proxy, host, port, method, path, headers }`. Throws a RequestError where it is none. */
export function callIn(entry: unknown, index: number): Call {
  const fault: HopRequestFault | undefined = isObject(entry) ? faultIn(entry) : { kind: 'not an object' };
  if (fault || !isObject(entry))
    throw new RequestError({ kind: 'bad request in list', index, fault: fault ?? { kind: 'not an object' } });
  const {
    name = '',
    proxy,
    host,
    port = 80,
    method,
    path = '/',
    headers = {},
  } = entry as Partial<Record<string, string>>;
  const authority = Number(port) === 80 ? host : `${host}:${port}`;
  return {
    name,
    request: {
      from: proxy!,
      url: `http://${authority}${path}`,
      ...(method !== undefined && { method }),
      headers: Object.entries(headers).map(([key, value]) => [key.toLowerCase(), String(value)] as const),
    },
  };
}

function faultIn(entry: Record<string, unknown>): HopRequestFault | undefined {
  if (!isCall(entry)) return { kind: 'bad field', field: 'mode', expected: ['call'] };
  for (const field of ['proxy', 'host'])
    if (typeof own(entry, field) !== 'string' || !own(entry, field))
      return { kind: 'bad field', field, expected: 'text' };
  for (const field of ['name', 'method', 'path'])
    if (own(entry, field) !== undefined && typeof own(entry, field) !== 'string')
      return { kind: 'bad field', field, expected: 'text' };
  const { port = 80, headers = {} } = entry;
  if (!Number.isInteger(port) || Number(port) < 1 || Number(port) > 65535)
    return { kind: 'bad field', field: 'port', expected: 'port' };
  return isObject(headers) ? undefined : { kind: 'bad field', field: 'headers', expected: 'object' };
}

/** The likeliest of all that can become of a call. */
export function callResultOf({ ways: [{ answer, hops }] }: Journey): CallResult {
  const server = hops.find(({ role }) => role === 'server');
  const isTaken = server !== undefined && server.outcome.kind === 'response';
  const mtls = isTaken && server.arrival.tls?.certificate !== undefined;
  switch (answer.kind) {
    case 'response':
      return { outcome: 'response', status: answer.status, mtls };
    case 'connected':
      return { outcome: 'response', status: 200, mtls };
    case 'closed':
      return { outcome: 'connection-closed', mtls };
    case 'none':
      return { outcome: 'no-connection', mtls };
    case 'unknown':
      return { outcome: 'unknown', mtls };
  }
}
