import type { RedirectAction } from '../../envoy/config';
import type { HTTPRedirect } from '../../schema/kinds/networking';

/** The port that a client came to, and whether over TLS. */
export interface Entrance {
  readonly port: number;
  readonly scheme: 'http' | 'https';
}

/** Where a client is sent; nothing where the status is none that Envoy knows. istio: route.ApplyRedirect */
export function redirectAction(redirect: HTTPRedirect, entrance: Entrance): RedirectAction | undefined {
  const { authority, prefixRewrite, uri = '', scheme, redirectCode = 0 } = redirect;
  const responseCode = CODES.get(redirectCode);
  if (responseCode === undefined) return undefined;
  const port = portOf(redirect, entrance);
  return {
    ...(authority && { hostRedirect: authority }),
    ...(prefixRewrite ? { prefixRewrite } : { pathRedirect: uri }),
    ...(scheme && { schemeRedirect: scheme }),
    ...(port !== 0 && { portRedirect: port }),
    ...(responseCode && { responseCode }),
  };
}

/** 0 where the client keeps its own. */
function portOf({ port, derivePort, scheme }: HTTPRedirect, entrance: Entrance): number {
  const wanted = port ?? (derivePort === 'FROM_REQUEST_PORT' ? entrance.port : 0);
  const usual = (scheme || entrance.scheme) === 'https' ? 443 : 80;
  const plain = ['http', 'https'].includes(scheme || entrance.scheme);
  return plain && wanted === usual ? 0 : wanted;
}

/** Moved permanently is what Envoy answers unless told otherwise. */
const CODES = new Map<number, RedirectAction['responseCode'] | ''>([
  [0, ''],
  [301, ''],
  [302, 'FOUND'],
  [303, 'SEE_OTHER'],
  [307, 'TEMPORARY_REDIRECT'],
  [308, 'PERMANENT_REDIRECT'],
]);
