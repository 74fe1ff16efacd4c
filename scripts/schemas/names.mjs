// What the originals call the structures that a schema repeats: `StringMatch`, `Destination`, `HTTPRouteRule`. Custom resource
// definitions have lost these names; they are in the protobuf messages and Go structs that the definitions were made from.
import protobuf from 'protobufjs';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NEWEST_API, fileOf, filesIn, textOf } from './modules.mjs';

/** The messages of protobuf files of a module, everything they import included. */
export function messages(module, files) {
  const root = new protobuf.Root();
  root.resolvePath = (origin, target) =>
    [
      target,
      fileOf(module, target),
      fileOf(module, 'common-protos', target),
      join(dirname(origin), target),
      fileOf(NEWEST_API, 'common-protos', target),
    ].find((path) => existsSync(path)) ?? target;
  root.loadSync(
    files.map((file) => fileOf(module, file)),
    { keepCase: true },
  );
  root.resolveAll();
  return root;
}

export const jsonName = (field) => field.options?.json_name ?? camelCase(field.name);
export const camelCase = (name) => name.replace(/_+([a-zA-Z0-9])/g, (_, letter) => letter.toUpperCase());

/** Messages of one name that are used side by side, or that are a kind as well. */
const RENAMED = {
  '.istio.type.v1beta1.WorkloadSelector': 'WorkloadMatchLabels',
  '.istio.networking.v1alpha3.WorkloadEntry': 'WorkloadEntrySpec',
  '.istio.authentication.v1alpha1.StringMatch': 'AuthenticationStringMatch',
};

/** A message's name without its package: `ConnectionPoolSettings.TCPSettings` is `ConnectionPoolSettingsTCPSettings`. */
export const plainName = (type) =>
  RENAMED[type.fullName] ?? type.fullName.replace(/^\.([a-z0-9_]+\.)*/, '').replaceAll('.', '');

/** Names of the structures below a message: (name of a structure, field in it) -> name of the structure in that field. */
export function namesFromMessages(root) {
  const fields = new Map();
  const visit = (type) => {
    if (type instanceof protobuf.Type) {
      const known = fields.get(plainName(type)) ?? {};
      for (const field of type.fieldsArray)
        if (field.resolvedType instanceof protobuf.Type) {
          known[jsonName(field)] = plainName(field.resolvedType);
          known[field.name] = plainName(field.resolvedType);
        }
      fields.set(plainName(type), known);
    }
    for (const child of type.nestedArray ?? []) visit(child);
  };
  visit(root);
  return (name, field) => fields.get(name)?.[field];
}

const STRUCT = /^type (\w+) struct \{\n([\s\S]*?)^\}/gm;
const FIELD = /^\t(?:(\w+)\s+)?([\w.*[\]]+)\s+`json:"([\w,-]*)"/gm;

/** As namesFromMessages, from the Go types of a module's folders; later folders win. */
export function namesFromStructs(module, folders) {
  const fields = new Map();
  const inlined = new Map();
  for (const path of folders.flatMap((folder) => filesIn(module, folder, '.go')))
    for (const [, name, body] of textOf(module, path).matchAll(STRUCT)) {
      fields.set(name, {});
      inlined.set(name, []);
      for (const [, , type, tag] of body.matchAll(FIELD)) {
        const plain = type.replace(/^.*[\].*]/, '');
        const [json, ...flags] = tag.split(',');
        if (flags.includes('inline')) inlined.get(name).push(plain);
        else fields.get(name)[json] = plain;
      }
    }
  const named = (name, field) =>
    fields.get(name)?.[field] ??
    inlined
      .get(name)
      ?.map((other) => named(other, field))
      .find(Boolean);
  return named;
}

