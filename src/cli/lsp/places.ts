import type { Position, Range as LspRange } from 'vscode-languageserver';
import type { Place, SourceFile } from '../../source/file';
import { Field } from '../../source/field';
import type { Range } from '../../source/lines';
import type { Resource } from '../../source/resource';

/** A range as the protocol has it: lines and characters from 0. */
export const rangeOf = ({ start, end }: Range): LspRange => ({
  start: { line: start.line - 1, character: start.column - 1 },
  end: { line: end.line - 1, character: end.column - 1 },
});

/** The range of a place. */
export const placeRange = ({ range }: Place): LspRange => rangeOf(range);

/** The deepest value of a file that holds a position, with its way from the object's root; undefined outside of objects. */
export function fieldAt(file: SourceFile, position: Position): Field | undefined {
  for (const resource of file.resources) {
    if (!isIn(file.rangeOf(resource.document.slice), position)) continue;
    const found = deepest(new Field(resource, [], resource.written), position);
    if (found) return found;
  }
  return undefined;
}

/** A list's or map's own place is only its head: what is in it is looked at as well. */
function deepest(field: Field, position: Position): Field | undefined {
  const { value } = field;
  if (value !== null && typeof value === 'object')
    for (const step of Array.isArray(value) ? value.keys() : Object.keys(value)) {
      const found = deepest(field.child(step), position);
      if (found) return found;
    }
  if (field.path.length === 0) return undefined;
  return isIn(field.range, position) || isIn(field.key.range, position) ? field : undefined;
}

export const isIn = ({ start, end }: Range, { line, character }: Position): boolean =>
  (line > start.line - 1 || (line === start.line - 1 && character >= start.column - 1)) &&
  (line < end.line - 1 || (line === end.line - 1 && character <= end.column - 1));

/** The whole text of an object, without its trailing empty lines. */
export function extentOf({ document }: Resource<unknown>): Range {
  const { file, slice } = document;
  const text = file.text.slice(slice.start, slice.end);
  return file.rangeOf({ start: slice.start + text.search(/\S|$/), end: slice.start + text.trimEnd().length });
}
