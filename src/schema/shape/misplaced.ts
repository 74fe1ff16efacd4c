import { type Path, formatPath } from '../../source/path';
import { own, resolved } from '../validators';
import { type Misfit, fileOf, schemaAt } from './misfit';

const UP = ['', 'one level up', 'two levels up', 'three levels up', 'four levels up', 'five levels up', 'further up'];

/** Where a field belongs that the structure at a path does not have: to one around it, or into one of those in it. */
export function misplaced(misfit: Misfit, path: Path, name: string): string | undefined {
  return around(misfit, path, name) ?? inside(misfit, path, name);
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
  const file = fileOf(misfit);
  const owners = Object.entries(schemaAt(misfit, path)?.properties ?? {}).filter(([, schema]) => {
    const child = resolved(schema, file);
    const item = child.items && resolved(child.items, file);
    return own(child.properties, name) ?? own(item?.properties, name);
  });
  if (owners.length === 0 || owners.length > 3) return undefined;
  return `; it belongs under ${owners.map(([field]) => `"${field}"`).join(' or ')}`;
}
