import { isAddress, isIpv4 } from './ip';

/** A URL as Go's net/url reads it. */
export interface GoUrl {
  scheme: string;
  host: string;
  path: string;
}

const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/;
const USER = /^[A-Za-z0-9._:~!$&'()*+,;=%@-]*$/;
const PORT = /^(:\d*)?$/;
/** Of the characters of ASCII, a host may have these; others it may also escape. */
const HOST = /^([A-Za-z0-9._~!$&'()*+,;=:[\]<>"\u0080-\uffff-]|%25|%[89A-Fa-f][0-9A-Fa-f])*$/;
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/;
const CONTROL = /[\u0000-\u001f\u007f]/;

/** The parts of the URL of a request, an absolute URI or an absolute path, or undefined where Go would not parse it. Source: net/url ParseRequestURI. */
export function parseGoUrl(text: string): GoUrl | undefined {
  if (text === '') return undefined;
  return parse(text, 'request');
}

/** As parseGoUrl, for URLs that may also be relative and have a fragment. Source: net/url Parse. */
export function parseUrl(text: string): GoUrl | undefined {
  const [before, fragment = ''] = cut(text, '#');
  return BAD_ESCAPE.test(fragment) ? undefined : parse(before, 'reference');
}

function parse(text: string, kind: 'request' | 'reference'): GoUrl | undefined {
  if (text.startsWith(':') || CONTROL.test(text)) return undefined;
  if (text === '*') return { scheme: '', host: '', path: '*' };
  const scheme = SCHEME.exec(text)?.[1] ?? '';
  const [rest] = cut(text.slice(scheme ? scheme.length + 1 : 0), '?');
  if (!rest.startsWith('/')) return rootless(scheme.toLowerCase(), rest, kind);
  const hasHost = rest.startsWith('//') && (scheme || (kind === 'reference' && !rest.startsWith('///')));
  const slash = hasHost ? rest.indexOf('/', 2) : 0;
  const path = slash < 0 ? '' : rest.slice(slash);
  const host = hasHost ? hostOf(scheme.toLowerCase(), rest.slice(2, slash < 0 ? undefined : slash)) : '';
  if (host === undefined || BAD_ESCAPE.test(path)) return undefined;
  return { scheme: scheme.toLowerCase(), host, path };
}

function rootless(scheme: string, rest: string, kind: 'request' | 'reference'): GoUrl | undefined {
  if (scheme) return { scheme, host: '', path: '' };
  if (kind === 'request' || rest.split('/', 1)[0]!.includes(':') || BAD_ESCAPE.test(rest)) return undefined;
  return { scheme, host: '', path: rest };
}

function cut(text: string, mark: string): [before: string, after?: string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function hostOf(scheme: string, authority: string): string | undefined {
  const at = authority.lastIndexOf('@');
  const user = authority.slice(0, Math.max(at, 0));
  if (!USER.test(user) || BAD_ESCAPE.test(user)) return undefined;
  const host = authority.slice(at + 1);
  if (host.includes('[')) return bracketed(host) ? host : undefined;
  // Several colons are tolerated, except in the web's own schemes.
  const colon = /^https?$/.test(scheme) ? host.indexOf(':') : host.lastIndexOf(':');
  return HOST.test(host) && (colon < 0 || PORT.test(host.slice(colon))) ? host : undefined;
}

function bracketed(host: string): boolean {
  const end = host.lastIndexOf(']');
  if (host.lastIndexOf('[') !== 0 || end < 0 || !PORT.test(host.slice(end + 1))) return false;
  const [address, zone] = cut(host.slice(1, end), '%25');
  if (zone !== undefined && !/^([^\u0000-\u007f]|[A-Za-z0-9._~!$&'()*+,;=:[\]<>"-]|%20|%[0-9A-Fa-f]{2})*$/.test(zone))
    return false;
  const plain = zone === undefined ? address : `${address}%${zone}`;
  return isAddress(plain) && !isIpv4(plain);
}
