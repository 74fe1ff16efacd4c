/** Fields that later releases do not read, written as those that do their work now. */
import type { Edit } from '../rules/rule';
import type { Field } from '../source/field';
import type { Resource } from '../source/resource';
import { removingEntry, replacingEntry } from './entries';

/** The edits for the removed fields of a VirtualService; what they cannot say stays in the document. */
export function removedFieldEdits(resource: Resource): Edit[] {
  if (resource.group !== 'networking.istio.io' || resource.kind !== 'VirtualService') return [];
  const http = listAt(resource.at(['spec']), 'http');
  const others = ['tls', 'tcp'].flatMap((protocol) => listAt(resource.at(['spec']), protocol));
  const edits = [
    ...http.flatMap((route) => [removed(route, 'websocketUpgrade'), abortShare(route)]),
    ...[...http, ...http.flatMap((route) => listAt(route, 'route'))].flatMap(headerEdits),
    ...others.flatMap((route) => listAt(route, 'match').map((match) => removed(match, 'sourceSubnet'))),
  ];
  return edits.filter((edit) => edit !== undefined);
}

function removed(owner: Field, name: string): Edit | undefined {
  const field = owner.child(name);
  return field.value === undefined ? undefined : removingEntry(field);
}

function abortShare(route: Field): Edit | undefined {
  const abort = route.child('fault').child('abort');
  const percent = abort.child('percent');
  if (typeof percent.value !== 'number' || abort.child('percentage').value !== undefined) return undefined;
  return replacingEntry(percent, { percentage: { value: percent.value } });
}

const HEADER_FIELDS = {
  appendHeaders: ['request', 'add'],
  appendRequestHeaders: ['request', 'add'],
  removeRequestHeaders: ['request', 'remove'],
  appendResponseHeaders: ['response', 'add'],
  removeResponseHeaders: ['response', 'remove'],
} as const;

/** The first of these fields becomes `headers` with what all of them say. */
function headerEdits(owner: Field): (Edit | undefined)[] {
  const fields = Object.keys(HEADER_FIELDS)
    .map((name) => owner.child(name))
    .filter(({ value }) => value !== undefined && value !== null);
  const [first, ...others] = fields;
  if (!first || owner.child('headers').value !== undefined) return [];
  const headers: Record<string, Record<string, object>> = {};
  for (const { path, value } of fields) {
    const [side, operation] = HEADER_FIELDS[path.at(-1) as keyof typeof HEADER_FIELDS];
    const known = headers[side]?.[operation];
    const merged = Array.isArray(value)
      ? [...((known ?? []) as unknown[]), ...(value as unknown[])]
      : { ...known, ...(value as object) };
    headers[side] = { ...headers[side], [operation]: merged };
  }
  return [replacingEntry(first, { headers }), ...others.map(removingEntry)];
}

const listAt = (owner: Field, name: string): Field[] => (owner.child(name) as Field<unknown[]>).items();
