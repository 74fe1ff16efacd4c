// IstioOperator: a Go struct around MeshConfig (protobuf), Helm values (protobuf) and structures of Kubernetes.
import { bundle } from './openapi.mjs';
import { messages } from './names.mjs';
import { textOf } from './modules.mjs';
import { fromMessages } from './protobuf.mjs';
import { TYPE_META } from './share.mjs';

const STRUCT = /^type (\w+) struct \{\n([\s\S]*?)^\}/gm;
const FIELD = /^\t(?:(\w+)\s+)?([\w.*[\]]+)(?:\s+`json:"([\w,-]*)"+`)?$/gm;
const KUBERNETES = { corev1: 'core.v1', appsv1: 'apps.v1', autoscaling: 'autoscaling.v2', policy: 'policy.v1' };
const definitionName = (type) => {
  const [alias, name] = type.split('.');
  return alias === 'metav1' ? `io.k8s.apimachinery.pkg.apis.meta.v1.${name}` : `io.k8s.api.${KUBERNETES[alias]}.${name}`;
};

/** The IstioOperator kind, given the bundle of mesh configuration. */
export function operator(definitions, mesh) {
  const structs = textOf('operator', 'operator/pkg/apis/types.go');
  const checked = structuresInValues();
  const outside = [...structs.matchAll(/\b(?:corev1|appsv1|autoscaling|policy)\.\w+/g), ...checked.map(({ type }) => [type])];
  const roots = Object.fromEntries(outside.map(([type]) => [type.split('.')[1], definitionName(type)]));
  // Read by Go's own JSON decoder: unknown fields are refused, but nothing is required.
  const kubernetes = bundle(definitions, roots, { required: false });
  const values = helmValues(checked, kubernetes);
  const own = ownStructs(structs);
  const $defs = { ...kubernetes.$defs, ...mesh.$defs, ...values.$defs, ...own };
  const root = {
    type: 'object',
    properties: {
      ...TYPE_META,
      spec: { $ref: '#/$defs/IstioOperatorSpec' },
      status: { type: 'object', additionalProperties: true },
    },
    additionalProperties: false,
  };
  return { kinds: { IstioOperator: root }, $defs: Object.fromEntries(Object.entries($defs).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** Istio's validation reads these open fields of the values once more, as Kubernetes structures. */
function structuresInValues() {
  const code = textOf('operator', 'operator/pkg/apis/validation/validation.go');
  return [...code.matchAll(/runKube(List)?\((\S+), &(\w+\.\w+)\{\},\s+"([\w.-]+)"\)/g)].map(([, , path, type]) => ({
    getters: [...path.matchAll(/Get(\w+)\(\)/g)].map(([, name]) => name.toLowerCase()),
    type,
  }));
}

function helmValues(checked, { $defs }) {
  const root = messages('operator', ['operator/pkg/apis/values_types.proto']);
  const values = fromMessages(
    root,
    { Values: 'istio.operator.v1alpha1.Values' },
    {
      '.istio.operator.v1alpha1.IntOrString': { type: ['integer', 'string'] },
    },
  );
  for (const { getters, type } of checked) {
    let node = values.$defs.Values;
    for (const getter of getters.slice(0, -1)) node = values.$defs[property(node, getter).$ref.replace('#/$defs/', '')];
    const field = property(node, getters.at(-1));
    const ref = { $ref: `#/$defs/${type.split('.')[1]}` };
    if (!$defs[type.split('.')[1]]) throw new Error(`no ${type}`);
    if (field.type === 'array') field.items = ref;
    else replace(node, getters.at(-1), ref);
  }
  values.$defs.Values.properties.meshConfig = { $ref: '#/$defs/MeshConfig' };
  return values;
}

const same = (name, getter) => name.replaceAll(/[-_]/g, '').toLowerCase() === getter;
const property = ({ properties }, getter) => Object.entries(properties).find(([name]) => same(name, getter))[1];
const replace = (node, getter, schema) => {
  const name = Object.keys(node.properties).find((key) => same(key, getter));
  node.properties[name] = schema;
};

function ownStructs(code) {
  const structs = new Map([...code.matchAll(STRUCT)].map(([, name, body]) => [name, [...body.matchAll(FIELD)]]));
  const fieldsOf = (name) =>
    structs
      .get(name)
      .flatMap(([, field, type, tag]) => (field ? (tag && tag !== '-' ? [[tag.split(',')[0], fromGo(type)]] : []) : fieldsOf(type)));
  const out = {};
  for (const name of structs.keys())
    if (name !== 'IstioOperator' && name !== 'BoolValue')
      out[name] = { type: 'object', properties: Object.fromEntries(fieldsOf(name)), additionalProperties: false };
  out.IstioOperatorSpec.properties.meshConfig = { $ref: '#/$defs/MeshConfig' };
  out.IstioOperatorSpec.properties.values = { $ref: '#/$defs/Values' };
  return out;
}

function fromGo(type) {
  if (type.startsWith('[]')) return { type: 'array', items: fromGo(type.slice(2)) };
  if (type.startsWith('map[string]')) return { type: 'object', additionalProperties: fromGo(type.slice(11)) };
  const plain = type.replace('*', '');
  if (plain === 'string') return { type: 'string' };
  if (plain === 'uint32') return { type: 'integer', minimum: 0, maximum: 4294967295 };
  if (plain === 'BoolValue') return { type: 'boolean' };
  if (plain === 'any' || plain === 'json.RawMessage') return {};
  return { $ref: `#/$defs/${plain.split('.').at(-1)}` };
}
