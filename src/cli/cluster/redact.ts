import type { KubernetesObject } from '../../source/resource';

/** What stands where a secret value was: its presence is known, and no more. */
export const REDACTED = 'redacted';

const PUBLIC = /-----BEGIN (CERTIFICATE|X509 CRL)-----[\s\S]*?-----END \1-----/g;

/** A Secret without its secrets: certificates are public and stay, everything else is replaced. Other objects as they are. */
export function redact<T extends KubernetesObject>(object: T): T {
  if (object.kind !== 'Secret') return object;
  const { data, stringData } = object as T & { data?: unknown; stringData?: unknown };
  return {
    ...object,
    ...(isMap(data) && { data: mapValues(data, (value) => encode(publicPart(decode(value)))) }),
    ...(isMap(stringData) && { stringData: mapValues(stringData, publicPart) }),
  };
}

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
