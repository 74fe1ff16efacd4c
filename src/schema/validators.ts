import type { ErrorObject } from 'ajv';
import type * as engine from './cel/engine';
import { own } from '../source/own';

/** What the build makes of one file under schemas/. */
export interface Validators {
  /** By kind. Fills in defaults, so it is given a value that may be changed. */
  readonly validate: Record<string, Validate>;
  /** The file itself, as JSON text. */
  readonly schema: string;
  readonly defaults: boolean;
  readonly rules: boolean;
}

interface Validate {
  (value: unknown): boolean;
  errors?: ErrorObject[] | null;
}

/** A file under schemas/: a kind or several, and the structures they share. */
export interface SchemaFile {
  /** The Go module that it was made from. */
  readonly from: string;
  readonly kinds: Record<string, Schema>;
  readonly $defs: Record<string, Schema>;
}

/** JSON Schema as schemas/README.md describes it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly properties?: Record<string, Schema>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly rules?: readonly string[];
  /** Other names that proto JSON accepts for a field. */
  readonly aliases?: Record<string, string>;
  readonly uniqueBy?: readonly string[];
  /** An empty text stands for the server's own choice. */
  readonly orEmpty?: true;
  /** Fields that are not described are passed over by whoever reads this. */
  readonly unknownFields?: 'ignored';
}

/** The validators of a file, loaded when a document of one of its kinds is first met. */
export const validatorsOf = (bundle: string): Validators => load(bundle) as Validators;

/** The CEL engine, loaded when a rule is first asked about a value. */
export const celEngine = (): typeof engine => load('cel') as typeof engine;

const schemas = new Map<string, SchemaFile>();

/** A file under schemas/ as data: needed only where there are rules to run or mistakes to explain. */
export function schemaFile(bundle: string): SchemaFile {
  const known = schemas.get(bundle);
  if (known) return known;
  const made = JSON.parse(validatorsOf(bundle).schema) as SchemaFile;
  schemas.set(bundle, made);
  return made;
}

/** The structure that a schema stands for. */
export const resolved = (schema: Schema, { $defs }: SchemaFile): Schema =>
  schema.$ref ? { ...schema, ...own($defs, schema.$ref.slice('#/$defs/'.length)) } : schema;

// The build puts these modules beside the bundle; nothing of them is read before it is asked for.
const modules = new Map<string, unknown>();

function load(name: string): unknown {
  const known = modules.get(name);
  if (known) return known;
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const made: unknown = require(`#validators/${name}`);
  modules.set(name, made);
  return made;
}
