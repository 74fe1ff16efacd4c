import { parseUrl } from '../../../schema/go-url';
import { percentEncoded } from '../../../source/percent-encoding';

/** DNS names, mail addresses and URIs: what the conversions of Mixer take, and how it compares them. */

/** Whether Mixer takes a text as a DNS name: no empty label but the last, no hyphens at the ends of labels or at places 3 and 4. Source: idna.ToUnicode. */
export function isDnsName(text: string): boolean {
  const labels = text.split(/[.\u3002\uff0e\uff61]/);
  if (labels.length > 1 && labels.at(-1) === '') labels.pop();
  return labels.every((label) => label !== '' && isLabel(label));
}

const isLabel = (label: string): boolean =>
  !label.startsWith('-') &&
  !label.endsWith('-') &&
  (label.startsWith('xn--') || label.length <= 4 || label.slice(2, 4) !== '--');

/** Whether two DNS names are equal, whatever their case and a dot at the end; undefined where they cannot be compared. */
export function equalDnsNames(one: string, other: string): boolean | undefined {
  const [left, right] = [lookupForm(one), lookupForm(other)];
  return left === undefined || right === undefined ? undefined : left === right;
}

/** A name as it is looked up; only letters, digits, hyphens and dots are allowed of the characters of ASCII. */
function lookupForm(name: string): string | undefined {
  const mapped = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u3002\uff0e\uff61]/g, '.');
  if (/[^a-z0-9.\u0080-\u{10ffff}-]/u.test(mapped)) return undefined;
  return mapped.replace(/\.$/, '').split('.').map(punycoded).join('.');
}

/** A label in the alphabet of ASCII, by the platform's own IDNA. */
function punycoded(label: string): string {
  if (/^[\x00-\x7f]*$/.test(label)) return label;
  try {
    return new URL(`http://${label}/`).hostname;
  } catch {
    return label;
  }
}

interface MailAddress {
  readonly local: string;
  readonly domain: string;
}

const ATOM = '[^\\s()<>\\[\\]:;@\\\\,."\\x00-\\x1f]+';
const MAIL = new RegExp(
  `^(${ATOM}(?:\\.${ATOM})*|"(?:[^"\\\\\\x00-\\x1f]|\\\\.)*")@(${ATOM}(?:\\.${ATOM})*|\\[[^\\s\\[\\]\\\\]*\\])$`,
  'u',
);

/** A mail address without a display name, or undefined. Source: net/mail ParseAddress. */
function mailAddress(text: string): MailAddress | undefined {
  const trimmed = text.trim();
  const address = trimmed.startsWith('<') && trimmed.endsWith('>') ? trimmed.slice(1, -1) : trimmed;
  const match = MAIL.exec(address);
  if (!match) return undefined;
  // Mixer takes everything after the first "@" for the domain, even one that stands between quotes.
  const at = address.indexOf('@');
  return { local: address.slice(0, at), domain: address.slice(at + 1) };
}

/** Whether Mixer takes a text as a mail address. */
export function isMailAddress(text: string): boolean {
  const address = mailAddress(text);
  return address !== undefined && isDnsName(address.domain);
}

/** Whether two mail addresses are equal, whatever the case of the domain; undefined where they cannot be compared. */
export function equalMailAddresses(one: string, other: string): boolean | undefined {
  const [left, right] = [mailAddress(one), mailAddress(other)];
  if (!left || !right) return undefined;
  const domain = equalDnsNames(left.domain, right.domain);
  return domain && left.local === right.local;
}

/** Whether Mixer takes a text as a URI. */
export const isUri = (text: string): boolean => text !== '' && parseUrl(text) !== undefined;

/** Whether two URIs are equal, whatever the case of scheme and, for HTTP, host; undefined where they cannot be compared. */
export function equalUris(one: string, other: string): boolean | undefined {
  if (!parseUrl(one) || !parseUrl(other)) return undefined;
  const [left, right] = [partsOf(one), partsOf(other)];
  if (left.scheme !== right.scheme) return false;
  const hosts = /^https?$/.test(left.scheme) ? equalHttpHosts(left.host, right.host) : left.host === right.host;
  return hosts && left.user === right.user && left.rest === right.rest;
}

function equalHttpHosts(one: string, other: string): boolean | undefined {
  const [left, right] = [hostAndPort(one), hostAndPort(other)];
  const names = equalDnsNames(left.host, right.host);
  return names && left.port === right.port;
}

function hostAndPort(authority: string): { host: string; port: string } {
  const [, host = '', port = ''] = /^(.*?)(?::(\d*))?$/.exec(authority) ?? [];
  return { host, port };
}

function partsOf(uri: string) {
  const [, scheme = '', , authority = '', path = '', query = '', fragment = ''] =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(?:#(.*))?$/s.exec(uri) ?? [];
  const at = authority.lastIndexOf('@');
  const rest = `${escaped(path)}${query}#${escaped(fragment)}`;
  return { scheme: scheme.toLowerCase(), user: authority.slice(0, at + 1), host: authority.slice(at + 1), rest };
}

/** A path as Go writes it again: what needs an escape has one. */
const escaped = (path: string): string => path.replace(/[^A-Za-z0-9!$&'()*+,;=:@[\]%/._~-]+/gu, percentEncoded);
