import { type MessageField, fieldsOf } from '../../messages/table';

const known = new Map<string, ReadonlyMap<string, MessageField>>();

/** The fields of a message by their names, in both spellings that JSON knows; undefined where there is no such message. */
export function fieldNames(message: string): ReadonlyMap<string, MessageField> | undefined {
  const before = known.get(message);
  if (before) return before;
  const fields = fieldsOf(message);
  if (!fields) return undefined;
  const made = new Map(fields.flatMap((field) => [field.original, field.name].map((name) => [name, field] as const)));
  known.set(message, made);
  return made;
}
