/** Objects and messages as whoever reads them would have them: with defaults, and without what has the wrong type. */
import { type Admission, admit } from '../schema/admit';
import { check } from '../schema/check';
import type { KindMap } from '../schema/kinds';
import { type Release, schemaOf, versionsOf } from '../schema/release';
import { copyOf, takeOut } from '../schema/stored';
import { withoutGaps } from '../source/gaps';
import { Resource } from '../source/resource';

/**
 * A resource as the API server of a release would store it, in whatever version it was written; undefined where the release does
 * not know the kind. What would be refused for other faults is kept as far as it can be read, since other objects refer to it.
 */
export function stored(resource: Resource, release: Release): Resource<unknown> | undefined {
  const known = KNOWN.get(resource);
  if (known?.release === release) return known.stored;
  const made = storedAnew(resource, release);
  KNOWN.set(resource, { release, stored: made });
  return made;
}

/** Every group of a folder asks for the same objects, all in one release. */
const KNOWN = new WeakMap<Resource, { release: Release; stored: Resource<unknown> | undefined }>();

function storedAnew(resource: Resource, release: Release): Resource<unknown> | undefined {
  const { group, version, kind, document, base, value, written } = resource;
  const versions = versionsOf(release, group, kind);
  if (versions.length === 0) return undefined;
  const readable = versions.includes(version)
    ? resource
    : new Resource(document, base, { ...value, apiVersion: group ? `${group}/${versions[0]}` : versions[0]! }, written);
  return resource.withValue(readableValue(admit(readable, release)));
}

/** The value without what its readers could not rely on. */
function readableValue({ value, incomplete }: Pick<Admission, 'value' | 'incomplete'>): unknown {
  if (incomplete.length === 0) return withoutGaps(value);
  const copy = copyOf(value);
  for (const path of incomplete) takeOut(copy, path);
  return withoutGaps(copy);
}

/** A message that stands inside of an object or a file of its own; undefined where there is none. */
export function readMessage<Kind extends 'MeshConfig' | 'MeshNetworks' | 'MeshProxyConfig'>(
  kind: Kind,
  written: unknown,
  release: Release,
): KindMap[Kind] | undefined {
  if (written === null || typeof written !== 'object' || Array.isArray(written)) return undefined;
  const { bundle } = schemaOf(release, 'mesh', 'v1alpha1', kind)!;
  return readableValue(check(bundle, kind, written)) as KindMap[Kind];
}

/** The template of pods in an object of any kind, as far as it is one. */
export function readPodTemplate(written: object, release: Release): Pick<KindMap['Pod'], 'metadata' | 'spec'> {
  const { bundle } = schemaOf(release, '', 'v1', 'Pod')!;
  return readableValue(check(bundle, 'Pod', { apiVersion: 'v1', kind: 'Pod', ...written })) as KindMap['Pod'];
}
