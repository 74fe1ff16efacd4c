import { type Path, valueAt } from '../../source/path';
import { TABLE } from '../kinds/table';
import { NEWEST } from '../release';
import { own } from '../../source/own';
import { type Schema, type SchemaFile, resolved, schemaFile } from '../validators';

/** A kind's schema, and a value that does not fit it. */
export interface Misfit {
  readonly bundle: string;
  readonly kind: string;
  readonly value: unknown;
  /** The value before what is null was dropped, where that is another. */
  readonly written?: unknown;
}

/** The file that describes the kind. */
export const fileOf = ({ bundle }: Misfit): SchemaFile => schemaFile(bundle);

/** The structure that the schema has for a path, or undefined where it has none. */
export function schemaAt(misfit: Misfit, path: Path): Schema | undefined {
  const file = fileOf(misfit);
  let schema: Schema | undefined = resolved(own(file.kinds, misfit.kind)!, file);
  for (const step of path) {
    const { additionalProperties, items, properties } = schema;
    const open = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    const next: Schema | undefined = typeof step === 'number' ? items : (own(properties, step) ?? open);
    if (!next) return undefined;
    schema = resolved(next, file);
  }
  return schema;
}

/** As schemaAt, in the newest release that describes the kind; undefined where that is this very schema. */
export function newestSchemaAt(misfit: Misfit, path: Path): Schema | undefined {
  const group = misfit.bundle.split('/')[1];
  const newest = TABLE.find(
    (known) =>
      known.kind === misfit.kind && known.group === group && (known.releases as readonly string[]).includes(NEWEST),
  );
  return newest && newest.bundle !== misfit.bundle ? schemaAt({ ...misfit, bundle: newest.bundle }, path) : undefined;
}

/** The release that a schema is of, where it is of one. */
export const releaseOf = ({ bundle }: Misfit): string => bundle.split('/')[0]!;

/** The path that a JSON pointer names: whether a step is the number of an item is seen from the value. */
export function pathOf(pointer: string, root: unknown): Path {
  const path: (string | number)[] = [];
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(valueAt(root, path)) ? Number(name) : name);
  }
  return path;
}

/** A value as a message shows it. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing (null)';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value !== 'string') return JSON.stringify(value);
  return value.length > 60 ? `"${value.slice(0, 57)}..."` : `"${value}"`;
}
