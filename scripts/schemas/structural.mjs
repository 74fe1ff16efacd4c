// The structural schemas of custom resource definitions, as plain JSON Schema with five keywords of our own (schemas/README.md).

const KEPT = [
  'format',
  'nullable',
  'enum',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'default',
];

/** A structural schema without its prose, and with closed objects spelled out. */
export function fromStructural(schema) {
  const out = {};
  if (schema['x-kubernetes-int-or-string']) out.type = ['integer', 'string'];
  else if (schema.type) out.type = schema.type;
  for (const key of KEPT) if (schema[key] !== undefined) out[key] = schema[key];
  if (out.nullable === false) delete out.nullable;
  if (schema.required?.length) out.required = [...schema.required].sort();
  const oneofs = choices(schema);
  const checks = rules(schema);
  Object.assign(out, oneofs, checks, lists(schema), children(schema));
  if (oneofs.atMostOneOf && checks.atMostOneOf) out.atMostOneOf = [...oneofs.atMostOneOf, ...checks.atMostOneOf];
  return out;
}

function children(schema) {
  const out = {};
  if (schema.items) out.items = fromStructural(schema.items);
  if (schema.properties)
    out.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, child]) => [name, fromStructural(child)]),
    );
  if (schema['x-kubernetes-preserve-unknown-fields']) out.additionalProperties = true;
  else if (typeof schema.additionalProperties === 'object')
    out.additionalProperties = fromStructural(schema.additionalProperties);
  else if (schema.type === 'object') out.additionalProperties = schema.additionalProperties === true;
  return out;
}

/** What protobuf's oneofs become in a CRD: `oneOf [not anyOf required.., required a, required b]`, several of them in `allOf`. */
function choices(schema) {
  const groups = [schema, ...(schema.allOf ?? [])].flatMap(({ oneOf }) => (oneOf ? [memberNames(oneOf)] : []));
  if (schema.allOf && groups.length !== schema.allOf.length) throw new Error(`allOf ${JSON.stringify(schema.allOf)}`);
  if (schema.anyOf && !schema['x-kubernetes-int-or-string']) throw new Error(`anyOf ${JSON.stringify(schema.anyOf)}`);
  if (groups.includes(undefined)) return ipAddressChoice(schema.oneOf);
  const several = groups.filter((group) => group.length > 1);
  return several.length ? { atMostOneOf: several } : {};
}

function memberNames(oneOf) {
  const names = oneOf.flatMap(({ required }) => (required?.length === 1 ? required : []));
  return names.length === oneOf.length - 1 ? names : undefined;
}

/** The Gateway API's "an address of type IPAddress is an IP address", the one `oneOf` that is no oneof. */
function ipAddressChoice(oneOf) {
  const [first, second] = oneOf;
  const [type] = first.properties?.type?.enum ?? [];
  const formats = first.properties?.value?.anyOf?.map(({ format }) => format).join();
  if (oneOf.length !== 2 || formats !== 'ipv4,ipv6' || second.properties?.type?.not?.enum?.[0] !== type)
    throw new Error(`oneOf ${JSON.stringify(oneOf)}`);
  return { if: { properties: { type: { const: type } } }, then: { properties: { value: { format: 'ip' } } } };
}

function lists(schema) {
  if (schema['x-kubernetes-list-type'] === 'set') return { uniqueBy: [] };
  if (schema['x-kubernetes-list-type'] === 'map') return { uniqueBy: schema['x-kubernetes-list-map-keys'] };
  return {};
}

const SUM_OF_PRESENT = /^(\(has\(self\.\w+\) ?\? ?1 ?: ?0\)( ?\+ ?)?)+ ?<= ?1$/;

/** The CEL rules, without those about older values of an object; "at most one is present" needs no CEL. */
function rules(schema) {
  const out = {};
  for (const { rule: text, messageExpression, fieldPath } of schema['x-kubernetes-validations'] ?? []) {
    const rule = text.replace(/\s*\n\s*/g, ' ').trim();
    if (messageExpression || fieldPath) throw new Error(`a rule with more than a message: ${rule}`);
    if (/\boldSelf\b/.test(rule)) continue;
    if (SUM_OF_PRESENT.test(rule))
      (out.atMostOneOf ??= []).push([...rule.matchAll(/has\(self\.(\w+)\)/g)].map(([, name]) => name));
    else (out.rules ??= []).push(rule);
  }
  return out;
}
