// Protobuf messages as JSON Schema, for what Istio reads as proto JSON: MeshConfig, the kinds of Istio 1.4, Helm values.
import protobuf from 'protobufjs';
import { jsonName, plainName } from './names.mjs';
import { mapValues } from './share.mjs';

const INT32 = { type: 'integer', format: 'int32' };
const UINT32 = { type: 'integer', minimum: 0, maximum: 4294967295 };
const INT64 = { type: ['integer', 'string'], format: 'int64' };
const SCALARS = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  bytes: { type: 'string', format: 'byte' },
  double: { type: 'number' },
  float: { type: 'number' },
  int32: INT32,
  sint32: INT32,
  sfixed32: INT32,
  uint32: UINT32,
  fixed32: UINT32,
  int64: INT64,
  sint64: INT64,
  uint64: INT64,
};
const OPEN = { type: 'object', additionalProperties: true };
const WELL_KNOWN = {
  '.google.protobuf.Duration': { type: 'string', format: 'duration' },
  '.google.protobuf.Timestamp': { type: 'string', format: 'date-time' },
  '.google.protobuf.Struct': OPEN,
  '.google.protobuf.Any': OPEN,
  '.google.protobuf.Value': {},
  '.google.protobuf.ListValue': { type: 'array' },
  '.google.protobuf.BoolValue': SCALARS.bool,
  '.google.protobuf.StringValue': SCALARS.string,
  '.google.protobuf.DoubleValue': SCALARS.double,
  '.google.protobuf.FloatValue': SCALARS.float,
  '.google.protobuf.Int32Value': SCALARS.int32,
  '.google.protobuf.Int64Value': SCALARS.int64,
  '.google.protobuf.UInt32Value': SCALARS.uint32,
  '.google.protobuf.UInt64Value': SCALARS.uint64,
  '.gogoproto.Int32': SCALARS.int32,
};

/** The messages named in `roots` and all they refer to. `instead` replaces messages, by full name, with schemas. */
export function fromMessages(root, roots, instead = {}) {
  const $defs = {};
  const special = { ...WELL_KNOWN, ...instead };
  const refer = (type) => {
    if (special[type.fullName]) return special[type.fullName];
    const name = plainName(type);
    if (!$defs[name]) {
      $defs[name] = {}; // Messages may hold themselves.
      Object.assign($defs[name], fromMessage(type, refer));
    }
    return { $ref: `#/$defs/${name}` };
  };
  const kinds = mapValues(roots, (name) => refer(root.lookupType(name)));
  return { kinds, $defs: Object.fromEntries(Object.entries($defs).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function fromMessage(type, refer) {
  const aliases = {};
  const properties = {};
  for (const field of type.fieldsArray) {
    const name = jsonName(field);
    properties[name] = fromField(field, refer);
    if (field.name !== name) aliases[field.name] = name;
  }
  const oneofs = type.oneofsArray.map(({ fieldsArray }) => fieldsArray.map(jsonName)).filter((names) => names.length > 1);
  return {
    type: 'object',
    ...(oneofs.length && { atMostOneOf: oneofs }),
    properties,
    ...(Object.keys(aliases).length && { aliases }),
    additionalProperties: false,
  };
}

function fromField(field, refer) {
  const { resolvedType: type } = field;
  const one = !type
    ? SCALARS[field.type]
    : type instanceof protobuf.Enum
      ? { type: 'string', enum: Object.keys(type.values) }
      : refer(type);
  if (!one) throw new Error(`${field.fullName} has the type ${field.type}`);
  if (field.map) return { type: 'object', additionalProperties: one };
  return field.repeated ? { type: 'array', items: one } : one;
}
