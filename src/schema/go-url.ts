/** A URL as Go's net/url reads one of a request: an absolute URI or an absolute path. */
export interface GoUrl {
  scheme: string;
  host: string;
  path: string;
}

const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/;
const USER = /^[A-Za-z0-9._:~!$&'()*+,;=%@-]*$/;
const HOST = /^[A-Za-z0-9._~!$&'()*+,;=:<>"\u0080-\uffff-]*$/;
const BRACKETED = /^\[[^[\]]*\](:\d*)?$/;
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/;
const CONTROL = /[\u0000-\u001f\u007f]/;

/** The parts of a URL, or undefined where Go would not parse it. Source: net/url ParseRequestURI. */
export function parseGoUrl(text: string): GoUrl | undefined {
  if (text === '' || text.startsWith(':') || CONTROL.test(text)) return undefined;
  const scheme = SCHEME.exec(text)?.[1] ?? '';
  const rest = text.slice(scheme ? scheme.length + 1 : 0).replace(/[?#].*$/, '');
  if (!rest.startsWith('/')) return scheme ? { scheme: scheme.toLowerCase(), host: '', path: '' } : undefined;
  const [authority, path] = scheme && rest.startsWith('//') ? cut(rest.slice(2)) : ['', rest];
  const host = hostOf(authority);
  if (host === undefined || BAD_ESCAPE.test(path)) return undefined;
  return { scheme: scheme.toLowerCase(), host, path };
}

function cut(text: string): [authority: string, path: string] {
  const slash = text.indexOf('/');
  return slash < 0 ? [text, ''] : [text.slice(0, slash), text.slice(slash)];
}

function hostOf(authority: string): string | undefined {
  const at = authority.lastIndexOf('@');
  if (at >= 0 && !USER.test(authority.slice(0, at))) return undefined;
  const host = authority.slice(at + 1);
  if (host.startsWith('[')) return BRACKETED.test(host) ? host : undefined;
  const colon = host.lastIndexOf(':');
  if (colon >= 0 && !/^\d*$/.test(host.slice(colon + 1))) return undefined;
  return HOST.test(host) ? host : undefined;
}
