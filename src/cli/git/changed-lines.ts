import type { Place } from '../../source/file';
import { type Repository, git } from './git';
import { own } from '../../source/own';

/** The lines that a change wrote, by file: first and last of each stretch. */
export type ChangedLines = ReadonlyMap<string, readonly (readonly [number, number])[]>;

const EVERY_LINE: readonly (readonly [number, number])[] = [[1, Infinity]];

/** The lines in which the index (or the working tree, with its new files) differs from a commit. */
export function changedLines(from: { commit: string } | 'staged', repository: Repository): ChangedLines {
  const { root } = repository;
  const plain = [
    '--unified=0',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    // In a submodule git would run with the settings of that repository.
    '--ignore-submodules=all',
    '--find-renames',
    '--src-prefix=a/',
    '--dst-prefix=b/',
  ];
  const what = from === 'staged' ? ['--cached'] : [from.commit];
  const lines = parseDiff(git(root, ['diff', ...plain, ...what, '--']).toString());
  if (from === 'staged') return lines;
  const created = git(root, ['ls-files', '--others', '--exclude-standard', '-z']).toString().split('\0');
  return new Map([...lines, ...created.filter(Boolean).map((path) => [path, EVERY_LINE] as const)]);
}

/** The new side of a diff without context. A file of which lines were only deleted has none. */
export function parseDiff(diff: string): ChangedLines {
  const files = new Map<string, [number, number][]>();
  let stretches: [number, number][] = [];
  let left = 0;
  for (const line of diff.split('\n')) {
    // Lines of the hunk itself: one may look like a header.
    if (left > 0 && /^[-+\\]/.test(line)) left -= line.startsWith('\\') ? 0 : 1;
    else if (line.startsWith('diff --git ')) stretches = [];
    else if (line.startsWith('+++ ')) files.set(newPath(line.slice(4)), stretches);
    else {
      const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
      if (!hunk) continue;
      const [removed, start, added] = [Number(hunk[1] ?? 1), Number(hunk[2]), Number(hunk[3] ?? 1)];
      left = removed + added;
      if (added) stretches.push([start, start + added - 1]);
    }
  }
  return files;
}

/** `b/path`, in quotes with escapes where it holds unusual characters; a tab ends a name with spaces. */
function newPath(written: string): string {
  const name = written.startsWith('"') ? unquoted(written) : written.replace(/\t$/, '');
  return name.replace(/^b\//, '');
}

const ESCAPES: Record<string, string> = { a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' };

const unquoted = (text: string): string =>
  text
    .slice(1, text.lastIndexOf('"'))
    .replace(/\\([0-7]{3}|.)/g, (_, escape: string) =>
      escape.length === 3 ? String.fromCharCode(parseInt(escape, 8)) : (own(ESCAPES, escape) ?? escape),
    );

/** Whether a place touches lines that the change wrote. */
export function liesIn(lines: ChangedLines, { file, range }: Place, inRepository: (path: string) => string): boolean {
  const stretches = lines.get(inRepository(file.path)) ?? [];
  return stretches.some(([first, last]) => first <= range.end.line && range.start.line <= last);
}
