/** Objects and messages as whoever reads them would have them: with defaults, and without what has the wrong type. */
import { admit } from '../schema/admit';
import { check } from '../schema/check';
import type { KindMap } from '../schema/kinds';
import { type Release, schemaOf, versionsOf } from '../schema/release';
import { withoutItems } from '../source/places';
import { Resource } from '../source/resource';

/**
 * A resource as the API server of a release would store it, in whatever version it was written; undefined where the release does
 * not know the kind. What would be refused for other faults is kept as far as it can be read, since other objects refer to it.
 */
export function stored(resource: Resource, release: Release): Resource<unknown> | undefined {
  const { group, version, kind, document, base, value, written } = resource;
  const versions = versionsOf(release, group, kind);
  if (versions.length === 0) return undefined;
  const readable = versions.includes(version)
    ? resource
    : new Resource(document, base, { ...value, apiVersion: group ? `${group}/${versions[0]}` : versions[0]! }, written);
  const { value: admitted } = admit(readable, release);
  return resource.withValue(withoutGaps(admitted));
}

/** A message that stands inside of an object or a file of its own; undefined where there is none. */
export function readMessage<Kind extends 'MeshConfig' | 'MeshNetworks' | 'MeshProxyConfig'>(
  kind: Kind,
  written: unknown,
  release: Release,
): KindMap[Kind] | undefined {
  if (written === null || typeof written !== 'object' || Array.isArray(written)) return undefined;
  const { bundle } = schemaOf(release, 'mesh', 'v1alpha1', kind)!;
  return withoutGaps(check(bundle, kind, written).value) as KindMap[Kind];
}

/** The template of pods in an object of any kind, as far as it is one. */
export function readPodTemplate(written: object, release: Release): Pick<KindMap['Pod'], 'metadata' | 'spec'> {
  const { bundle } = schemaOf(release, '', 'v1', 'Pod')!;
  return withoutGaps(check(bundle, 'Pod', { apiVersion: 'v1', kind: 'Pod', ...written }).value) as KindMap['Pod'];
}

/** The value without the items of lists that are null; nothing is copied where there are none. */
function withoutGaps(value: unknown): unknown {
  if (!hasGaps(value)) return value;
  if (Array.isArray(value)) return withoutItems(value.map(withoutGaps), (item) => item === null);
  const entries = Object.entries(value as object).map(([key, child]) => [key, withoutGaps(child)] as const);
  return Object.fromEntries(entries);
}

function hasGaps(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.some((item) => item === null || hasGaps(item));
  for (const key in value) if (hasGaps((value as Record<string, unknown>)[key])) return true;
  return false;
}
