// The Kubernetes kinds that meshlint reads, from the API server's own OpenAPI documents.
import { withFacts } from './facts.mjs';
import { filesIn, jsonOf } from './modules.mjs';
import { TYPE_META, mapValues } from './share.mjs';

/** What of the definitions is replaced: metadata is checked by our own code, the rest has no use beyond its type. */
const REPLACED = {
  'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta': { type: 'object', additionalProperties: true },
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': { type: 'object', additionalProperties: true },
  'io.k8s.apimachinery.pkg.runtime.RawExtension': { type: 'object', additionalProperties: true },
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps': {
    type: 'object',
    additionalProperties: true,
  },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: ['string', 'number'], format: 'quantity' },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: ['integer', 'string'] },
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': { type: 'string', format: 'date-time' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': { type: 'string', format: 'date-time' },
};

/** The OpenAPI document requires this, but the API server does not. */
const NOT_REQUIRED = { 'io.k8s.api.discovery.v1.EndpointSlice': ['endpoints'] };

/** `{ definition name: schema }` of all the API server's groups. */
export function definitions() {
  const all = {};
  for (const path of filesIn('kubernetes', 'api/openapi-spec/v3', '_openapi.json'))
    Object.assign(all, jsonOf('kubernetes', path).components?.schemas);
  return all;
}

/** Every kind that the API server itself has: `{ group: { kind: versions } }`. */
export function kubernetesKinds(all) {
  const groups = {};
  for (const schema of Object.values(all)) {
    const known = schema['x-kubernetes-group-version-kind'];
    if (known?.length !== 1 || !schema.properties?.metadata || schema.properties.items) continue;
    const [{ group, version, kind }] = known;
    ((groups[group] ??= {})[kind] ??= []).push(version);
  }
  return groups;
}

/**
 * A bundle of kinds and all they refer to. `required: false` leaves out what must be there, for places that read the structures
 * without the API server's validation.
 */
export function bundle(all, roots, { required = true } = {}) {
  const demanding = reachable(all, Object.values(roots), { status: false });
  const names = reachable(all, Object.values(roots), { status: true });
  const called = uniqueNames([...names].filter((name) => !Object.values(roots).includes(name) || !isRoot(all[name])).sort());
  const convert = (name) => {
    const demands = required && demanding.has(name);
    const schema = REPLACED[name] ?? (demands ? withFacts(relaxed(all[name], name), name) : all[name]);
    return fromOpenApi(schema, { called, required: demands });
  };
  const $defs = [...called].sort((a, b) => (a[1] < b[1] ? -1 : 1)).map(([name, short]) => [short, convert(name)]);
  const kinds = mapValues(roots, (name) => {
    const kind = convert(name);
    return { ...kind, properties: { ...kind.properties, ...TYPE_META } };
  });
  return { kinds, $defs: Object.fromEntries($defs) };
}

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** The metadata that every kind has, as a bundle of its own. */
export function metadataBundle(all) {
  const schema = { ...all[OBJECT_META], 'x-kubernetes-group-version-kind': [] };
  const { kinds, $defs } = bundle({ ...all, ObjectMeta: schema }, { ObjectMeta: 'ObjectMeta' });
  delete $defs.ObjectMeta;
  const properties = { ...kinds.ObjectMeta.properties };
  for (const name of Object.keys(TYPE_META)) delete properties[name];
  return { kinds: { ObjectMeta: { ...kinds.ObjectMeta, properties } }, $defs };
}

const isRoot = (schema) => Boolean(schema['x-kubernetes-group-version-kind'] && schema.properties?.apiVersion);
const refOf = (schema) => schema.$ref ?? schema.allOf?.[0].$ref;
const refName = (schema) => refOf(schema)?.replace('#/components/schemas/', '');

function relaxed(schema, name) {
  const kept = schema.required?.filter((field) => !NOT_REQUIRED[name]?.includes(field));
  return { ...schema, required: kept };
}

/** The definitions that kinds refer to; what only their status refers to, on demand: the cluster writes it, nothing in it is required. */
function reachable(all, roots, { status }) {
  const seen = new Set();
  const visit = (schema, isKind) => {
    const name = refName(schema);
    if (name) return enter(name);
    for (const [field, child] of Object.entries(schema.properties ?? {}))
      if (status || !isKind || field !== 'status') visit(child);
    if (schema.items) visit(schema.items);
    if (typeof schema.additionalProperties === 'object') visit(schema.additionalProperties);
  };
  const enter = (name) => {
    if (seen.has(name)) return;
    seen.add(name);
    if (!REPLACED[name]) visit(all[name], isRoot(all[name]));
  };
  roots.forEach(enter);
  return seen;
}

/** The last part of each definition's name; where two share it, with the API group in front. */
function uniqueNames(names) {
  const called = new Map();
  const taken = new Set();
  for (const name of names) {
    const parts = name.split('.');
    const short = parts.at(-1);
    const unique = taken.has(short) ? `${parts.at(-3)[0].toUpperCase()}${parts.at(-3).slice(1)}${short}` : short;
    if (taken.has(unique)) throw new Error(`two definitions are called ${unique}`);
    taken.add(unique);
    called.set(name, unique);
  }
  return called;
}

const KEPT = [
  'format',
  'enum',
  'orEmpty',
  'minimum',
  'maximum',
  'minLength',
  'minItems',
  'maxItems',
  'pattern',
  'uniqueBy',
];

function fromOpenApi(schema, context) {
  const name = refName(schema);
  const out = name ? { $ref: `#/$defs/${context.called.get(name)}` } : {};
  if (schema.type) out.type = schema.type;
  for (const key of KEPT) if (schema[key] !== undefined) out[key] = schema[key];
  if (name) return out;
  if (isMeant(schema.default)) out.default = schema.default;
  if (context.required && schema.required?.length) out.required = [...schema.required].sort();
  if (schema.items) out.items = fromOpenApi(schema.items, context);
  if (schema.properties) {
    out.properties = mapValues(schema.properties, (child) => fromOpenApi(child, context));
    out.additionalProperties = false;
  } else if (schema.additionalProperties === true) out.additionalProperties = true;
  else if (schema.additionalProperties) out.additionalProperties = fromOpenApi(schema.additionalProperties, context);
  else if (schema.type === 'object') out.additionalProperties = true;
  return out;
}

/** Go's zero values stand as defaults in the document; they say nothing. */
const isMeant = (value) => value !== undefined && value !== '' && value !== 0 && value !== false && typeof value !== 'object';
