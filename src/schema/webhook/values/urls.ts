/** Addresses of web pages and images. */
import { parseGoUrl, parseUrl } from '../../go-url';
import type { BadName } from '../../names';

/** The address of a JWKS. istio: security.ParseJwksURI */
export function jwksUri(text: string): BadName | undefined {
  const url = parseUrl(text);
  if (!url) return { because: 'is not a URL' };
  if (url.scheme !== 'http' && url.scheme !== 'https')
    return { because: 'is not a URL with the scheme "http" or "https"' };
  return undefined;
}

const PLUGIN_SCHEMES = ['', 'file', 'http', 'https', 'oci'];

/** Where a WebAssembly module lies; an image may do without a scheme. istio: validation.validateWasmPluginURL */
export function pluginUrl(text: string): BadName | undefined {
  if (text === '') return { because: 'is empty; expected a URL' };
  const url = parseGoUrl(text) ?? parseGoUrl(`http://${text}`);
  if (!url) return { because: 'is not a URL' };
  return PLUGIN_SCHEMES.includes(url.scheme)
    ? undefined
    : { because: 'is not a URL with the scheme "oci", "https", "http" or "file"' };
}
