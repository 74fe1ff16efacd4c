import type { Field } from '../source/field';

/** Which YAML field each piece of Envoy configuration came from. The configuration itself stays clean of it, as a compiler's output does. */
export type Origins = WeakMap<object, Field>;

/** Remembers where a piece of configuration came from, and returns it. */
export function from<Piece extends object>(origins: Origins, field: Field | undefined, piece: Piece): Piece {
  if (field) origins.set(piece, field);
  return piece;
}
