import type { KubernetesObject } from '../../source/resource';
import { withoutSecretForms } from '../../source/secrets';

/** What stands where a secret value was: its presence is known, and no more. */
export const REDACTED = 'redacted';

const PUBLIC = /-----BEGIN (CERTIFICATE|X509 CRL)-----[\s\S]*?-----END \1-----/g;

/**
 * An object without its secrets. Of a Secret only certificates stay, which are public; of other objects the values of environment
 * variables are replaced, and what is a secret by its form.
 */
export function redact<T extends KubernetesObject>(object: T): T {
  if (object.kind !== 'Secret') return redactedBelow(object) as T;
  const { apiVersion, kind, metadata, type, immutable, data, stringData } = object as T & Record<string, unknown>;
  const known = Object.entries({ apiVersion, kind, metadata, type, immutable }).filter(
    ([, value]) => value !== undefined,
  );
  return {
    ...(redactedBelow(Object.fromEntries(known)) as T),
    ...(isMap(data) && { data: mapValues(data, (value) => encode(publicPart(decode(value)))) }),
    ...(isMap(stringData) && { stringData: mapValues(stringData, publicPart) }),
  };
}

function redactedBelow(value: unknown, key = ''): unknown {
  // A JSON escape may be half a character, which YAML cannot hold.
  if (typeof value === 'string') return withoutSecretForms(value).replace(/[\ud800-\udfff]/gu, '\ufffd');
  if (Array.isArray(value))
    return value.map((item: unknown) => redactedBelow(key === 'env' ? withoutValue(item) : item));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, redactedBelow(inner, name)]));
}

/** An environment variable by its name alone, or by where its value comes from. */
const withoutValue = (variable: unknown): unknown =>
  isMap(variable) && 'value' in variable ? { ...variable, value: variable['value'] ? REDACTED : '' } : variable;

function publicPart(text: string): string {
  if (!text) return '';
  const blocks = text.match(PUBLIC);
  return blocks ? `${blocks.join('\n')}\n` : REDACTED;
}

const decode = (text: string) => Buffer.from(text, 'base64').toString('latin1');
const encode = (text: string) => Buffer.from(text, 'latin1').toString('base64');

const isMap = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object';

const mapValues = (map: Record<string, unknown>, change: (value: string) => string) =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(typeof value === 'string' ? value : '')]));
