/** How a patch's value becomes part of a piece of configuration. */
import type { Any, Extension } from '../../envoy/config';
import { mergeMessage } from '../../schema/messages/merge';
import { typeNamed } from '../../schema/messages/read';
import { fieldsOf } from '../../schema/messages/table';
import { isRecord } from '../../source/record';
import type { Push } from '../context';
import { type Origins, from } from '../origins';
import { MESSAGES, type Patch, type Patched } from './patches';
import { own } from '../../source/own';

/** istio: mergePatchValue */
export function merged<Piece extends object>(push: Push, piece: Piece, { target, operation, value }: Patch): Piece {
  const lists = operation === 'MERGE_AND_REPLACE_LIST' ? 'replace' : 'append';
  return keepOrigins(push.origins, piece, mergeMessage(MESSAGES[target as Patched], piece, value, lists));
}

/** A piece in place of another, with the origin that it had. */
export const instead = <Piece extends object>({ origins }: Push, before: Piece, after: Piece): Piece =>
  from(origins, origins.get(before), after);

/** Of what was copied on the way to a change, each piece keeps its origin. */
function keepOrigins<Piece extends object>(origins: Origins, before: Piece, after: Piece): Piece {
  if (before === after) return after;
  for (const [name, value] of Object.entries(after)) {
    const old = own(before as Record<string, unknown>, name);
    if (isRecord(value) && isRecord(old)) keepOrigins(origins, old, value);
  }
  return from(origins, origins.get(before), after);
}

/** Two messages of different types, which Pilot gives up on: what was still to be patched stays as it is. */
export class TypeMismatch extends Error {}

/** A message in an `Any` with that of a patch. Types that are not known stay what they are. istio: util.MergeAnyWithAny */
export function mergedAny<Config extends Any>(push: Push, config: Config, patch: Any): Config {
  const [type, other] = [config, patch].map((any) => typeNamed(any['@type'] ?? ''));
  if (!fieldsOf(type!) || !fieldsOf(other!)) return config;
  if (type !== other) throw new TypeMismatch(`${other} does not fit ${type}`);
  return keepOrigins(push.origins, config, mergeMessage(type!, config, patch));
}

/** A filter that is merged: its name may be another one, and its configuration of the same type is merged. istio: patchNetworkFilter, mergeHTTPFilter */
export function mergedFilter<Filter extends Extension>(push: Push, filter: Filter, value: Extension): Filter {
  const { typedConfig } = filter;
  if (!typedConfig) return filter;
  return instead(push, filter, {
    ...filter,
    ...(value.name && { name: value.name }),
    ...(value.typedConfig && { typedConfig: mergedAny(push, typedConfig, value.typedConfig) }),
  });
}
