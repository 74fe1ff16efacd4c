/** What the custom resource definitions of Istio 1.4 refuse beside types: null, and a choice of which nothing is chosen. */
import type { Path } from '../source/path';
import { own } from '../source/own';
import { type Schema, type SchemaFile, resolved, schemaFile } from './validators';
import { type Violation, violation } from './violation';
import { oneOf } from './spelling';

/** Kinds whose definitions have no schema. */
const WITHOUT_SCHEMA: ReadonlySet<string> = new Set(['adapter', 'handler', 'instance', 'template']);

/** Fields that the definitions let be null. */
const NULLABLE: ReadonlySet<string> = new Set(['allowCredentials', 'mirrorPercent']);

/** A choice that the definitions leave out. */
const UNCHECKED_CHOICE = 'httpHeaderName';

type Choosing = Schema & { readonly atMostOneOf?: readonly (readonly string[])[] };

/** The violations of a document as it was written, which the API server stores with its nulls. */
export function definitionViolations(bundle: string, kind: string, written: unknown): Violation[] {
  if (!bundle.startsWith('1.4/') || WITHOUT_SCHEMA.has(kind)) return [];
  const file = schemaFile(bundle);
  const spec = own(resolved(own(file.kinds, kind)!, file).properties, 'spec');
  return spec ? within(spec, file, (written as { spec?: unknown }).spec, ['spec']) : [];
}

function within(unresolved: Schema, file: SchemaFile, value: unknown, path: Path): Violation[] {
  const schema: Choosing = resolved(unresolved, file);
  if (value === null) {
    if (NULLABLE.has(String(path.at(-1)))) return [];
    return [violation('wrong-type', path, `expected a value, found null; remove the key or give it a value`)];
  }
  if (Array.isArray(value))
    return schema.items
      ? value.flatMap((item: unknown, index) => within(schema.items!, file, item, [...path, index]))
      : [];
  if (typeof value !== 'object') return [];
  const open = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
  const inside = Object.entries(value).flatMap(([key, child]) => {
    const next = own(schema.properties, own(schema.aliases, key) ?? key) ?? open;
    return next ? within(next, file, child, [...path, key]) : [];
  });
  return [...unchosen(schema, value, path), ...inside];
}

function unchosen({ atMostOneOf = [], aliases = {} }: Choosing, value: object | undefined, path: Path): Violation[] {
  const keys = Object.keys(value ?? {}).map((key) => own(aliases, key) ?? key);
  const open = atMostOneOf.filter(
    (choice) => !choice.includes(UNCHECKED_CHOICE) && !choice.some((name) => keys.includes(name)),
  );
  return open.map((choice) => violation('missing-field', path, `one of ${oneOf(choice)} is required`));
}
