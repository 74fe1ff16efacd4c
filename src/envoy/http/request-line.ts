import type { HttpConnectionManager } from '../config';
import type { Connection } from '../run/connection';
import type { HttpRequest } from '../run/arrival';
import type { Assumptions } from '../run/assumptions';
import { HeaderMap } from '../run/header-map';
import type { Reply } from './reply';

const METHODS = new Set(
  (
    'ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MOVE MSEARCH NOTIFY OPTIONS ' +
    'PATCH POST PROPFIND PROPPATCH PURGE PUT REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND UNLINK UNLOCK UNSUBSCRIBE'
  ).split(' '),
);

/** Whether a request begins as HTTP does. */
export const isKnownMethod = ({ method }: HttpRequest): boolean => METHODS.has(method);

/** Whether HTTP has headers of such a name. */
export const isHeaderName = (name: string): boolean => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name);

/** An answer to bytes that Envoy does not take as a request, with the reason as a clause. */
export interface BadRequest extends Reply {
  readonly because: string;
}

/** The headers that Envoy makes of the bytes of a request, or its answer where they are none it takes. */
export function readRequest(
  { method, authority, path, headers = [], version = '1.1' }: HttpRequest,
  manager: HttpConnectionManager,
  connection: Connection,
  assumptions?: Assumptions,
): HeaderMap | BadRequest {
  if (version === '1.0' && !manager.httpProtocolOptions?.acceptHttp10)
    return {
      status: 426,
      details: 'low_version',
      body: 'Upgrade Required',
      flag: 'DPE',
      because: 'HTTP/1.0 is not accepted',
    };
  if (version !== '2' && !METHODS.has(method)) return badRequest('http1.codec_error', unknownMethod(method));
  const badName = headers.find(([name]) => !isHeaderName(name));
  if (badName) return badRequest('http1.codec_error', `${JSON.stringify(badName[0])} is not a header name`);

  const badValue = headers.find(([, value]) => /[\x00-\x08\x0a-\x1f\x7f]/.test(value));
  if (badValue)
    return badRequest(
      'http1.invalid_characters',
      `the value of header ${JSON.stringify(badValue[0])} has a control character`,
    );

  const target = readTarget(method, path, connection);
  if ('status' in target) return target;
  const host = target.authority ?? authority;

  if (host !== undefined && /[\s/\\"<>^`{|}#?\x00-\x1f\x7f]/.test(host))
    return badRequest('http.invalid_authority', `${JSON.stringify(host)} is not a valid host`);
  const made = new HeaderMap([
    [':method', method],
    ...(target.path === undefined ? [] : [[':path', target.path] as const]),
    ...(host === undefined ? [] : [[':authority', host] as const]),
    ...headers.map(([name, value]) => [name, value.trim()] as const),
  ]);
  if (assumptions) made.leaveOpen(assumptions, [':authority', ':scheme']);
  return made;
}

/** envoy: Http1::ServerConnectionImpl::handlePath. */
function readTarget(
  method: string,
  path: string,
  { tls }: Connection,
): { path?: string; authority?: string } | BadRequest {
  if (method === 'CONNECT') return path ? { authority: path } : {};
  if (!/^[\x21-\x7e]+$/.test(path)) return badRequest('http1.codec_error', NOT_A_TARGET);
  if (path.startsWith('/') || (path === '*' && method === 'OPTIONS')) return { path };
  const [, scheme = '', authority = '', rest = ''] = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?#]+)(.*)$/.exec(path) ?? [];
  if (!authority) return badRequest('http1.codec_error', NOT_A_TARGET);
  if (scheme === 'https' && !tls)
    return {
      status: 403,
      details: 'http1.https_url_on_plaintext_connection',
      body: 'Forbidden',
      flag: 'DPE',
      because: 'the request line has an https URL, but the connection uses plaintext',
    };
  if (scheme !== 'http' && scheme !== 'https')
    return badRequest('http1.invalid_scheme', `the request line has the scheme "${scheme}"`);
  return { authority, path: rest.startsWith('/') ? rest : `/${rest}` };
}

const NOT_A_TARGET = 'the path of the request line is not valid';

/** Methods are case-sensitive, and clients such as curl send them as given. */
function unknownMethod(method: string): string {
  if (method === '') return 'the bytes are not an HTTP request';
  const upper = method.toUpperCase();
  const help = METHODS.has(upper) ? `; methods are case-sensitive, use "${upper}"` : '';
  return `Envoy does not know the method ${JSON.stringify(method)}${help}`;
}

const badRequest = (details: string, because: string): BadRequest => ({
  status: 400,
  details,
  body: 'Bad Request',
  flag: 'DPE',
  because,
});
