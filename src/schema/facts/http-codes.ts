const NAMED_CODES: readonly (readonly [from: number, to: number])[] = [
  [100, 103],
  [200, 208],
  [226, 226],
  [300, 305],
  [307, 308],
  [400, 418],
  [421, 426],
  [428, 429],
  [431, 431],
  [451, 451],
  [500, 508],
  [510, 511],
];

/** Whether a code of HTTP has a name. Source: Go net/http StatusText. */
export const isNamedCode = (code: number): boolean => NAMED_CODES.some(([from, to]) => from <= code && code <= to);
