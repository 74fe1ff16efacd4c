/** Two messages of a type made one. istio: merge.Merge, merge.MergeWithReplaceList */
import { isZero, rivals } from './read';
import { wrapped } from './scalars';
import { type MessageField, fieldsOf } from './table';
import { isRecord } from '../../source/record';
import { own } from '../../source/own';

/** What becomes of a list that both messages have. */
export type Lists = 'append' | 'replace';

type Json = Readonly<Record<string, unknown>>;

/** What the patch says, and where it says nothing what was there before. Both are in the form that `readMessage` gives. */
export function mergeMessage<Message extends object>(
  type: string,
  target: Message,
  patch: object,
  lists: Lists = 'append',
): Message {
  const fields = fieldsOf(type);
  const out = { ...target } as Record<string, unknown>;
  for (const [name, value] of Object.entries(patch)) {
    const field = fields?.find((one) => one.name === name);
    out[name] = field ? mergeField(field, own(out, name), value, lists) : value;
    if (fields && field?.oneof !== undefined) for (const other of rivals(fields, field)) delete out[other];
  }
  return out as Message;
}

function mergeField({ type, form }: MessageField, before: unknown, value: unknown, lists: Lists): unknown {
  if (form === 'list') return mergeList(before, value, lists);
  if (form === 'map') return { ...(before as Json | undefined), ...(value as Json) };
  const scalar = wrapped(type);
  if (scalar) return before !== undefined && isZero(scalar, value) ? before : value;
  const special = own(MERGES, type);
  if (special) return special(before, value, lists);
  return fieldsOf(type) && isRecord(before) ? mergeMessage(type, before, value as Json, lists) : value;
}

const mergeList = (before: unknown, value: unknown, lists: Lists): unknown[] =>
  lists === 'append' && Array.isArray(before)
    ? [...(before as unknown[]), ...(value as unknown[])]
    : (value as unknown[]);

const MERGES: Readonly<Record<string, (before: unknown, value: unknown, lists: Lists) => unknown>> = {
  'google.protobuf.Any': mergeAny,
  'google.protobuf.Struct': (before, value) => ({ ...(before as Json | undefined), ...(value as Json) }),
  'google.protobuf.ListValue': mergeList,
  'google.protobuf.Value': mergeValue,
};

/** What is inside is only bytes here: those of the patch, if there are any. */
function mergeAny(before: unknown, value: unknown): unknown {
  const isEmpty = isRecord(value) && Object.keys(value).length === 1;
  return isEmpty && isRecord(before) && before['@type'] === value['@type'] ? before : value;
}

function mergeValue(before: unknown, value: unknown, lists: Lists): unknown {
  if (Array.isArray(before) && Array.isArray(value)) return mergeList(before, value, lists);
  return isRecord(before) && isRecord(value) ? { ...before, ...value } : value;
}
