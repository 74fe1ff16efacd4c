import type { JwtProvider } from '../../config';
import { forgetRoute } from '../route';
import type { Stream } from '../stream';
import type { Token } from './token';
import { own, put } from '../../own';

const METADATA = 'envoy.filters.http.jwt_authn';

/** Hands what a good token says to later filters and to the upstream. envoy: AuthenticatorImpl::handleGoodJwt. */
export function passOn(stream: Stream, provider: JwtProvider, token: Token): void {
  const { payloadInMetadata, headerInMetadata, forwardPayloadHeader, padForwardPayloadHeader } = provider;
  const metadata = (stream.metadata[METADATA] ??= {});
  if (payloadInMetadata) put(metadata, payloadInMetadata, normalized(token.claims, provider));
  if (headerInMetadata) put(metadata, headerInMetadata, token.header);
  if (forwardPayloadHeader) {
    const padding = padForwardPayloadHeader ? '='.repeat((4 - (token.payload.length % 4)) % 4) : '';
    stream.request.set(forwardPayloadHeader.toLowerCase(), token.payload + padding);
  }
  for (const { headerName = '', claimName = '' } of provider.claimToHeaders ?? []) {
    const value = asHeader(claimAt(token.claims, claimName));
    if (value !== undefined) stream.request.set(headerName.toLowerCase(), value);
  }
  if (provider.clearRouteCache) forgetRoute(stream);
}

/** Removes headers that only a good token may set. */
export function withoutForgeries(
  { request }: Stream,
  { forwardPayloadHeader, claimToHeaders = [] }: JwtProvider,
): void {
  if (forwardPayloadHeader) request.remove(forwardPayloadHeader.toLowerCase());
  request.remove(...claimToHeaders.map(({ headerName = '' }) => headerName.toLowerCase()));
}

/** The claims, with those made lists that are lists written in one text. */
function normalized(claims: Token['claims'], { normalizePayloadInMetadata }: JwtProvider): Record<string, unknown> {
  const split = normalizePayloadInMetadata?.spaceDelimitedClaims ?? [];
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      split.includes(name) && typeof value === 'string' ? value.split(' ').filter(Boolean) : value,
    ]),
  );
}

function claimAt(claims: Token['claims'], name: string): unknown {
  let value: unknown = claims;
  for (const key of name.split('.')) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
    value = own(value as Record<string, unknown>, key);
  }
  return value;
}

function asHeader(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value && typeof value === 'object' ? btoa(JSON.stringify(value)) : undefined;
}
