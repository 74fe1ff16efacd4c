import type { Condition } from '../../kinds/security';
import type { BadName } from '../../names';
import { didYouMean } from '../../spelling';
import { each, isFilled, missing, spelt } from '../checks';
import type { Check, Part } from '../part';
import { addressBlock, notEmpty, portText, serviceAccount, wildcard } from '../values/authorization';

/** The attributes a condition may ask about, and how their values are spelt. */
const ATTRIBUTES: Readonly<Record<string, (text: string) => BadName | undefined>> = {
  'source.ip': addressBlock,
  'remote.ip': addressBlock,
  'source.namespace': notEmpty,
  'source.serviceAccount': serviceAccount,
  'source.principal': notEmpty,
  'source.trustDomain': wildcard,
  'request.auth.principal': notEmpty,
  'request.auth.audiences': notEmpty,
  'request.auth.presenter': notEmpty,
  'destination.ip': addressBlock,
  'destination.port': portText,
  'connection.sni': notEmpty,
};

/** Attributes that are asked about with a name in brackets. */
const NAMED = ['request.headers', 'request.auth.claims', 'experimental.envoy.filters.'];

const GONE: Readonly<Record<string, string>> = {
  'destination.namespace': 'a policy is only for its own namespace',
  'destination.name': 'choose workloads with "selector"',
  'destination.user': 'choose workloads with "selector"',
};

/** istio: security.ValidateAttribute */
export const condition: Check<Condition> = (part) => {
  const { key = '', values, notValues } = part.value;
  if (key === '') return missing(part, 'key');
  if (!isFilled(values) && !isFilled(notValues))
    return part.refuse(`"values" or "notValues" is missing for "${key}"`, { reason: 'missing-field' });
  const why = whyNoKey(key);
  if (why) part.at('key').refuse(`"${key}" ${why}`);
  else for (const name of ['values', 'notValues'] as const) attributeValues(part, name, key);
};

function attributeValues(part: Part<Condition>, name: 'values' | 'notValues', key: string): void {
  const list = part.at(name).as(part.value[name] ?? []);
  const rule = Object.hasOwn(ATTRIBUTES, key) ? ATTRIBUTES[key]! : notEmpty;
  if (rule === serviceAccount && list.value.length > 16)
    list.refuse(`${list.value.length} accounts are too many: at most 16 are allowed`, { reason: 'limit' });
  each(spelt(rule))(list);
}

function whyNoKey(key: string): string | undefined {
  if (Object.hasOwn(ATTRIBUTES, key)) return undefined;
  const named = NAMED.find((prefix) => key.startsWith(prefix));
  if (named) return hasName(key) ? undefined : `lacks a name in brackets, as in "${example(named)}"`;
  if (key.startsWith('destination.labels')) return 'is no longer an attribute: choose workloads with "selector"';
  if (Object.hasOwn(GONE, key)) return `is no longer an attribute: ${GONE[key]}`;
  return `is not an attribute that conditions support${didYouMean(key, [...Object.keys(ATTRIBUTES), ...NAMED])}`;
}

const example = (prefix: string) =>
  prefix.endsWith('.') ? `${prefix}network.mysql_proxy[db.table]` : `${prefix}[name]`;

/** istio: security.validateMapKey */
function hasName(key: string): boolean {
  const open = key.indexOf('[');
  return key.endsWith(']') && open > 0 && open < key.length - 2;
}
