// The protobuf messages of Envoy's configuration, from the descriptors that generated Go code carries within itself.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import descriptor from 'protobufjs/ext/descriptor/index.js';
import { MODULES, NEWEST_API, folderOf } from './modules.mjs';
import { camelCase } from './names.mjs';

const SOURCES = ['envoy', 'envoyContrib', 'xds', NEWEST_API, 'opentelemetry'];
// What an EnvoyFilter may add or merge, and what may stand in an `Any` below.
const ROOTS = [
  'envoy.config.cluster.v3.Cluster',
  'envoy.config.core.v3.TypedExtensionConfig',
  'envoy.config.listener.v3.Listener',
  'envoy.config.route.v3.RouteConfiguration',
];
const EXTENSIONS = /^(envoy\.extensions|envoy\.config\.(metrics|trace)|istio\.envoy|stats|udpa\.type|xds\.(core|type))\./;

/** `messages`: the fields of each, as schemas/README.md describes them; `enums`: the values of each with their numbers. */
export function envoyMessages() {
  const { messages, enums } = declared();
  const kept = reachable(messages, [...ROOTS, ...Object.keys(messages).filter((name) => EXTENSIONS.test(name))]);
  const types = new Set(kept.flatMap((name) => Object.values(messages[name]).map(({ type }) => type)));
  return {
    from: SOURCES.map((name) => MODULES[name]),
    messages: Object.fromEntries(kept.map((name) => [name, written(name, messages[name])])),
    enums: Object.fromEntries(
      Object.keys(enums)
        .filter((name) => types.has(name))
        .sort()
        .map((name) => [name, enums[name]]),
    ),
  };
}

function declared() {
  const messages = {};
  const enums = {};
  const visit = (scope, { message = [], enumType = [] }) => {
    for (const { name, value } of enumType)
      enums[`${scope}.${name}`] = value.map(({ name, number = 0 }) => `${name}=${number}`).join(' ');
    for (const one of message) {
      const name = `${scope}.${one.name}`;
      if (!one.options?.mapEntry) messages[name] = fields(name, one);
      visit(name, { message: one.nestedType, enumType: one.enumType });
    }
  };
  for (const file of SOURCES.flatMap(files)) visit(file.package, { message: file.messageType, enumType: file.enumType });
  return { messages, enums };
}

const files = (module) =>
  readdirSync(folderOf(module), { recursive: true })
    .filter((path) => path.endsWith('.pb.go'))
    .sort()
    .map((path) => descriptorIn(readFileSync(join(folderOf(module), path), 'utf8')))
    .filter((bytes) => bytes !== undefined)
    .map((bytes) => descriptor.FileDescriptorProto.decode(bytes).toJSON());

/** The serialised descriptor of a file: a string, or in older code a list of numbers. */
function descriptorIn(text) {
  const strings = /_rawDesc = "" \+\n((?:\t".*"(?: \+)?\n)+)/.exec(text)?.[1];
  if (strings) return Buffer.concat(strings.match(/(?<=^\t").*(?="( \+)?$)/gm).map(unquoted));
  const numbers = /_rawDesc = \[\]byte\{([^}]*)\}/.exec(text)?.[1];
  return numbers && Buffer.from(numbers.match(/0x../g).map(Number));
}

const ESCAPES = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 };

function unquoted(literal) {
  const pieces = literal.match(/\\x..|\\u.{4}|\\U.{8}|\\.|[^\\]+/g) ?? [];
  return Buffer.concat(
    pieces.map((piece) => {
      if (piece[0] !== '\\') return Buffer.from(piece);
      const code = parseInt(piece.slice(2), 16);
      if (piece[1] === 'x') return Buffer.from([code]);
      return /[uU]/.test(piece[1]) ? Buffer.from(String.fromCodePoint(code)) : Buffer.from([ESCAPES[piece[1]]]);
    }),
  );
}

function fields(message, { field = [], nestedType = [] }) {
  return field.map((one) => {
    if (one.jsonName !== camelCase(one.name)) throw new Error(`${message}.${one.name} is ${one.jsonName} in JSON`);
    const entry = nestedType.find(({ name, options }) => options?.mapEntry && one.typeName === `.${message}.${name}`);
    return {
      name: one.name,
      type: typeOf(entry ? entry.field[1] : one),
      mark: entry ? '{}' : one.label === 'LABEL_REPEATED' ? '[]' : one.proto3Optional ? '?' : '',
      oneof: one.proto3Optional ? undefined : one.oneofIndex,
    };
  });
}

const SCALARS = { fixed32: 'uint32', fixed64: 'uint64', sfixed32: 'int32', sfixed64: 'int64', sint32: 'int32', sint64: 'int64' };

function typeOf({ type, typeName }) {
  const scalar = type.replace('TYPE_', '').toLowerCase();
  return typeName ? typeName.slice(1) : (SCALARS[scalar] ?? scalar);
}

function reachable(messages, roots) {
  const seen = new Set();
  const visit = (name) => {
    if (seen.has(name) || !messages[name]) return;
    seen.add(name);
    for (const { type } of messages[name]) visit(type);
  };
  roots.forEach(visit);
  return [...seen].sort();
}

/** `name type, list[] type, map{} type, optional? type, one type|0, other type|0` */
const written = (message, all) =>
  all
    .map(({ name, type, mark, oneof }) => `${name}${mark} ${short(message, type)}${oneof === undefined ? '' : `|${oneof}`}`)
    .join(', ');

/** Types of the same package without its name, as `.Name`, and the well-known ones as `Name`. */
function short(message, type) {
  const scope = /^([a-z][\w]*\.)+/.exec(message)[0];
  if (type.startsWith('google.protobuf.')) return type.slice('google.protobuf.'.length);
  return type.startsWith(scope) && /^[A-Z]/.test(type.slice(scope.length)) ? type.slice(scope.length - 1) : type;
}
