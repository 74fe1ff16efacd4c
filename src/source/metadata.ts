import { isRecord } from './record';
import type { Metadata, OwnerReference } from './resource';

/**
 * The object with metadata whose parts have the types that readers rely on: numbers in names become text, and whatever else has the
 * wrong type is left out. The schema reports it from the value as written. Nothing is copied where nothing is wrong.
 */
export function withTypedMetadata<T>(value: T): T {
  if (!isRecord(value) || !('metadata' in value) || isTyped(value['metadata'])) return value;
  return { ...value, metadata: typed(value['metadata']) };
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isTextOrAbsent = (value: unknown): boolean => value === undefined || isText(value);

const TEXTS = ['name', 'generateName', 'namespace', 'creationTimestamp'] as const;
const MAPS = ['labels', 'annotations'] as const;
const OWNER_TEXTS = ['apiVersion', 'kind', 'name'] as const;

function isTyped(metadata: unknown): boolean {
  if (metadata === undefined) return true;
  if (!isRecord(metadata)) return false;
  const { ownerReferences: owners } = metadata;
  return (
    TEXTS.every((key) => isTextOrAbsent(metadata[key])) &&
    MAPS.every((key) => metadata[key] === undefined || isMapOfTexts(metadata[key])) &&
    (owners === undefined || (Array.isArray(owners) && owners.every(isOwner)))
  );
}

function isMapOfTexts(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return Object.values(value).every(isText);
}

const isOwner = (value: unknown): boolean => isRecord(value) && OWNER_TEXTS.every((key) => isTextOrAbsent(value[key]));

function typed(written: unknown): Metadata {
  if (!isRecord(written)) return {};
  const { ownerReferences: owners, ...metadata } = written;
  for (const key of TEXTS)
    if (typeof metadata[key] === 'number') metadata[key] = String(metadata[key]);
    else if (!isText(metadata[key])) delete metadata[key];
  for (const key of MAPS)
    if (!isRecord(metadata[key])) delete metadata[key];
    else metadata[key] = textsOf(metadata[key]);
  return Array.isArray(owners)
    ? { ...metadata, ownerReferences: owners.filter(isOwner) as OwnerReference[] }
    : metadata;
}

const textsOf = (map: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(map).filter(([, value]) => isText(value)));
