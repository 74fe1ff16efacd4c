/** The lines of the configuration that a change of behaviour comes from. */
import type { Hop, Journey } from '../simulation/journey';
import type { Field } from '../source/field';
import type { Place } from '../source/file';
import type { Path } from '../source/path';
import type { ResourceChange } from './resource-change';

/** A place that was added, removed or changed. */
export interface Cause {
  readonly kind: ResourceChange['kind'];
  readonly title: string;
  readonly place: Place;
}

/**
 * What was changed of the configuration that a request runs through in either state. Where none of it was, and only one resource
 * changed at all, it must be that one.
 */
export function causesOf(before: Journey, after: Journey, changes: readonly ResourceChange[]): Cause[] {
  const origins = [before, after].flatMap(({ ways }) => ways.flatMap(({ hops }) => hops.flatMap(originsOf)));
  const found = changes.flatMap(({ kind, title, places }) => {
    const used = origins.filter(({ resource }) => resource.title === title);
    const touched = places.filter(({ path }) => used.some((origin) => overlap(origin.path, path)));
    return touched.map(({ place }): Cause => ({ kind, title, place }));
  });
  if (found.length > 0) return found;
  const [sole, ...others] = changes;
  if (!sole || others.length > 0) return [];
  return sole.places.slice(0, 1).map(({ place }) => ({ kind: sole.kind, title: sole.title, place }));
}

const originsOf = ({ steps, translation }: Hop): Field[] =>
  steps.flatMap(({ chosen }) => (chosen && translation.origins.get(chosen)) ?? []);

/** Whether one path leads into the other. */
const overlap = (one: Path, other: Path): boolean =>
  one.every((step, index) => index >= other.length || String(step) === String(other[index]));
