import { RE2JS } from 're2js';
import type { Applied } from '../../input/kustomize/item';
import { Document } from '../../source/file';
import { type Path, valueAt } from '../../source/path';
import { splitDocuments } from '../../source/split';
import type { Layer } from './layers';

const documents = new WeakMap<Applied, Document>();

/** What a patch brought to an object, as layers. */
export function layersOf(patch: Applied): Layer[] {
  const document = documents.get(patch) ?? documentOf(patch);
  documents.set(patch, document);
  const { value } = patch;
  if (Array.isArray(value)) return value.flatMap((operation, index) => jsonPatchLayer(document, operation, index));
  return [{ document, base: [], value, into: [] }];
}

/** A patch written as a block of text in the kustomization is a document in the midst of another. */
function documentOf({ file, slice, inline }: Applied): Document {
  if (!inline) return new Document(file, slice, undefined);
  const [around = { start: 0, end: file.text.length }] = splitDocuments(file.text);
  const whole = new Document(file, around, undefined);
  const span = whole.positions.wholeSpan(inline);
  const text = span && whole.text.slice(span.start, span.end);
  if (!span || !text?.startsWith('|')) return whole;
  const start = around.start + span.start + text.indexOf('\n') + 1;
  return new Document(file, { start, end: around.start + span.end }, undefined);
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

/** Whether a target of a replacement may mean an object that nobody has rendered. */
export function selects(target: Record<string, unknown>, kind: string, names: readonly string[]): boolean {
  return matches(target['kind'], [kind]) && matches(target['name'], names);
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
