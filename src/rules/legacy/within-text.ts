import type { Field } from '../../source/field';
import type { Place } from '../../source/file';

/** The place of an offset into a text that is written in one line without escapes; the field itself otherwise. */
export function withinText(field: Field, offset: number): Place {
  const { start, end } = field.range;
  if (start.line !== end.line) return field;
  const line = field.file.text.split('\n')[start.line - 1] ?? '';
  const written = line.slice(start.column - 1, end.column - 1);
  const skipped = [0, 1].find((quote) => written.slice(quote, written.length - quote) === field.value);
  if (skipped === undefined || offset >= written.length - skipped) return field;
  const { file, resource, pathText } = field;
  const range = { start: { ...start, column: start.column + skipped + offset }, end };
  return { file, resource, pathText, range };
}
