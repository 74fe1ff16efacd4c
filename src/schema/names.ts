const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS_LABEL = new RegExp(`^${LABEL}$`);
const DNS_SUBDOMAIN = new RegExp(`^${LABEL}(\\.${LABEL})*$`);
const DNS_1035_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

/** What is wrong with a name, and what it could be instead; undefined where nothing is. */
export interface BadName {
  because: string;
  instead?: string | undefined;
}

type NameRule = (name: string) => BadName | undefined;

/** Names of most objects: at most 253 characters in parts separated by dots. Source: apimachinery IsDNS1123Subdomain. */
export const dnsSubdomain: NameRule = (name) =>
  tooLong(name, 253) ??
  unlike(
    name,
    DNS_SUBDOMAIN,
    'lower-case letters, digits, "-" and "." are allowed, with a letter or digit at both ends of each part',
  );

/** Names of namespaces and the like: at most 63 characters, no dots. Source: apimachinery IsDNS1123Label. */
export const dnsLabel: NameRule = (name) =>
  tooLong(name, 63) ??
  unlike(name, DNS_LABEL, 'lower-case letters, digits and "-" are allowed, with a letter or digit at both ends');

/** Names of services: as dnsLabel, and the first character is a letter. Source: apimachinery IsDNS1035Label. */
export const dns1035Label: NameRule = (name) =>
  tooLong(name, 63) ??
  unlike(
    name,
    DNS_1035_LABEL,
    'lower-case letters, digits and "-" are allowed, with a letter first and a letter or digit last',
  );

/** Keys of labels and annotations: a name, or a DNS name, a slash and a name. Source: apimachinery IsQualifiedName. */
export function qualifiedName(key: string): BadName | undefined {
  const parts = key.split('/');
  const name = parts.at(-1)!;
  if (parts.length > 2) return { because: 'has more than one "/"' };
  if (parts.length === 2 && parts[0] === '') return { because: 'has nothing in front of its "/"' };
  if (parts.length === 2 && dnsSubdomain(parts[0]!))
    return { because: `has the prefix "${parts[0]}", which is not a DNS name` };
  if (name === '') return { because: 'lacks a name' };
  if (name.length > 63) return { because: `has a name of ${name.length} characters; at most 63 are allowed` };
  return NAME.test(name) ? undefined : { because: NAME_CHARACTERS };
}

/** Values of labels: empty, or a name. Source: apimachinery IsValidLabelValue. */
export function labelValue(value: string): BadName | undefined {
  if (value.length > 63) return { because: `has ${value.length} characters; at most 63 are allowed` };
  return value === '' || NAME.test(value) ? undefined : { because: NAME_CHARACTERS };
}

const NAME_CHARACTERS = 'is not made of letters, digits, "-", "_" and "." with a letter or digit at both ends';

const tooLong = (name: string, most: number): BadName | undefined =>
  name.length > most ? { because: `has ${name.length} characters; at most ${most} are allowed` } : undefined;

function unlike(name: string, pattern: RegExp, allowed: string): BadName | undefined {
  if (pattern.test(name)) return undefined;
  const instead = name
    .toLowerCase()
    .replace(/[^-a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return { because: `is not a valid name: ${allowed}`, instead: pattern.test(instead) ? instead : undefined };
}
