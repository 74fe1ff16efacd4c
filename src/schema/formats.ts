import { isBase64 } from './base64';
import { parseDuration } from './duration';
import { isCidr, isIp } from './ip';
import { dns1035Label, dnsLabel, dnsSubdomain, labelValue, qualifiedName } from './names';
import { own } from '../source/own';

const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[-+]\d\d:\d\d)$/;
const QUANTITY = /^[-+]?(\d+(\.\d*)?|\.\d+)([numkMGTPE]|[KMGTPE]i|[eE][-+]?\d+)?$/;

/** What the `format` keyword of our schemas demands of a value; formats not listed demand nothing. */
export const formats = {
  int32: { type: 'number', validate: (value: number) => value >= -(2 ** 31) && value < 2 ** 31 },
  int64: true,
  double: true,
  binary: true,
  'date-time': (text: string) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)),
  byte: (text: string) => isBase64(text.replace(/[\r\n]/g, '')),
  duration: (text: string) => parseDuration(text) !== undefined,
  ip: isIp,
  quantity: (text: string) => QUANTITY.test(text),
  cidr: isCidr,
  'cidr-or-empty': orEmpty(isCidr),
  'ip-or-none': (text: string) => text === '' || text === 'None' || isIp(text),
  'dns-label': (text: string) => !dnsLabel(text),
  'dns-label-or-empty': orEmpty((text) => !dnsLabel(text)),
  'dns-1035-label': (text: string) => !dns1035Label(text),
  'dns-subdomain': (text: string) => !dnsSubdomain(text),
  'dns-subdomain-or-empty': orEmpty((text) => !dnsSubdomain(text)),
  'dns-wildcard': (text: string) => !dnsSubdomain(text.replace(/^\*\./, '')),
  'label-value': (text: string) => !labelValue(text),
  'port-name': isPortName,
  'port-name-or-empty': orEmpty(isPortName),
  'qualified-name': (text: string) => !qualifiedName(text),
  'qualified-name-or-empty': orEmpty((text) => !qualifiedName(text)),
  'qualified-dns-name': (text: string) => !dnsSubdomain(text) && text.split('.').length >= 3,
} as const;

function orEmpty(test: (text: string) => boolean): (text: string) => boolean {
  return (text) => text === '' || test(text);
}

/** Names of ports as IANA registers them. Source: apimachinery IsValidPortName. */
function isPortName(text: string): boolean {
  return text.length <= 15 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text) && /[a-z]/.test(text);
}

/**
 * The places of the items of a list that repeat an earlier one: in the named fields, or altogether where none are named. Generated
 * validators call it.
 * @public
 */
export function repeatedItems(list: readonly unknown[], fields: readonly string[]): number[] {
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    const key = JSON.stringify(fields.length ? fields.map((field) => fieldOf(item, field)) : item);
    if (seen.has(key)) return [index];
    seen.add(key);
    return [];
  });
}

const fieldOf = (item: unknown, field: string): unknown =>
  item !== null && typeof item === 'object' ? (own(item as Record<string, unknown>, field) ?? null) : null;
