/**
 * What a map has under a key. The keys and values of the input may be names that every object inherits: `record['constructor']` is a
 * function where the map has no such key.
 */
export const own = <Value>(
  record: Readonly<Record<string, Value>> | null | undefined,
  key: string | number,
): Value | undefined =>
  record !== null && record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;

/** Sets a value in a map. An assignment takes the key `__proto__` for the prototype of the map. */
export function put<Value>(record: Record<string, Value>, key: string, value: NoInfer<Value>): void {
  if (key === '__proto__')
    Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  else record[key] = value;
}
