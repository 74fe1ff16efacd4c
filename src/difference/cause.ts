/** The lines of the configuration that a change of behaviour comes from. */
import type { Stage } from '../envoy/run/trace';
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
  const hops = [before, after].flatMap(({ ways }) => ways.flatMap((way) => way.hops));
  const chosen = changesAt(hops.flatMap(originsOf(DECISIVE)), changes);
  const found = chosen.length > 0 ? chosen : changesAt(hops.flatMap(originsOf()), changes);
  if (found.length > 0) return found;
  const [sole, ...others] = changes;
  if (!sole || others.length > 0) return [];
  return sole.places.slice(0, 1).map(({ place }) => ({ kind: sole.kind, title: sole.title, place }));
}

/** The changes of what some fields are in. */
const changesAt = (origins: readonly Field[], changes: readonly ResourceChange[]): Cause[] =>
  changes.flatMap(({ kind, title, places }) => {
    const used = origins.filter(({ resource }) => resource.title === title);
    const touched = places.filter(({ path }) => used.some((origin) => overlap(origin.path, path)));
    return touched.map(({ place }): Cause => ({ kind, title, place }));
  });

/** Stages that are for one host or one client. A listener is made of all Services of its port. */
const DECISIVE: ReadonlySet<Stage> = new Set(['virtual host', 'route', 'http filter', 'cluster', 'transport'] as const);

const originsOf =
  (stages?: ReadonlySet<Stage>) =>
  ({ steps, translation }: Hop): Field[] =>
    steps.flatMap(({ stage, chosen }) =>
      chosen && (!stages || stages.has(stage)) ? (translation.origins.get(chosen) ?? []) : [],
    );

/** Whether one path leads into the other. */
const overlap = (one: Path, other: Path): boolean =>
  one.every((step, index) => index >= other.length || String(step) === String(other[index]));
