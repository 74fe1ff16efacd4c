import { isRecord } from './record';
import type { Resource } from './resource';
import { own } from './own';

/** What the server writes into an object, and nobody who applies it. */
const SERVER_MADE = new Set(['creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'selfLink', 'uid']);
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * What an object says, as a text that is equal for equal objects: comments, quotes, the order of keys, empty maps of metadata and
 * what the server writes itself make no difference.
 */
export function contentOf({ value }: Resource): string {
  const { metadata, ...rest } = value as unknown as Record<string, unknown>;
  delete rest['status'];
  return JSON.stringify(ordered({ ...rest, metadata: withoutServerFields(metadata) }));
}

function withoutServerFields(metadata: unknown): unknown {
  if (!isRecord(metadata)) return metadata;
  const entries = Object.entries(metadata).map(([key, value]) => [
    key,
    key === 'annotations' && isRecord(value)
      ? Object.fromEntries(Object.entries(value).filter(([name]) => name !== LAST_APPLIED))
      : value,
  ]);
  return Object.fromEntries(entries.filter(([key, value]) => !SERVER_MADE.has(key as string) && !isEmpty(value)));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isRecord(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, ordered(own(value, key))]));
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (isRecord(value) && Object.keys(value).length === 0);
