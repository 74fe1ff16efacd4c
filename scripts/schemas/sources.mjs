// Which kinds come from where. Each source is a list of bundles: a file under schemas/ with one kind or several, and what they share.
import { bundle, definitions, metadataBundle } from './openapi.mjs';
import { MODULES, NEWEST_API, apiOf, definitionsIn, filesIn } from './modules.mjs';
import { messages, namesFromMessages, namesFromStructs } from './names.mjs';
import { operator } from './operator.mjs';
import { fromMessages } from './protobuf.mjs';
import { mapValues, shareStructures } from './share.mjs';
import { fromStructural } from './structural.mjs';

const ISTIO_CRDS = 'kubernetes/customresourcedefinitions.gen.yaml';
const ISTIO_PROTOS = [
  'networking/v1alpha3',
  'networking/v1beta1',
  'security/v1beta1',
  'telemetry/v1alpha1',
  'extensions/v1alpha1',
];
/** The releases that a bundle is for, oldest first. */
const namesOf = (releases) => releases.map(({ istio: name }) => name).toReversed();

const versionNames = (versions) => versions.filter(({ served }) => served).map(({ name }) => name);

/** The kinds of Istio's CRDs, named after today's messages in every release. */
export function istio(row) {
  const { istio: release } = row;
  const module = apiOf(row);
  const protos = ISTIO_PROTOS.flatMap((folder) => filesIn(NEWEST_API, folder, '.proto'));
  const named = namesFromMessages(messages(NEWEST_API, protos));
  return definitionsIn(module, ISTIO_CRDS).map(({ spec }) => {
    const [{ schema }] = spec.versions;
    const { kind } = spec.names;
    const below = (name, field) => named(name, field) ?? (name === `${kind}Spec` ? named(kind, field) : undefined);
    return {
      file: `${release}/${spec.group}/${kind}`,
      from: MODULES[module],
      entries: [{ in: [release], group: spec.group, kind, versions: versionNames(spec.versions), channel: 'standard' }],
      ...single(kind, shareStructures(fromStructural(schema.openAPIV3Schema), `${kind}Spec`, below)),
    };
  });
}

/**
 * The Gateway API as its experimental channel has it, for a cluster may have either: kinds, versions and fields that the standard
 * channel lacks are marked.
 */
export function gatewayApi(releases) {
  const folders = ['apis/v1alpha2', 'apis/v1alpha3', 'apis/v1beta1', 'apisx/v1alpha1', 'apis/v1'];
  const named = namesFromStructs('gatewayApi', folders);
  const standard = new Map(gatewayVersions('standard').map((row) => [row.key, row.schema]));
  const bundles = [];
  for (const { spec, version, key, schema } of gatewayVersions('experimental')) {
    const common = standard.get(key);
    const marked = common ? markExperimental(schema, common) : schema;
    const shared = shareStructures(marked, `${spec.names.kind}Spec`, named);
    addVersion(bundles, { spec, version, channel: common ? 'standard' : 'experimental', releases, schema: shared });
  }
  return bundles;
}

const gatewayVersions = (channel) =>
  filesIn('gatewayApi', `config/crd/${channel}`, '.yaml')
    .flatMap((path) => definitionsIn('gatewayApi', path))
    .flatMap(({ spec }) => spec.versions.filter(({ served }) => served).map((version) => ({ spec, version })))
    .map(({ spec, version: { name: version, schema } }) => ({
      spec,
      version,
      key: `${spec.group}/${version}/${spec.names.kind}`,
      schema: fromStructural(schema.openAPIV3Schema),
    }));

function markExperimental(schema, common) {
  const out = { ...schema };
  if (schema.properties)
    out.properties = mapValues(schema.properties, (child, name) =>
      common.properties[name] ? markExperimental(child, common.properties[name]) : { ...child, channel: 'experimental' },
    );
  if (schema.items) out.items = markExperimental(schema.items, common.items);
  return out;
}

/** Versions of a kind share a file where their schemas are equal. */
function addVersion(bundles, { spec, version, channel, releases, schema }) {
  const { group, names } = spec;
  const same = bundles.filter(({ entries }) => entries[0].kind === names.kind && entries[0].group === group);
  const entry = { in: namesOf(releases), group, kind: names.kind, versions: [version], channel };
  const equal = same.find((made) => JSON.stringify(single(names.kind, schema)) === JSON.stringify(pick(made)));
  if (!equal) {
    const file = `gateway-api-${releases[0].gatewayApi}/${group}/${names.kind}${same.length ? `.${version}` : ''}`;
    bundles.push({ file, from: MODULES.gatewayApi, entries: [entry], ...single(names.kind, schema) });
    return;
  }
  const listed = equal.entries.find((other) => other.channel === channel);
  if (listed) listed.versions.push(version);
  else equal.entries.push(entry);
}

