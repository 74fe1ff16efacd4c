// Moves every named structure of a schema into `$defs`, so that it stands there once however often it occurs.

/** What every kind has. Metadata is checked by our own code. */
export const TYPE_META = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: { type: 'object', additionalProperties: true },
};

/**
 * A schema with its structures under `$defs`. `named` tells what a field's structure is called; two structures of one name that
 * differ get numbers.
 */
export function shareStructures(schema, rootName, named) {
  const defs = new Map();
  const share = (node, name) => {
    const out = { ...node };
    if (node.properties)
      out.properties = mapValues(node.properties, (child, field) => share(child, name && named(name, field)));
    if (node.items) out.items = share(node.items, name);
    if (typeof node.additionalProperties === 'object') out.additionalProperties = share(node.additionalProperties, name);
    return node.properties && name ? refer(out, name) : out;
  };
  const refer = ({ default: value, channel, ...node }, name) => {
    const text = JSON.stringify(node);
    const beside = { ...(value !== undefined && { default: value }), ...(channel && { channel }) };
    for (let number = 1; ; number++) {
      const candidate = number === 1 ? name : `${name}${number}`;
      if (!defs.has(candidate)) defs.set(candidate, text);
      if (defs.get(candidate) === text) return { $ref: `#/$defs/${candidate}`, ...beside };
    }
  };
  const spec = schema.properties.spec && share(schema.properties.spec, rootName);
  const status = schema.properties.status && share(withoutDemands(schema.properties.status), undefined);
  const root = { ...schema, properties: { ...TYPE_META, ...(spec && { spec }), ...(status && { status }) } };
  const $defs = Object.fromEntries([...defs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => [name, JSON.parse(text)]));
  return { ...root, $defs };
}

/** The status of an object is the cluster's to write: it has types, but nothing is asked of it. */
function withoutDemands(node) {
  const out = { ...node };
  for (const key of ['required', 'rules', 'atMostOneOf', 'uniqueBy', 'default', 'minItems', 'if', 'then']) delete out[key];
  if (node.properties) out.properties = mapValues(node.properties, withoutDemands);
  if (node.items) out.items = withoutDemands(node.items);
  if (typeof node.additionalProperties === 'object') out.additionalProperties = withoutDemands(node.additionalProperties);
  return out;
}

export const mapValues = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
