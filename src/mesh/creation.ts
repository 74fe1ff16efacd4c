/** The order in which objects were created, by which Istio settles which of several counts. */
import type { Metadata, Resource } from '../source/resource';
import { alphabetically } from './services/hostname';

/** When an object was created, in milliseconds; what has no timestamp is `unknown`. */
export function created({ creationTimestamp }: Metadata, unknown: number): number {
  const time = typeof creationTimestamp === 'string' ? Date.parse(creationTimestamp) : NaN;
  return Number.isNaN(time) ? unknown : time;
}

/** When an object was created, as an object made of it says it. */
export const creationOf = ({ creationTimestamp }: Metadata): Pick<Metadata, 'creationTimestamp'> =>
  creationTimestamp === undefined ? {} : { creationTimestamp };

/** Objects that are only in files will be created after all that exist. */
export const NOT_YET = Number.MAX_SAFE_INTEGER;

/** Sorts the older object first, and of equally old ones by name, then by namespace. istio: model.sortConfigByCreationTime */
export function byCreation(one: Resource<unknown>, other: Resource<unknown>): number {
  return (
    created(one.metadata, NOT_YET) - created(other.metadata, NOT_YET) ||
    alphabetically(one.name, other.name) ||
    alphabetically(one.namespace, other.namespace)
  );
}

/**
 * Objects that were made of others among those that were written, the oldest first. Of equally old ones the former come first, as
 * they do in a cluster whose objects have no times.
 */
export function convertedFirst<Item>(
  converted: readonly Item[],
  written: readonly Item[],
  resourceOf: (item: Item) => Resource<unknown>,
): Item[] {
  const time = (item: Item): number => created(resourceOf(item).metadata, NOT_YET);
  const made = [...converted].sort((one, other) => byCreation(resourceOf(one), resourceOf(other)));
  return [...made, ...written].sort((one, other) => time(one) - time(other));
}
