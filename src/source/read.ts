import { isRecord } from './record';
import { Document, type Problem, type Role, SourceFile } from './file';
import { explain } from './explain';
import type { Path } from './path';
import { type KubernetesObject, Resource } from './resource';
import { isHalfNamed, resemblesObject } from './kinds';
import { withMarkedValues, withoutBraces, withoutFunctionsOfYtt } from './markers';
import { type Slice, splitDocuments } from './split';
import { UnreadableYaml, loadDocument, loadValue } from './values';

/** Reads one file's text: its Kubernetes objects, and what in it cannot be read. Never throws for anything in the text. */
export function read(path: string, text: string, role: Role = 'judged'): SourceFile {
  const file = new SourceFile(path, text, role);
  if (text.includes('\0')) {
    const at = text.indexOf('\0');
    file.problems.push({
      rule: 'unreadable-file',
      message: 'this file is binary, not YAML or JSON',
      place: file.spot({ start: at, end: at + 1 }),
      related: [],
    });
    return file;
  }
  const applied = withoutFunctionsOfYtt(text) ?? text;
  const odd = splitDocuments(applied)
    .map((slice) => documentAt(file, slice, applied))
    .filter((document) => readDocument(document) === 'no object');
  if (file.resources.length) for (const document of odd) file.problems.push(noObject(document));
  return file;
}

/** `applied` is what the file's text amounts to, each character in its place. */
function documentAt(file: SourceFile, slice: Slice, applied: string): Document {
  const written = applied.slice(slice.start, slice.end);
  const origin = helmSource(file.text, slice.start);
  const text = withMarkedValues(written) ?? (applied === file.text ? undefined : written);
  if (!/\$\{/.test(written) || isReadable(text ?? written)) return new Document(file, slice, origin, text);
  const plain = withoutBraces(text ?? written);
  return new Document(file, slice, origin, plain !== undefined && isReadable(plain) ? plain : text);
}

function isReadable(text: string): boolean {
  try {
    loadValue(text);
    return true;
  } catch {
    return false;
  }
}

/** Beside Kubernetes objects nothing else may stand; a file without any is none of ours. */
function noObject(document: Document): Problem {
  const start = document.slice.start + Math.max(document.text.search(/^[ \t]*[^\s#]/m), 0);
  const message = 'this document is not a map, so it cannot be a Kubernetes object';
  return { rule: 'yaml-syntax', message, place: document.file.spot({ start, end: start + 1 }), related: [] };
}

function readDocument(document: Document): 'no object' | undefined {
  let value: unknown;
  try {
    ({ value, offsets: document.offsets } = loadDocument(document.text));
  } catch (error) {
    if (!(error instanceof UnreadableYaml)) throw error;
    value = error.why === 'duplicate key' ? withLastDuplicates(document.text) : undefined;
    if (!resemblesObject(document.text) && (error.why === 'duplicate key' || document.text.includes('{{'))) {
      document.file.passedOver++;
      return undefined;
    }
    document.file.problems.push(explain(document, error));
  }
  const before = document.file.resources.length;
  collect(document, [], value);
  if (value !== undefined && document.file.resources.length === before && !isList(value)) document.file.passedOver++;
  return value === undefined || value === null || isRecord(value) ? undefined : 'no object';
}

/** Adds the objects of a document: itself, or the items of a list (`kind: List`, and `VirtualServiceList` alike) or a Template. */
function collect(document: Document, base: Path, value: unknown): void {
  if (isTemplate(value))
    return value.objects.forEach((each, index) => collect(document, [...base, 'objects', index], each));
  if (isList(value)) {
    value.items.forEach((item, index) => {
      const path = [...base, 'items', index];
      if (isPlainList(value) && !isList(item) && !isKubernetesObject(item))
        reportAt(document, path, `item ${index + 1} of this List is not a Kubernetes object`);
      collect(document, path, item);
    });
    return;
  }
  if (isRecord(value) && isPlainList(value) && (value['items'] ?? null) !== null)
    reportAt(document, [...base, 'items'], 'the items of this List are not a list');
  else if (isKubernetesObject(value)) document.file.resources.push(new Resource(document, base, withoutSeal(value)));
}

/** An object without what SOPS adds to it: whoever decrypts the values takes that away before the cluster sees it. */
function withoutSeal(value: KubernetesObject & { sops?: unknown }): KubernetesObject {
  const { sops, ...object } = value;
  return isRecord(sops) && 'mac' in sops ? object : value;
}

/** kubectl refuses a List for what is wrong with its items. Other kinds whose names end in List may have items of any type. */
function reportAt(document: Document, path: Path, message: string): void {
  const place = { file: document.file, range: document.rangeOf(document.positions.valueSpan(path)), pathText: '' };
  document.file.problems.push({ rule: 'yaml-syntax', message, place, related: [] });
}

const isPlainList = (value: object): boolean =>
  'kind' in value && value.kind === 'List' && 'apiVersion' in value && value.apiVersion === 'v1';

/** A Template of OpenShift makes its objects when its parameters (`${NAME}`) are filled in. */
const isTemplate = (value: unknown): value is { objects: unknown[] } =>
  isRecord(value) &&
  value['kind'] === 'Template' &&
  (value['apiVersion'] === 'v1' || String(value['apiVersion']).startsWith('template.openshift.io/')) &&
  Array.isArray(value['objects']);

const isList = (value: unknown): value is { items: unknown[] } =>
  isRecord(value) &&
  typeof value['kind'] === 'string' &&
  value['kind'].endsWith('List') &&
  typeof value['apiVersion'] === 'string' &&
  Array.isArray(value['items']);

/** Values files, CI pipelines and the like have neither a kind nor metadata; kustomizations have a group of their own. */
function isKubernetesObject(value: unknown): value is KubernetesObject {
  if (!isRecord(value)) return false;
  const { apiVersion, kind } = value;
  if (typeof apiVersion === 'string' && /^(kustomize\.config\.k8s\.io|skaffold)[./]/.test(apiVersion)) return false;
  return (typeof apiVersion === 'string' && typeof kind === 'string') || isHalfNamed(value);
}

/** The document as a client that is not strict reads it, so that what refers to its objects can still be judged. */
function withLastDuplicates(text: string): unknown {
  try {
    return loadValue(text, { duplicateKeys: 'last-wins' });
  } catch {
    return undefined;
  }
}

/** The template that `helm template` names above a document. */
function helmSource(text: string, start: number): string | undefined {
  return /^\s*# Source: (\S+)/.exec(text.slice(start, start + 400))?.[1];
}
