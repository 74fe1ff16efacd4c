/** What two states of a mesh hold of which the other holds something else. */
import { type Mesh, identity } from '../mesh/mesh';
import type { Place } from '../source/file';
import type { Path } from '../source/path';
import type { Resource } from '../source/resource';
import { own } from '../source/own';

/** A resource that one state holds and the other does not, or in which they differ. */
export interface ResourceChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly title: string;
  /** The places of what differs: of a removed resource in the state before, else in the one after. */
  readonly places: readonly { readonly path: Path; readonly place: Place }[];
}

/** Every resource in which two states differ. */
export function resourceChanges(before: Mesh, after: Mesh): ResourceChange[] {
  const [was, is] = [before, after].map((mesh) => new Map(mesh.resources.map((each) => [identity(each), each])));
  const removed = [...was!].filter(([id]) => !is!.has(id)).map(([, resource]) => whole('removed', resource));
  const others = [...is!].flatMap(([id, resource]) => {
    const old = was!.get(id);
    return old ? changed(old, resource) : [whole('added', resource)];
  });
  return [...removed, ...others];
}

const whole = (kind: 'added' | 'removed', resource: Resource): ResourceChange => ({
  kind,
  title: resource.title,
  places: [{ path: [], place: resource.at(['metadata', 'name']) }],
});

function changed(old: Resource, now: Resource): ResourceChange[] {
  if (old === now || old.value === now.value) return [];
  const paths = differingPaths(old.value, now.value, []);
  if (paths.length === 0) return [];
  return [
    { kind: 'changed', title: now.title, places: paths.map((path) => ({ path, place: placeIn(old, now, path) })) },
  ];
}

/** What is gone is shown where it was. */
function placeIn(old: Resource, now: Resource, path: Path): Place {
  const isThere = valueAt(now.value, path) !== undefined;
  return (isThere ? now : old).at(path);
}

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, step) => (isObject(inner) ? own(inner, step) : undefined), value);

const isObject = (value: unknown): value is Record<string | number, unknown> =>
  value !== null && typeof value === 'object';

/** The deepest paths at which two values differ. */
function differingPaths(old: unknown, now: unknown, path: Path): Path[] {
  if (old === now) return [];
  if (!isObject(old) || !isObject(now) || Array.isArray(old) !== Array.isArray(now)) return [path];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return keys.flatMap((key) => {
    const step = Array.isArray(now) ? Number(key) : key;
    return differingPaths(own(old, step), own(now, step), [...path, step]);
  });
}
