import type { Any } from '../config';

/** A configuration written without Envoy's own type (`udpa.type.v1.TypedStruct`, `xds.type.v3.TypedStruct`). */
interface TypedStruct extends Any {
  typeUrl?: string;
  value?: object;
}

/** The full name of a message's type without the host before it, such as `envoy.extensions.filters.http.rbac.v3.RBAC`. */
export function typeOf(any: Any | undefined): string {
  const outer = nameIn(any?.['@type']);
  return outer.endsWith('.TypedStruct') ? nameIn((any as TypedStruct).typeUrl) : outer;
}

/** What a message holds, taken out of a TypedStruct where it is wrapped in one. */
export function contentOf(any: Any | undefined): object {
  if (any && nameIn(any['@type']).endsWith('.TypedStruct')) return (any as TypedStruct).value ?? {};
  return any ?? {};
}

const nameIn = (url: string | undefined): string => url?.slice(url.lastIndexOf('/') + 1) ?? '';
