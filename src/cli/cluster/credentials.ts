import { type Mesh, kindKey } from '../../mesh/mesh';
import type { Resource } from '../../source/resource';
import { own } from '../../source/own';

/** A Secret or ConfigMap that something in the mesh names. */
export interface NamedObject {
  kind: 'Secret' | 'ConfigMap';
  namespace: string;
  name: string;
}

const CREDENTIAL = /^(?:(kubernetes|kubernetes-gateway|configmap):\/\/)?(?:([^/:]+)\/)?([^/:]+)$/;
const NAMES_CREDENTIALS = ['Gateway', 'DestinationRule'];
const REFERS_TO_CERTIFICATES = ['KubernetesGateway', 'ListenerSet', 'XListenerSet', 'BackendTLSPolicy'];
const CA_SUFFIX = '-cacert';

/** The Secrets and ConfigMaps with certificates that gateways, routes and policies name, each once. */
export function namedCredentials(mesh: Mesh): NamedObject[] {
  const gateways = gatewayNamespaces(mesh);
  const named = [
    ...written(mesh, NAMES_CREDENTIALS).flatMap((resource) => credentialsOf(resource, gateways)),
    ...written(mesh, REFERS_TO_CERTIFICATES).flatMap(referencesOf),
    ...written(mesh, ['Ingress']).flatMap((resource) => ingressSecrets(resource, gateways)),
  ];
  return [...new Map(named.map((each) => [`${each.kind}/${each.namespace}/${each.name}`, each])).values()];
}

/** Every object of some kinds, those too that the API server would refuse: they may name credentials all the same. */
const written = (mesh: Mesh, kinds: readonly string[]): Resource[] =>
  mesh.resources.filter((resource) => kinds.includes(kindKey(resource)));

/** istio: credentials.ParseResourceName; without a namespace it is that of the proxy, which is a gateway or lies beside the rule. */
function credentialsOf(resource: Resource, gateways: ReadonlySet<string>): NamedObject[] {
  const names = [
    ...valuesOf(resource.value, 'credentialName'),
    ...valuesOf(resource.value, 'caCertCredentialName'),
    ...valuesOf(resource.value, 'credentialNames').flat(),
  ];
  return names.flatMap((written): NamedObject[] => {
    const [, scheme, namespace, name] = (typeof written === 'string' && CREDENTIAL.exec(written)) || [];
    if (!name) return [];
    const kind = scheme === 'configmap' ? 'ConfigMap' : 'Secret';
    const namespaces = namespace ? [namespace] : [...new Set([resource.namespace, ...gateways])];
    const both = name.endsWith(CA_SUFFIX) ? [name] : [name, name + CA_SUFFIX];
    return namespaces.flatMap((each) => both.map((one) => ({ kind, namespace: each, name: one })));
  });
}

interface Reference {
  kind?: string;
  namespace?: string;
  name?: string;
}

function referencesOf({ value, namespace }: Resource): NamedObject[] {
  const references = ['certificateRefs', 'caCertificateRefs', 'clientCertificateRef']
    .flatMap((key) => valuesOf(value, key).flat())
    .filter((each): each is Reference => typeof each === 'object' && each !== null);
  return references.flatMap(({ kind = 'Secret', namespace: own, name }) =>
    name && (kind === 'Secret' || kind === 'ConfigMap') ? [{ kind, namespace: own ?? namespace, name }] : [],
  );
}

function ingressSecrets({ value, namespace }: Resource, gateways: ReadonlySet<string>): NamedObject[] {
  const names = valuesOf(value, 'secretName').filter((name) => typeof name === 'string');
  const namespaces = [...new Set([namespace, ...gateways])];
  return names.flatMap((name) => namespaces.map((each) => ({ kind: 'Secret' as const, namespace: each, name })));
}

/** The namespaces in which workloads run that a Gateway selects. */
function gatewayNamespaces(mesh: Mesh): ReadonlySet<string> {
  const selectors = written(mesh, ['Gateway']).map(({ value }) =>
    Object.entries(labelsAt(value, ['spec', 'selector'])),
  );
  const workloads = written(mesh, ['Pod', 'Deployment', 'StatefulSet', 'DaemonSet']);
  const selected = workloads.filter((workload) => {
    const labels =
      workload.kind === 'Pod'
        ? workload.metadata.labels
        : labelsAt(workload.value, ['spec', 'template', 'metadata', 'labels']);
    return selectors.some((wanted) => wanted.length > 0 && wanted.every(([key, value]) => own(labels, key) === value));
  });
  return new Set(selected.map(({ namespace }) => namespace));
}

function labelsAt(value: unknown, path: readonly string[]): Record<string, unknown> {
  let at: unknown = value;
  for (const step of path)
    at = at !== null && typeof at === 'object' ? own(at as Record<string, unknown>, step) : undefined;
  return at !== null && typeof at === 'object' ? (at as Record<string, unknown>) : {};
}

/** Every value that stands under a key, at any depth. */
function valuesOf(value: unknown, key: string): unknown[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value as Record<string, unknown>).flatMap(([name, child]) =>
    name === key ? [child] : valuesOf(child, key),
  );
}
