import type { Header } from '../../envoy/run/header-map';
import type { Request } from '../request';
import { RequestError } from '../request-error';
import { own } from '../../source/own';

/** The requests in a recording of a browser (HTTP Archive). Throws a RequestError where it is none. */
export function requestsOfHar(archive: unknown): Request[] {
  const entries = at(at(archive, 'log'), 'entries');
  if (!Array.isArray(entries)) throw new RequestError({ kind: 'HAR without entries' });
  const requests = entries.map((entry: unknown) => requestOf(at(entry, 'request')));
  if (!requests.length) throw new RequestError({ kind: 'HAR without requests' });
  return requests;
}

function requestOf(recorded: unknown): Request {
  const url = at(recorded, 'url');
  const method = at(recorded, 'method');
  const headers = at(recorded, 'headers');
  if (typeof url !== 'string' || !url) throw new RequestError({ kind: 'HAR without URL' });
  return {
    url,
    ...(typeof method === 'string' && method && { method }),
    headers: (Array.isArray(headers) ? headers : []).flatMap(headerOf),
  };
}

/** HTTP/2 has what is no header among them. */
function headerOf(recorded: unknown): Header[] {
  const name = at(recorded, 'name');
  const value = at(recorded, 'value');
  return typeof name === 'string' && typeof value === 'string' && name && !name.startsWith(':') ? [[name, value]] : [];
}

const at = (value: unknown, key: string): unknown =>
  value !== null && typeof value === 'object' ? own(value as Record<string, unknown>, key) : undefined;
