import type { Field } from '../source/field';
import type { Edit, Fix } from './rule';

/** A fix that writes another value in the place of a scalar. */
export const replacing = (field: Field, value: string | number, safety: Fix['safety'] = 'safe'): Fix => ({
  title: `write ${JSON.stringify(value)}`,
  safety,
  edits: () => [edit(field, String(value))],
});

function edit({ file, range }: Field, text: string): Edit {
  const start = offset(file, range.start);
  const end = offset(file, range.end);
  return { file, start, end, text };
}

const offset = (file: Field['file'], { line, column }: Field['range']['start']): number =>
  file.offsetOfLine(line) + column - 1;
