import { join } from 'node:path';
import { RE2JS } from 're2js';
import { Document, type SourceFile } from '../../source/file';
import { type Path, valueAt } from '../../source/path';
import type { KubernetesObject, Resource } from '../../source/resource';
import { splitDocuments } from '../../source/split';
import { loadValue } from '../../source/values';
import { type Kustomization, type PatchEntry, patchesOf } from './kustomization';
import type { Layer } from './layers';

/** One patch document: what it says, and whom it is for. */
export interface Patch {
  readonly document: Document;
  readonly value: unknown;
  readonly target: Record<string, unknown> | undefined;
}

/** The patches of a kustomization, read from their files (by `open`, which reads each once) or from the kustomization itself. */
export function readPatches(kustomization: Kustomization, open: (path: string) => SourceFile): Patch[] {
  return patchesOf(kustomization).flatMap((entry) => {
    const documents = entry.path
      ? inFile(join(kustomization.folder, entry.path), open)
      : inline(kustomization, entry, open);
    return documents.flatMap((document) => {
      const value = valueOf(document);
      return value === undefined ? [] : [{ document, value, target: entry.target }];
    });
  });
}

function inFile(path: string, open: (path: string) => SourceFile): Document[] {
  const file = open(path);
  return splitDocuments(file.text).map((slice) => new Document(file, slice, undefined));
}

/** A patch written as a block of text in the kustomization is a document in the midst of another. */
function inline(
  { file: { path } }: Kustomization,
  { inline: way }: PatchEntry,
  open: (path: string) => SourceFile,
): Document[] {
  const file = open(path);
  const [slice] = splitDocuments(file.text);
  if (!slice || !way) return [];
  const whole = new Document(file, slice, undefined);
  const span = whole.positions.wholeSpan(way);
  const text = span && whole.text.slice(span.start, span.end);
  if (!span || !text?.startsWith('|')) return [];
  const start = slice.start + span.start + text.indexOf('\n') + 1;
  return [new Document(file, { start, end: slice.start + span.end }, undefined)];
}

function valueOf({ text }: Document): unknown {
  try {
    return loadValue(text);
  } catch {
    // The renderer has read it, or has said why it could not: here it is only looked at for places.
    return undefined;
  }
}

/** What a patch brings to an object, as layers; none where it is not for this object. */
export function layersOf({ document, value, target }: Patch, source: Resource, rendered: KubernetesObject): Layer[] {
  const names = [source.name, rendered.metadata.name ?? ''];
  if (Array.isArray(value)) {
    if (!target || !selects(target, source.kind, names)) return [];
    return value.flatMap((operation, index) => jsonPatchLayer(document, operation, index));
  }
  const isNamed =
    valueAt(value, ['kind']) === source.kind && names.includes(String(valueAt(value, ['metadata', 'name'])));
  const isMeant = target ? selects(target, source.kind, names) : isNamed;
  return isMeant ? [{ document, base: [], value, into: [] }] : [];
}

function jsonPatchLayer(document: Document, operation: unknown, index: number): Layer[] {
  const [pointer, value] = [valueAt(operation, ['path']), valueAt(operation, ['value'])];
  if (typeof pointer !== 'string' || value === undefined) return [];
  return [{ document, base: [index, 'value'], value, into: parsePointer(pointer) }];
}

/** RFC 6901. */
const parsePointer = (pointer: string): Path =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));

/** Whether a target of a patch or replacement means an object. Labels and annotations are not asked: a patch that brings nothing of an object is never taken for the source of it. */
export function selects(target: Record<string, unknown>, kind: string, names: readonly string[]): boolean {
  return matches(target.kind, [kind]) && matches(target.name, names);
}

function matches(pattern: unknown, texts: readonly string[]): boolean {
  if (pattern === undefined || pattern === '') return true;
  if (typeof pattern !== 'string') return false;
  try {
    const compiled = RE2JS.compile(pattern);
    return texts.some((text) => compiled.matches(text));
  } catch {
    return false;
  }
}
