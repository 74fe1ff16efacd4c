/** Whether a value is a message of Envoy's configuration. istio: xds.BuildXDSObjectFromStruct, protobuf: jsonpb.Unmarshaler */
import { isRecord } from '../../../source/record';
import { nearest } from '../../spelling';
import { shown } from '../../shape/misfit';
import type { Part } from '../part';
import { type MessageField, enumValues } from '../../messages/table';
import { fieldNames } from './messages';
import { checkEnum, checkScalar } from './scalars';
import { typeMeant } from './types';
import { checkWellKnown, isWellKnown } from './well-known';

type Message = Record<string, unknown>;

/** Refuses what cannot be read as a message, and doubts the fields that it does not have. */
export function checkMessage(part: Part, message: string): void {
  if (part.value === null) return;
  if (message === 'google.protobuf.Any') return checkAny(part);
  if (isWellKnown(message)) return checkWellKnown(part, message);
  if (isRecord(part.value)) checkFields(part as Part<Message>, message, Object.keys(part.value));
  else part.refuse(`expected a map, found ${shown(part.value)}`, { reason: 'wrong-type' });
}

function checkFields(part: Part<Message>, message: string, names: readonly string[]): void {
  const fields = fieldNames(message);
  if (!fields) return;
  const chosen = new Map<string, string>();
  for (const name of names) {
    const field = fields.get(name);
    const place: Part = part.at(name);
    if (!field) unknownField(place, message);
    else if (place.value !== null) {
      checkOneof(place, field, chosen);
      checkField(place, field);
    }
  }
}

/** The names are as the document spells them. */
function unknownField(part: Part, message: string): void {
  const names = [...(fieldNames(message)?.keys() ?? [])];
  const meant = nearest(part.key, spelledAlike(part.key, names));
  const short = message.slice(message.lastIndexOf('.') + 1);
  const help = meant === undefined ? '' : `; did you mean "${meant}"?`;
  part.doubt(`Envoy's ${short} has no field "${part.key}"${help}`, {
    on: 'key',
    reason: 'unknown-field',
    suggestion: meant === undefined ? undefined : { replaceKey: meant },
  });
}

const spelledAlike = (name: string, names: readonly string[]) =>
  /[A-Z]/.test(name) ? names.filter((other) => !other.includes('_')) : names.filter((other) => !/[A-Z]/.test(other));

/** Differs: protobuf takes several fields of a oneof without a word, and forgets all but the last. */
function checkOneof(part: Part, { oneof, name }: MessageField, chosen: Map<string, string>): void {
  if (oneof === undefined) return;
  const other = chosen.get(oneof);
  if (other === undefined) chosen.set(oneof, name);
  else if (other !== name)
    part.doubt(`"${name}" and "${other}" are mutually exclusive; Envoy keeps only one of them`, {
      on: 'key',
      ours: true,
    });
}

function checkField(part: Part, field: MessageField): void {
  switch (field.form) {
    case 'one':
      return checkValue(part, field.type);
    case 'list':
      if (!Array.isArray(part.value))
        return part.refuse(`expected a list, found ${shown(part.value)}`, { reason: 'wrong-type' });
      for (const item of part.items() as Part[]) checkValue(item, field.type);
      return;
    case 'map':
      if (!isRecord(part.value))
        return part.refuse(`expected a map, found ${shown(part.value)}`, { reason: 'wrong-type' });
      for (const entry of part.entries() as Part[]) checkValue(entry, field.type);
  }
}

function checkValue(part: Part, type: string): void {
  if (!type.includes('.')) checkScalar(part, type);
  else if (enumValues(type)) checkEnum(part, type);
  else checkMessage(part, type);
}

/** A message that says which it is. */
function checkAny(part: Part): void {
  if (!isRecord(part.value)) return part.refuse(`expected a map, found ${shown(part.value)}`);
  const type: Part = (part as Part<Message>).at('@type');
  if (type.value === undefined) return part.refuse('"@type" is missing: it identifies the message type', { on: 'key' });
  if (typeof type.value !== 'string') return type.refuse(`expected text, found ${shown(type.value)}`);
  const message = type.value.slice(type.value.lastIndexOf('/') + 1);
  if (!fieldNames(message) && !FOREIGN.test(message)) return unknownType(type as Part<string>, message);
  if (!isWellKnown(message) && message !== 'google.protobuf.Any')
    return checkFields(
      part as Part<Message>,
      message,
      Object.keys(part.value).filter((name) => name !== '@type'),
    );
  const value: Part = (part as Part<Message>).at('value');
  if (value.value === undefined) part.refuse(`"value" is missing: it holds the ${message}`, { on: 'key' });
  else checkMessage(value, message);
}

/** Messages that Envoy has from elsewhere, and of which we know nothing. */
const FOREIGN = /^(google|cel)\./;

function unknownType(part: Part<string>, message: string): void {
  const meant = typeMeant(message);
  const because = /\.v2(alpha\d*)?\./.test(message) ? ': Envoy removed its API v2' : '';
  const help = meant === undefined ? '' : `; did you mean "${meant}"?`;
  const replaceValue = part.value.slice(0, part.value.lastIndexOf('/') + 1) + (meant ?? '');
  part.refuse(`unknown type "${message}"${because}${help}`, {
    reason: 'enum',
    suggestion: meant === undefined ? undefined : { replaceValue },
  });
}
