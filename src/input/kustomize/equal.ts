/** Whether two values of JSON are equal; the order of keys does not matter. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [mine, others] = [Object.entries(a), new Map<string, unknown>(Object.entries(b))];
  return (
    mine.length === others.size && mine.every(([key, value]) => others.has(key) && isEqual(value, others.get(key)))
  );
}
