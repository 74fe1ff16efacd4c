/** The protobuf messages that Envoy's configuration is made of, as schemas/envoy-1.37/messages.json describes them. */
import { own } from '../../source/own';

/** A field of a message. */
export interface MessageField {
  /** As JSON spells it, `filterChains`. */
  readonly name: string;
  /** As protobuf spells it, `filter_chains`; JSON may spell it so as well. */
  readonly original: string;
  /** A scalar such as `uint32`, or the full name of a message or enumeration. */
  readonly type: string;
  readonly form: 'one' | 'list' | 'map';
  /** A scalar that is written down even where it is zero or empty. */
  readonly hasPresence: boolean;
  /** Of the fields with one of these only one can be set. */
  readonly oneof: string | undefined;
}

/** The numbers of an enumeration's values. */
export type EnumValues = ReadonlyMap<string, number>;

interface Table {
  readonly messages: Readonly<Record<string, string>>;
  readonly enums: Readonly<Record<string, string>>;
}

/** The fields of a message in the order of their declaration, or undefined where nothing is known of it. */
export const fieldsOf = cached((message) => {
  const text = own(table().messages, message);
  return text?.split(', ').filter(Boolean).map(fieldReader(message));
});

/** The names of all messages. */
export const messageNames = (): string[] => Object.keys(table().messages);

/** The values of an enumeration, or undefined where the name is not that of one. */
export const enumValues = cached((name): EnumValues | undefined => {
  const text = own(table().enums, name);
  return text === undefined ? undefined : new Map(text.split(' ').map(enumEntry));
});

function enumEntry(text: string): [string, number] {
  const [value = '', number] = text.split('=');
  return [value, Number(number)];
}

const FIELD = /^(\w+)(\[\]|\{\}|\?)? ([\w.]+)(?:\|(\d+))?$/;

function fieldReader(message: string): (text: string) => MessageField {
  const scope = /^(?:[a-z]\w*\.)+/.exec(message)?.[0] ?? '';
  return (text) => {
    const [, original = '', mark, type = '', oneof] = FIELD.exec(text) ?? [];
    const form = mark === '[]' ? 'list' : mark === '{}' ? 'map' : 'one';
    const hasPresence = mark === '?' || oneof !== undefined;
    return { name: camelCase(original), original, type: fullName(scope, type), form, hasPresence, oneof };
  };
}

const camelCase = (name: string) => name.replace(/(?<!_)_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());

function fullName(scope: string, type: string): string {
  if (type.startsWith('.')) return scope + type.slice(1);
  return /^[A-Z]\w*$/.test(type) ? `google.protobuf.${type}` : type;
}

function cached<Answer>(answer: (name: string) => Answer): (name: string) => Answer {
  const known = new Map<string, Answer>();
  return (name) => {
    if (!known.has(name)) known.set(name, answer(name));
    return known.get(name)!;
  };
}

// The build puts the table beside the bundle; it is read when an EnvoyFilter is first met.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const table = (): Table => require('#validators/envoy-1.37/messages') as Table;
