/** The text of documents, put together from what each object of theirs becomes. */
import type { Edit } from '../rules/rule';
import type { Document, SourceFile } from '../source/file';
import type { KubernetesObject } from '../source/resource';
import { toYaml } from '../source/to-yaml';

/** What becomes of an object. */
export type Fate =
  | { readonly kind: 'stays'; readonly edits: readonly Edit[] }
  /** Others say what it said; the comment says where, if it leaves nothing in its place. */
  | { readonly kind: 'replaced'; readonly by: readonly KubernetesObject[]; readonly comment?: string }
  /** Nothing says what it said: it stays as a comment. */
  | { readonly kind: 'commented'; readonly comment: string };

/** A file with each document as its objects became; without the documents that `isKept` leaves out, their lines empty. */
export function migratedText(
  file: SourceFile,
  texts: ReadonlyMap<Document, string>,
  isKept: (document: Document) => boolean = () => true,
): string {
  let text = '';
  let at = 0;
  for (const document of [...texts.keys()].sort((a, b) => a.slice.start - b.slice.start)) {
    if (document.file.path !== file.path) continue;
    const { start, end } = document.slice;
    const own = texts.get(document)!;
    text += file.text.slice(at, start) + (isKept(document) ? own : own.replace(/[^\n]/g, ''));
    at = end;
  }
  return text + file.text.slice(at);
}

/** The text of a document with one object. */
export function documentText(document: Document, fate: Fate): string {
  const written = writtenIn(document);
  switch (fate.kind) {
    case 'stays':
      return edited(document, fate.edits);
    case 'replaced':
      return fate.by.length > 0
        ? head(written) + objectsText(fate.by)
        : `${head(written)}${commentLines(fate.comment ?? '')}`;
    case 'commented':
      return commentLines(fate.comment) + ended(written).replace(/^(?=.)/gm, '# ');
  }
}

/** The text of a List: its objects as documents of their own, unless all of them stay. */
export function listText(
  document: Document,
  items: readonly { readonly value: KubernetesObject; readonly fate: Fate }[],
): string {
  if (items.every(({ fate }) => fate.kind === 'stays'))
    return edited(
      document,
      items.flatMap(({ fate }) => (fate.kind === 'stays' ? fate.edits : [])),
    );
  const parts = items.map(({ value, fate }) => {
    switch (fate.kind) {
      case 'stays':
        return toYaml(value);
      case 'replaced':
        return fate.by.length > 0 ? objectsText(fate.by) : commentLines(fate.comment ?? '');
      case 'commented':
        return commentLines(fate.comment) + commentLines(toYaml(value).trimEnd());
    }
  });
  return head(writtenIn(document)) + parts.join('---\n');
}

const writtenIn = ({ file, slice }: Document): string => file.text.slice(slice.start, slice.end);

function edited({ file, slice }: Document, edits: readonly Edit[]): string {
  let text = '';
  let at = slice.start;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    if (edit.start < at) continue;
    text += file.text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return text + file.text.slice(at, slice.end);
}

/** The comments and empty lines at the start of a document. */
const head = (written: string): string => /^(?:[ \t]*(?:#.*)?\r?\n)*/.exec(written)![0];

const ended = (written: string): string => (written.endsWith('\n') ? written : `${written}\n`);

const objectsText = (objects: readonly KubernetesObject[]): string => objects.map(toYaml).join('---\n');

const commentLines = (text: string): string =>
  text === ''
    ? ''
    : `${text
        .split('\n')
        .map((line) => `# ${line}`.trimEnd())
        .join('\n')}\n`;
