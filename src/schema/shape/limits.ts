import type { ErrorObject } from 'ajv';
import { type Path, valueAt } from '../../source/path';
import { type Misfit, schemaAt, shown } from './misfit';
import { own } from '../../source/own';

const FORMATS: Record<string, string> = {
  'date-time': 'a time such as "2024-05-01T12:00:00Z"',
  byte: 'base64',
  duration: 'a duration such as "10s" or "1m30s"',
  int32: 'a number of 32 bits',
  ip: 'an IP address',
  quantity: 'a quantity such as "100m" or "1Gi"',
  cidr: 'an address range such as "10.0.0.0/8"',
  'ip-or-none': 'an IP address or "None"',
  'dns-label': `a name of lower-case letters, digits and "-", at most 63`,
  'dns-1035-label': 'a name of lower-case letters, digits and "-" that begins with a letter',
  'dns-subdomain': 'a DNS name of lower-case letters, digits, "-" and "."',
  'dns-wildcard': 'a DNS name, with "*." in front or not',
  'label-value':
    'the value of a label: letters, digits, "-", "_" and ".", at most 63, with a letter or digit at both ends',
  'port-name': 'the name of a port: lower-case letters, digits and "-", at most 15, with a letter among them',
  'qualified-name': 'a name such as "app" or "example.com/app"',
  'qualified-dns-name': 'a DNS name of at least three parts',
};

/** What to say of a value that has the right type and is too large, too long, or of the wrong form. */
export function limitMessage(misfit: Misfit, path: Path, { keyword, params }: ErrorObject): string {
  const value = valueAt(misfit.value, path);
  const { limit, format, pattern } = params as { limit: number; format: string; pattern: string };
  switch (keyword) {
    case 'minimum':
    case 'maximum':
      return `${shown(value)} ${range(misfit, path, value as number)}`;
    case 'minLength':
      return limit === 1 ? 'must not be empty' : `${shown(value)} is shorter than ${limit} characters`;
    case 'maxLength':
      return `${[...String(value)].length} characters are too many: at most ${limit} are allowed`;
    case 'minItems':
      return limit === 1 ? 'the list must not be empty' : `the list needs at least ${limit} items`;
    case 'maxItems':
      return `${(value as unknown[]).length} items are too many: at most ${limit} are allowed`;
    case 'minProperties':
      return limit === 1 ? 'the map must not be empty' : `the map needs at least ${limit} entries`;
    case 'maxProperties':
      return `${Object.keys(value as object).length} entries are too many: at most ${limit} are allowed`;
    case 'format':
      return `${shown(value)} is not ${own(FORMATS, format.replace(/-or-empty$/, '')) ?? format}`;
    case 'pattern':
      return `${shown(value)} does not match ${pattern}`;
    default:
      return `${shown(value)} is not allowed here (${keyword})`;
  }
}

function range(misfit: Misfit, path: Path, value: number): string {
  const { minimum, maximum } = schemaAt(misfit, path) ?? {};
  if (minimum !== undefined && maximum !== undefined && maximum < 2 ** 32 - 1)
    return `is not between ${minimum} and ${maximum}`;
  return minimum !== undefined && value < minimum ? `is less than ${minimum}` : `is more than ${maximum}`;
}
