import { isRecord } from '../../source/record';
import { NotRendered } from './not-rendered';
import { own } from '../../source/own';

/** What is made where a path ends in a field that is absent or null; nothing is made without it. */
export type Missing = 'map' | 'scalar';

/**
 * A value with the fields at the end of a path changed. Paths lead through maps, and through every item of a list. What does not change
 * is shared with the value that was given, which stays as it is. kustomize: fieldspec.Filter
 */
export function edited(
  value: unknown,
  path: readonly string[],
  create: Missing | undefined,
  change: (old: unknown) => unknown,
): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (value === null || value === undefined) return value;
  if (Array.isArray(value)) return mapped(value, (item) => edited(item, path, create, change));
  if (typeof value !== 'object') throw new NotRendered(`"${path.join('/')}" is expected below a map or list`);
  return editedMap(value as Values, { step, rest, create, change });
}

interface Edit {
  step: string;
  rest: readonly string[];
  create: Missing | undefined;
  change: (old: unknown) => unknown;
}

function editedMap(map: Values, { step, rest, create, change }: Edit): unknown {
  const isList = step.endsWith('[]');
  const name = isList ? step.slice(0, -2) : step;
  const old = own(map, name);
  const isCreated = (old === undefined || old === null) && create !== undefined && !isList;
  if (old === undefined && !isCreated) return map;
  const start = isCreated && (rest.length > 0 || create === 'map') ? {} : old;
  const next = edited(start, rest, create, change);
  return next === old ? map : { ...map, [name]: next };
}

/** A list with its items changed; the same list where none is. */
export function mapped(list: readonly unknown[], change: (item: unknown) => unknown): readonly unknown[] {
  const changed = list.map(change);
  return changed.every((item, index) => item === list[index]) ? list : changed;
}

export type Values = Record<string, unknown>;

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

export const maps = (value: unknown): Values[] => list(value).filter(isRecord);

export const strings = (value: unknown): string[] => list(value).filter((each) => typeof each === 'string');

/** A scalar as a renderer reads a text field: numbers and booleans are texts too. */
export const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
