import type { Edit as FileEdit } from '../rules/rule';
import type { Style } from './style';
import { visible, visibleLine } from './visible';

const CONTEXT = 3;

/** What is changed of a text, whichever that is. */
type Edit = Pick<FileEdit, 'start' | 'end' | 'text'>;

/** Lines of the old text from one number to another (from 0, the end exclusive), and the lines that take their place. */
interface Change {
  from: number;
  to: number;
  lines: string[];
}

/** What edits change of one text, as `patch -p1` and `git apply` take it. They must not overlap, and stand in their order. */
export function unifiedDiff(path: string, text: string, edits: readonly Edit[], style: Style): string {
  const lines = linesOf(text);
  const head = [style.strong(`--- ${named(`a/${path}`)}`), style.strong(`+++ ${named(`b/${path}`)}`)];
  let shift = 0;
  const hunks = together(changesOf(text, edits)).map((changes) => {
    const shown = hunk(lines, changes, shift, style);
    for (const { from, to, lines: added } of changes) shift += added.length - (to - from);
    return shown;
  });
  return `${[...head, ...hunks.flat()].join('\n')}\n`;
}

/** As git names files: in quotes where a character would end the name or the line, and with a tab behind a name with spaces. */
const named = (path: string): string =>
  visible(path) !== path || /["\\]/.test(path)
    ? visible(JSON.stringify(path))
    : path.includes(' ')
      ? `${path}\t`
      : path;

const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Edits by the lines that they touch; those of one line make one change. */
function changesOf(text: string, edits: readonly Edit[]): Change[] {
  const groups: { start: number; end: number; edits: Edit[] }[] = [];
  for (const edit of edits) {
    const start = edit.start === 0 ? 0 : text.lastIndexOf('\n', edit.start - 1) + 1;
    const next = text.indexOf('\n', edit.end);
    const end = next < 0 ? text.length : next + 1;
    const last = groups.at(-1);
    if (last && start < last.end) {
      last.edits.push(edit);
      last.end = Math.max(last.end, end);
    } else groups.push({ start, end, edits: [edit] });
  }
  let from = 0;
  let at = 0;
  return groups.flatMap(({ start, end, edits: own }) => {
    from += linesOf(text.slice(at, start)).length;
    at = start;
    const old = text.slice(start, end);
    const moved = own.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
    const now = edited(old, moved);
    return now === old ? [] : [{ from, to: from + linesOf(old).length, lines: linesOf(now) }];
  });
}

/** A text with edits made, which must not overlap. */
export function edited(text: string, edits: readonly Edit[]): string {
  let at = 0;
  const pieces = [...edits]
    .sort((a, b) => a.start - b.start)
    .flatMap(({ start, end, text: instead }) => {
      const before = text.slice(at, start);
      at = end;
      return [before, instead];
    });
  return [...pieces, text.slice(at)].join('');
}

/** Changes that are so near to one another that they share their context. */
function together(changes: readonly Change[]): Change[][] {
  const groups: Change[][] = [];
  for (const change of changes) {
    const last = groups.at(-1);
    if (last && change.from - last.at(-1)!.to <= 2 * CONTEXT) last.push(change);
    else groups.push([change]);
  }
  return groups;
}

function hunk(lines: readonly string[], changes: readonly Change[], shift: number, style: Style): string[] {
  const first = Math.max(changes[0]!.from - CONTEXT, 0);
  const end = Math.min(changes.at(-1)!.to + CONTEXT, lines.length);
  const shown: string[] = [];
  let at = first;
  for (const { from, to, lines: added } of changes) {
    shown.push(...marked(' ', lines.slice(at, from)));
    shown.push(...marked('-', lines.slice(from, to)).map((line) => style.error(line)));
    shown.push(...marked('+', added).map((line) => style.good(line)));
    at = to;
  }
  shown.push(...marked(' ', lines.slice(at, end)));
  const grown = changes.reduce((sum, { from, to, lines: added }) => sum + added.length - (to - from), 0);
  const range = (start: number, length: number) => `${length === 0 ? start : start + 1},${length}`;
  return [style.info(`@@ -${range(first, end - first)} +${range(first + shift, end - first + grown)} @@`), ...shown];
}

const marked = (mark: string, lines: readonly string[]): string[] =>
  lines.map((line) =>
    line.endsWith('\n')
      ? mark + visibleLine(line.slice(0, -1))
      : `${mark}${visibleLine(line)}\n\\ No newline at end of file`,
  );
