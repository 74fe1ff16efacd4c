import { dirname, resolve } from 'node:path';
import { check } from '../../schema/check';
import type { Release } from '../../schema/release';
import type { Assumed } from '../../mesh/known';
import type { World } from '../../mesh/mesh';
import type { Severity } from '../../rules/rule';
import { explain } from '../../source/explain';
import { Document, SourceFile } from '../../source/file';
import { Resource } from '../../source/resource';
import { splitDocuments } from '../../source/split';
import { UnreadableYaml, loadValue } from '../../source/values';
import { refuse } from '../complaints';
import { readText } from '../input/read-text';

/** How severe a rule is, or that nobody wants to hear of it. */
export type Level = Severity | 'off';

/** What `.meshlint.yaml` says: see schemas/meshlint-config.json. */
export interface Configuration {
  extends?: string[];
  istioVersion?: Release;
  world?: World;
  /** A file, or the settings themselves. */
  meshConfig?: string | object;
  with?: string[];
  clusters?: Record<string, string>;
  meshes?: string[][];
  ignore?: string[];
  baseline?: string;
  allKinds?: boolean;
  rules?: Record<string, Level>;
  overrides?: Override[];
  assume?: { -readonly [Kind in keyof Omit<Assumed, 'hosts' | 'subsets'>]: string[] } & { hosts?: AssumedHost[] };
}

/** A host, or one with all the subsets that it has. */
export type AssumedHost = string | { host: string; subsets: string[] };

/** Severities for the files and namespaces that fit the patterns. */
export interface Override {
  files?: string[];
  namespaces?: string[];
  rules: Record<string, Level>;
}

/** One file of configuration. */
export interface Layer {
  /** From which its paths are meant. */
  folder: string;
  /** Its value with the places of everything in it. */
  root: Resource<Configuration>;
}

/** Reads a file of configuration. Throws a UsageError that names every place where it says what it cannot. */
export function readLayer(path: string): Layer {
  const file = new SourceFile(path, readText(path, 'the configuration'), 'context');
  const [slice = { start: 0, end: file.text.length }, second] = splitDocuments(file.text);
  if (second) refuse([{ place: file.spot(second), message: 'a configuration is one document' }]);
  const document = new Document(file, slice, undefined);
  const written = withOff(valueOf(document));
  const { value, violations } = check('meshlint-config', 'Configuration', written);
  const root = new Resource(document, [], value as Configuration, written);
  refuse(
    violations.map(({ path, on, message }) => {
      const field = root.at(path);
      return { place: on === 'key' ? field.key : field, message };
    }),
  );
  return { folder: dirname(resolve(path)), root };
}

function valueOf(document: Document): unknown {
  try {
    return loadValue(document.text) ?? {};
  } catch (error) {
    if (!(error instanceof UnreadableYaml)) throw error;
    return refuse([explain(document, error)]);
  }
}

/** `off` is a boolean to YAML 1.1, and a word to everybody who writes it here. */
function withOff(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withOff);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [
      key,
      key === 'rules' ? levels(inner) : withOff(inner),
    ]),
  );
}

function levels(rules: unknown): unknown {
  if (rules === null || typeof rules !== 'object' || Array.isArray(rules)) return rules;
  return Object.fromEntries(Object.entries(rules).map(([name, level]) => [name, level === false ? 'off' : level]));
}
