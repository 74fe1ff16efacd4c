import { nearest } from '../../spelling';
import { messageNames } from '../../messages/table';

/** The message that was probably meant by a name that is none: one of a later version of the API, or one of a like name. */
export function typeMeant(message: string): string | undefined {
  const names = messageNames();
  return laterVersion(message, names) ?? nearest(message, names);
}

const VERSION = /\.v\d+(alpha\d*|beta\d*)?\./;

/** `envoy.config.filter.http.lua.v2.Lua` has become `envoy.extensions.filters.http.lua.v3.Lua`: the words around the version stay. */
function laterVersion(message: string, names: readonly string[]): string | undefined {
  const tail = tailOf(message);
  const alike = tail === undefined ? [] : names.filter((name) => tailOf(name) === tail);
  return alike.find((name) => wordBeforeVersion(name, 2) === wordBeforeVersion(message, 2)) ?? alike[0];
}

/** The word in front of the version, and what stands behind it. */
function tailOf(name: string): string | undefined {
  const found = VERSION.exec(name);
  if (!found) return undefined;
  return `${wordBeforeVersion(name, 1)}.${name.slice(found.index + found[0].length)}`;
}

const wordBeforeVersion = (name: string, back: number) => name.split(VERSION)[0]?.split('.').at(-back);
