import type { Field } from '../source/field';
import { UnreadableYaml, loadValue } from '../source/values';
import type { Edit, Fix } from './rule';

/** A fix that writes another value in the place of a scalar; undefined where the value does not stand there as it is. */
export function replacing(
  field: Field,
  value: string | number | boolean,
  safety: Fix['safety'] = 'safe',
): Fix | undefined {
  return changing(field, field.value, scalarText(value), `write ${JSON.stringify(value)}`, safety);
}

/** A fix that gives the value of a field another name. */
export function renaming(field: Field, name: string, safety: Fix['safety'] = 'safe'): Fix | undefined {
  return changing(field.key, field.path.at(-1), scalarText(name), `rename it to ${JSON.stringify(name)}`, safety);
}

/** Aliases, merged keys and texts of many lines are written elsewhere or otherwise: there is nothing to put in their place. */
function changing(
  { file, range }: Field,
  written: unknown,
  text: string,
  title: string,
  safety: Fix['safety'],
): Fix | undefined {
  const start = offset(file, range.start);
  const end = offset(file, range.end);
  if (range.start.line !== range.end.line || scalarIn(file.text.slice(start, end)) !== written) return undefined;
  const edit: Edit = { file, start, end, text };
  return { title, safety, edits: () => [edit] };
}

function scalarIn(text: string): unknown {
  try {
    return loadValue(text);
  } catch (error) {
    if (error instanceof UnreadableYaml) return undefined;
    throw error;
  }
}

const PLAIN = /^[\w./][\w./-]*$/;

/** A value as YAML that reads as it, wherever it stands. */
function scalarText(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  return PLAIN.test(value) && scalarIn(value) === value ? value : JSON.stringify(value);
}

const offset = (file: Field['file'], { line, column }: Field['range']['start']): number =>
  file.offsetOfLine(line) + column - 1;
