/** An object whose optional properties can also be undefined, as optional values of another object are read. */
type Loose<T> = { [Key in keyof T]: T[Key] | undefined };

/** The object without its undefined properties, so that it says nothing of them instead of overriding what it is merged with. */
export function withoutUndefined<T extends object>(object: Loose<T>): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
