/** Edits of the text that change entries of maps and leave everything around them as it is written. */
import type { Edit } from '../rules/rule';
import type { Field } from '../source/field';
import type { Path } from '../source/path';
import { toFlowYaml, toYaml } from '../source/to-yaml';

/** Where an entry of a map stands in its document, and whether the map is written in block style. */
interface Entry {
  readonly start: number;
  readonly end: number;
  readonly style: 'block' | 'flow';
  /** The characters before the key on its line. */
  readonly lead: string;
  /** Whether the document is JSON, which has no other way to write a value. */
  readonly isJson: boolean;
}

/** Writes other entries in the place of one; undefined where its text is not that of the value alone. */
export function replacingEntry(field: Field, entries: Readonly<Record<string, unknown>>): Edit | undefined {
  const entry = entryAt(field);
  return entry && editOf(field, entry.start, entry.end, entriesText(entries, entry));
}

/** Writes other entries before one; undefined where it is not written in a map of its own. */
export function insertingBefore(field: Field, entries: Readonly<Record<string, unknown>>): Edit | undefined {
  const entry = entryAt(field);
  if (!entry) return undefined;
  const between = entry.style === 'flow' ? ', ' : `\n${' '.repeat(entry.lead.length)}`;
  return editOf(field, entry.start, entry.start, `${entriesText(entries, entry)}${between}`);
}

/** Takes an entry out of its map; undefined where this cannot be done without rewriting the map. */
export function removingEntry(field: Field): Edit | undefined {
  const entry = entryAt(field);
  const parent = field.resource.at(field.path.slice(0, -1));
  if (!entry || parent.value === null || typeof parent.value !== 'object') return undefined;
  const siblings = Object.keys(parent.value)
    .filter((key) => key !== field.path.at(-1))
    .flatMap((key) => entryAt(parent.child(key)) ?? []);
  const next = siblings.filter(({ start }) => start > entry.start).sort((a, b) => a.start - b.start)[0];
  const before = siblings.filter(({ start }) => start < entry.start).sort((a, b) => b.start - a.start)[0];
  const { text } = field.resource.document;
  if (entry.style === 'block' && entry.lead.trim() === '') {
    if (!next && !before) return removingEntry(parent);
    const lineStart = text.lastIndexOf('\n', entry.start) + 1;
    const lineEnd = text.indexOf('\n', entry.end);
    return editOf(field, lineStart, lineEnd < 0 ? text.length : lineEnd + 1, '');
  }
  if (next) return editOf(field, entry.start, next.start, '');
  if (before) return editOf(field, before.end, entry.end, '');
  return removingEntry(parent);
}

function entryAt(field: Field): Entry | undefined {
  const { resource, path } = field;
  const { document, base, provenance } = resource;
  if (provenance || typeof path.at(-1) !== 'string') return undefined;
  const whole: Path = [...base, ...path];
  const { positions, text } = document;
  const key = positions.keySpan(whole);
  const value = positions.wholeSpan(whole);
  if (!value || value.start < key.end || /[&*]/.test(text.slice(key.end, value.start))) return undefined;
  const lead = text.slice(text.lastIndexOf('\n', key.start - 1) + 1, key.start);
  const style = /^ *(?:- +)*$/.test(lead) ? 'block' : 'flow';
  return { start: key.start, end: endOf(text, value), style, lead, isJson: /^\s*\{/.test(text) };
}

/** Comments and empty lines behind a value belong to what follows. */
function endOf(text: string, { start, end }: { start: number; end: number }): number {
  const lines = text.slice(start, end).split('\n');
  while (lines.length > 1 && /^\s*(?:#.*)?$/.test(lines.at(-1)!)) lines.pop();
  return start + lines.join('\n').trimEnd().length;
}

function entriesText(entries: Readonly<Record<string, unknown>>, { style, lead, isJson }: Entry): string {
  if (style === 'flow') return (isJson ? JSON.stringify(entries) : toFlowYaml(entries)).slice(1, -1);
  return toYaml(entries)
    .trimEnd()
    .replaceAll('\n', `\n${' '.repeat(lead.length)}`);
}

function editOf({ resource }: Field, start: number, end: number, text: string): Edit {
  const { file, slice } = resource.document;
  return { file, start: slice.start + start, end: slice.start + end, text };
}
