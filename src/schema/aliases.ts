import type { Path } from '../source/path';
import { own } from '../source/own';
import { type Schema, type SchemaFile, resolved } from './validators';

/** A value with the fields of protobuf messages under their proper names, and what they were called. */
export interface Renamed {
  readonly value: unknown;
  /** The path, with proper names, as the document has it. */
  readonly written: (path: Path) => Path;
}

/** Proto JSON takes a field by its name in the protobuf file as well (`connect_timeout`): renames what is written so. */
export function withProperNames(root: Schema, file: SchemaFile, value: unknown): Renamed {
  const names = new Map<string, string>();
  const rename = (schema: Schema | undefined, node: unknown, path: Path): unknown => {
    if (!schema || node === null || typeof node !== 'object') return node;
    const { properties = {}, additionalProperties, aliases = {}, items } = resolved(schema, file);
    if (Array.isArray(node)) return node.map((item, index) => rename(items, item, [...path, index]));
    const rest = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    const entries = Object.entries(node).map(([written, child]): [string, unknown] => {
      const name = own(aliases, written) ?? written;
      const below = [...path, name];
      if (name !== written) names.set(JSON.stringify(below), written);
      return [name, rename(own(properties, name) ?? rest, child, below)];
    });
    return Object.fromEntries(entries);
  };
  const renamed = rename(root, value, []);
  const written = (path: Path) =>
    path.map((step, index) => names.get(JSON.stringify(path.slice(0, index + 1))) ?? step);
  return { value: renamed, written };
}
