import type { RedirectAction } from '../config';
import type { Stream } from './stream';
import { forwardedProtocol } from './stream';

const STATUS = {
  MOVED_PERMANENTLY: 301,
  FOUND: 302,
  SEE_OTHER: 303,
  TEMPORARY_REDIRECT: 307,
  PERMANENT_REDIRECT: 308,
} as const;

export const redirectStatus = ({ responseCode = 'MOVED_PERMANENTLY' }: RedirectAction): number => STATUS[responseCode];

/** Where a redirect leads; the path of the request is rewritten already. envoy: Http::Utility::newUri. */
export function redirectTarget(redirect: RedirectAction, stream: Stream): string {
  const { request } = stream;
  const scheme = redirect.schemeRedirect || (redirect.httpsRedirect ? 'https' : (request.first(':scheme') ?? ''));
  const port = redirect.portRedirect ? `:${redirect.portRedirect}` : '';
  const host = redirect.hostRedirect || requestHost(stream, scheme, port);
  const path = redirectPath(redirect, request.path);
  return `${scheme}://${host}${port}${path.startsWith('/') ? '' : '/'}${path}`;
}

/** The request's host, without a port that the new scheme or port makes wrong. */
function requestHost(stream: Stream, scheme: string, port: string): string {
  const host = stream.request.authority;
  const colon = host.startsWith('[') ? (host.includes(']:') ? host.lastIndexOf(']:') + 1 : -1) : host.lastIndexOf(':');
  if (colon < 0) return host;
  const protocol = forwardedProtocol(stream);
  const isDefault = ['http:80', 'https:443'].includes(protocol + host.slice(colon));
  return port || (scheme !== protocol && isDefault) ? host.slice(0, colon) : host;
}

function redirectPath({ pathRedirect = '', stripQuery }: RedirectAction, path: string): string {
  if (pathRedirect.includes('?')) return pathRedirect;
  const query = path.indexOf('?');
  const next = pathRedirect ? pathRedirect + (query < 0 ? '' : path.slice(query)) : path;
  return stripQuery ? next.split('?')[0]! : next;
}
