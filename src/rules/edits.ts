import { unmistakable } from '../schema/spelling';
import type { Field } from '../source/field';
import { UnreadableYaml, loadValue } from '../source/values';
import type { Edit, Fix } from './rule';

/** A fix that writes another value in the place of a scalar; undefined where the value does not stand there as it is. */
export function replacing(
  field: Field,
  value: string | number | boolean,
  safety: Fix['safety'] = 'safe',
): Fix | undefined {
  return changing(field, field.value, value, `write ${JSON.stringify(value)}`, safety);
}

/** A fix that writes the only one of some names that can be meant; unsafe, since what did not work then does. */
export function respelling(field: Field<string | undefined>, names: Iterable<string>): Fix | undefined {
  const meant = unmistakable(field.value ?? '', names);
  return meant === undefined ? undefined : replacing(field, meant, 'unsafe');
}

/** A fix that gives the value of a field another name. */
export function renaming(field: Field, name: string, safety: Fix['safety'] = 'safe'): Fix | undefined {
  return changing(field.key, field.path.at(-1), name, `rename it to ${JSON.stringify(name)}`, safety);
}

/** Aliases, merged keys and texts of many lines are written elsewhere or otherwise, and what has an alias is meant twice. */
function changing(
  { file, range }: Field,
  written: unknown,
  value: string | number | boolean,
  title: string,
  safety: Fix['safety'],
): Fix | undefined {
  const start = file.offsetOf(range.start);
  const end = file.offsetOf(range.end);
  const before = file.text.slice(start, end);
  if (range.start.line !== range.end.line || scalarIn(before) !== written || isAliased(file.text, start))
    return undefined;
  const edit: Edit = { file, start, end, text: scalarText(value, before) };
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

/** Whether what stands at an offset has an anchor to which others refer. */
function isAliased(text: string, start: number): boolean {
  const anchor = /&([^\s,[\]{}]+)[ \t]+$/.exec(text.slice(text.lastIndexOf('\n', start - 1) + 1, start))?.[1];
  return anchor !== undefined && text.includes(`*${anchor}`);
}

const PLAIN = /^[\w./][\w./-]*$/;

/** A value as YAML that reads as it, wherever it stands, in the quotes that were there before. */
function scalarText(value: string | number | boolean, before: string): string {
  if (typeof value !== 'string') return String(value);
  if (before.startsWith("'")) return `'${value.replaceAll("'", "''")}'`;
  return !before.startsWith('"') && PLAIN.test(value) && scalarIn(value) === value ? value : JSON.stringify(value);
}
