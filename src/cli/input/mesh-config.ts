import { meshConfigIn } from '../../mesh/settings/mesh-config';
import { isRecord } from '../../source/record';
import { messageViolations } from '../../schema/embedded';
import type { Release } from '../../schema/release';
import type { Violation } from '../../schema/violation';
import { explain } from '../../source/explain';
import type { Field } from '../../source/field';
import { Document, type Place, SourceFile } from '../../source/file';
import type { Path } from '../../source/path';
import { read } from '../../source/read';
import { Resource } from '../../source/resource';
import { splitDocuments } from '../../source/split';
import { UnreadableYaml, loadValue } from '../../source/values';
import { type Complaint, complaintLines, refuse } from '../complaints';
import { readText } from './read-text';
import { say } from '../terminal';
import { UsageError } from '../usage-error';

/** A MeshConfig that was given, and where its settings stand. */
interface Given {
  readonly value: Record<string, unknown>;
  readonly placeOf: (path: Path, on: 'key' | 'value') => Place;
}

/**
 * The MeshConfig in a file: alone, or in the ConfigMap or IstioOperator that carries it. Throws a UsageError where there is none, or
 * one that istiod would not understand.
 */
export function readMeshConfig(path: string, release: Release): unknown {
  const given = givenIn(path);
  const found = messageViolations('MeshConfig', given.value, release);
  refuse(complaintsOf(found, given).filter((_, index) => found[index]!.severity === 'error'));
  tell(complaintLines(complaintsOf(found, given)));
  return given.value;
}

/** The MeshConfig that stands in the configuration, where everything that is not understood is a mistake. */
export function writtenMeshConfig(field: Field, release: Release): unknown {
  const { resource, path, value } = field;
  const placeOf: Given['placeOf'] = (inner, on) => placeAt(resource, [...path, ...inner], on);
  refuse(complaintsOf(messageViolations('MeshConfig', value, release), { placeOf }));
  return value;
}

const complaintsOf = (found: readonly Violation[], { placeOf }: Pick<Given, 'placeOf'>): Complaint[] =>
  found.map(({ path, on, message }) => ({ place: placeOf(path, on), message }));

const told = new Set<string>();

/** Says what istiod passes over, once however many meshes are made of the input. */
function tell(lines: readonly string[]): void {
  for (const line of lines.filter((each) => !told.has(each))) say(`meshlint: ${line}`);
  for (const line of lines) told.add(line);
}

function givenIn(path: string): Given {
  const text = readText(path, 'the MeshConfig');
  const { resources } = read(path, text, 'context');
  const given = resources.length > 0 ? resources.map(carriedBy).find(Boolean) : alone(path, text);
  if (given) return given;
  throw new UsageError(`"${path}" contains no MeshConfig, neither alone nor in a ConfigMap or IstioOperator`);
}

function carriedBy(resource: Resource): Given | undefined {
  const value = meshConfigIn(resource.value);
  const isConfigMap = resource.kind === 'ConfigMap';
  if (isConfigMap && resource.at(['data', 'mesh']).value !== undefined && value === undefined)
    refuse([{ place: resource.at(['data', 'mesh']).key, message: 'the MeshConfig is not valid YAML' }]);
  if (!isRecord(value)) return undefined;
  return isConfigMap
    ? { value, placeOf: (path, on) => resource.placeWithin(['data', 'mesh'], path, on) }
    : { value, placeOf: (path, on) => placeAt(resource, ['spec', 'meshConfig', ...path], on) };
}

/** An empty file leaves everything to the defaults. */
function alone(path: string, text: string): Given | undefined {
  const file = new SourceFile(path, text, 'context');
  const [slice = { start: 0, end: text.length }] = splitDocuments(text);
  const document = new Document(file, slice, undefined);
  const value = valueOf(document) ?? {};
  if (!isRecord(value)) return undefined;
  const root = new Resource(document, [], value);
  return { value, placeOf: (inner, on) => placeAt(root, inner, on) };
}

function placeAt(resource: Resource<unknown>, path: Path, on: 'key' | 'value'): Place {
  const field = resource.at(path);
  return on === 'key' ? field.key : field;
}

function valueOf(document: Document): unknown {
  try {
    return loadValue(document.text);
  } catch (error) {
    if (!(error instanceof UnreadableYaml)) throw error;
    return refuse([explain(document, error)]);
  }
}