const pick = ({ kinds, $defs }) => ({ kinds, $defs });
const single = (kind, { $defs, ...root }) => ({ kinds: { [kind]: root }, $defs });

const WORKLOADS = { '': ['Pod'], apps: ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'], batch: ['Job', 'CronJob'] };
const OTHERS = {
  '': ['ConfigMap', 'Endpoints', 'Namespace', 'Node', 'Secret', 'Service', 'ServiceAccount'],
  'admissionregistration.k8s.io': ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
  'apiextensions.k8s.io': ['CustomResourceDefinition'],
  'discovery.k8s.io': ['EndpointSlice'],
  'networking.k8s.io': ['Ingress', 'IngressClass'],
};

/** The Kubernetes kinds: those with a pod template share a file, the others have one each. */
export function kubernetes(releases) {
  const all = definitions();
  const make = (groups, file) => {
    const listed = Object.entries(groups).flatMap(([group, kinds]) => kinds.map((kind) => ({ group, kind })));
    const roots = Object.fromEntries(listed.map(({ group, kind }) => [kind, definitionOf(all, group, kind)]));
    const entries = listed.map((kind) => ({ in: namesOf(releases), ...kind, versions: ['v1'], channel: 'standard' }));
    return { file: `kubernetes-${releases[0].kubernetes}/${file}`, from: MODULES.kubernetes, entries, ...bundle(all, roots) };
  };
  const others = Object.entries(OTHERS).flatMap(([group, kinds]) => kinds.map((kind) => [group, kind]));
  const metadata = { file: `kubernetes-${releases[0].kubernetes}/ObjectMeta`, from: MODULES.kubernetes, entries: [], ...metadataBundle(all) };
  return [make(WORKLOADS, 'workloads'), ...others.map(([group, kind]) => make({ [group]: [kind] }, kind)), metadata];
}

function definitionOf(all, group, kind) {
  const is = (known) => known.group === group && known.kind === kind && known.version === 'v1';
  const found = Object.keys(all).filter((name) => all[name]['x-kubernetes-group-version-kind']?.some(is));
  if (found.length !== 1) throw new Error(`${kind} has ${found.length} definitions`);
  return found[0];
}

const MESH = {
  MeshConfig: 'istio.mesh.v1alpha1.MeshConfig',
  MeshNetworks: 'istio.mesh.v1alpha1.MeshNetworks',
  MeshProxyConfig: 'istio.mesh.v1alpha1.ProxyConfig',
};

/** What stands in the ConfigMap `istio`, and a pod's proxy.istio.io/config: no kinds of the cluster, but checked like them. */
export function mesh(row) {
  const { istio: release } = row;
  const module = apiOf(row);
  const files = ['mesh/v1alpha1/config.proto', 'mesh/v1alpha1/network.proto', 'mesh/v1alpha1/proxy.proto'];
  const { kinds, $defs } = withMeshNames(fromMessages(messages(module, files), MESH));
  for (const structure of Object.values($defs)) if (structure.properties) structure.unknownFields = 'ignored';
  const entries = Object.keys(MESH).map((kind) => ({ in: [release], group: 'mesh', kind, versions: ['v1alpha1'], channel: 'standard' }));
  return { file: `${release}/mesh`, from: MODULES[module], entries, kinds, $defs };
}

/** Other configuration has a ProxyConfig too: the structures of the mesh's get names of their own. */
function withMeshNames({ kinds, $defs }) {
  const renamed = (name) => (name.startsWith('Mesh') ? name : `Mesh${name}`);
  const change = (schema) =>
    JSON.parse(JSON.stringify(schema).replaceAll(/"#\/\$defs\/(\w+)"/g, (_, name) => `"#/$defs/${renamed(name)}"`));
  return {
    kinds: change(kinds),
    $defs: Object.fromEntries(Object.entries($defs).map(([name, schema]) => [renamed(name), change(schema)])),
  };
}

export function istioOperator(releases, configuration) {
  const newest = releases[0].istio;
  const entry = { in: namesOf(releases), group: 'install.istio.io', kind: 'IstioOperator', versions: ['v1alpha1'], channel: 'standard' };
  return {
    file: `${newest}/install.istio.io/IstioOperator`,
    from: MODULES.operator,
    entries: [entry],
    ...operator(definitions(), configuration),
  };
}
