import { type Path, formatPath, valueAt } from '../../source/path';
import { oneOf } from '../spelling';
import { own } from '../../source/own';
import { resolved } from '../validators';
import { type Misfit, fileOf, schemaAt } from './misfit';

const UP = ['', 'one level up', 'two levels up', 'three levels up', 'four levels up', 'five levels up', 'further up'];

/** Where a field belongs that the structure at a path does not have: to one around it, or into one of those in it. */
export function misplaced(misfit: Misfit, path: Path, name: string): string | undefined {
  return besides(misfit, path, name) ?? around(misfit, path, name) ?? inside(misfit, path, name);
}

/** A field beside it that is written with nothing behind it: then only the indentation is wrong. */
function besides(misfit: Misfit, path: Path, name: string): string | undefined {
  const written = Object.entries(valueAt(misfit.written ?? misfit.value, path) ?? {});
  const earlier = written.slice(
    0,
    written.findIndex(([key]) => key === name),
  );
  const owners = ownersOf(misfit, path, name);
  const [before] = earlier.findLast(([key, value]) => value === null && owners.includes(key)) ?? [];
  return before === undefined ? undefined : `; indent it further: it belongs under "${before}", which is empty`;
}

function around(misfit: Misfit, path: Path, name: string): string | undefined {
  let up = 0;
  for (let length = path.length - 1; length >= 0; length--) {
    const properties = schemaAt(misfit, path.slice(0, length))?.properties;
    if (!properties) continue; // A list is no level of its own.
    up = Math.min(up + 1, UP.length - 1);
    if (!own(properties, name)) continue;
    const owner = length === 0 ? 'the top of the document' : formatPath(path.slice(lastName(path, length), length));
    return `; it belongs to ${owner}, ${UP[up]}`;
  }
  return undefined;
}

const lastName = (path: Path, length: number) =>
  path.findLastIndex((step, at) => at < length && typeof step === 'string');

function inside(misfit: Misfit, path: Path, name: string): string | undefined {
  const owners = ownersOf(misfit, path, name);
  if (owners.length === 0 || owners.length > 3) return undefined;
  return `; it belongs under ${oneOf(owners)}`;
}

/** The fields of a structure that have a field of the name, or items that do. */
function ownersOf(misfit: Misfit, path: Path, name: string): string[] {
  const file = fileOf(misfit);
  const owners = Object.entries(schemaAt(misfit, path)?.properties ?? {}).filter(([, schema]) => {
    const child = resolved(schema, file);
    const item = child.items && resolved(child.items, file);
    return own(child.properties, name) ?? own(item?.properties, name);
  });
  return owners.map(([field]) => field);
}
