/** Objects that make Secrets: those of cert-manager, of operators that fetch secrets from a store, and of controllers that copy them. */
import { isRecord } from '../../source/record';
import { groupBy } from '../grouping';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import type { Resource } from '../../source/resource';

/** A Secret that an object makes. */
export interface MadeSecret {
  readonly name: string;
  /** Undefined where it is made in several namespaces, which nobody can list. */
  readonly namespace: string | undefined;
  readonly maker: Resource<unknown>;
}

const made = perMesh((mesh) =>
  groupBy(
    mesh.resources.flatMap((resource) => secretsOf(resource)),
    ({ name }) => name,
  ),
);

/** The objects that make a Secret of a name, in whatever namespace. */
export const makersOfSecret = (mesh: Mesh, name: string): readonly MadeSecret[] => made(mesh).get(name) ?? [];

/** Kinds that make a Secret of their own name where they give no other. */
const NAMED_ALIKE = /Secret$|^(OnePasswordItem|SopsSecret|InfisicalSecret)$/;
/** Fields below `spec` in which the name of the Secret that is made stands. */
const OUTPUTS = [
  'target',
  'destination',
  'output',
  'managedSecretReference',
  'managedKubeSecretReferences',
  'template',
  'secretTemplates',
  'secretObjects',
  'externalSecretSpec',
  'secret',
  'metadata',
] as const;
/** Annotations of controllers that copy a Secret to other namespaces. */
const COPIES = /reflect|replicat|kubed|sync|copy/i;

function secretsOf(resource: Resource<unknown>): MadeSecret[] {
  const { group, kind, name, namespace } = resource;
  if (group === '')
    return kind === 'Secret' && isCopied(resource) ? [{ name, namespace: undefined, maker: resource }] : [];
  const spec = specOf(resource);
  if (kind === 'Ingress' || (kind === 'Gateway' && group === 'gateway.networking.k8s.io'))
    return isServedByCertManager(resource) ? ofListeners(resource, spec) : [];
  if (isOfCluster(group)) return [];
  const names = [...(typeof spec['secretName'] === 'string' ? [spec['secretName']] : []), ...namesIn(spec)];
  const all = names.length === 0 && NAMED_ALIKE.test(kind) ? [name] : names;
  const everywhere = kind.startsWith('Cluster') || isCopied(resource);
  return [...new Set(all)].map((each) => ({
    name: each,
    namespace: everywhere ? undefined : (namespaceIn(spec) ?? namespace),
    maker: resource,
  }));
}

const isOfCluster = (group: string): boolean =>
  /(^|\.)(k8s|istio)\.io$|^(apps|batch|policy|autoscaling|extensions)$/.test(group);

type Spec = Readonly<Record<string, unknown>>;

const specOf = ({ value }: Resource<unknown>): Spec => {
  const { spec } = value as { spec?: unknown };
  return isRecord(spec) ? spec : {};
};

/** The names in the fields that say what is made: `target.name`, `destination.name`, `secretObjects[].secretName`. */
function namesIn(spec: Spec): string[] {
  return OUTPUTS.flatMap((key) => (Array.isArray(spec[key]) ? (spec[key] as unknown[]) : [spec[key]]))
    .filter(isRecord)
    .flatMap((output) => [
      ...[output['name'], output['secretName']].filter((each) => typeof each === 'string'),
      ...namesIn(output),
    ]);
}

function namespaceIn(spec: Spec): string | undefined {
  const { managedSecretReference: reference } = spec;
  return isRecord(reference) && typeof reference['secretNamespace'] === 'string'
    ? reference['secretNamespace']
    : undefined;
}

const annotationsOf = ({ metadata }: Resource<unknown>): string[] => Object.keys(metadata.annotations ?? {});

const isServedByCertManager = (resource: Resource<unknown>): boolean =>
  annotationsOf(resource).some((key) =>
    /^cert-manager\.io\/|^kubernetes\.io\/tls-acme$|^acme\.cert-manager\.io\//.test(key),
  );

/** cert-manager makes what the listeners of a Gateway and the `tls` of an Ingress name. */
function ofListeners(maker: Resource<unknown>, spec: Spec): MadeSecret[] {
  const listeners = Array.isArray(spec['listeners']) ? (spec['listeners'] as unknown[]).filter(isRecord) : [];
  const references = listeners.flatMap(({ tls }) =>
    isRecord(tls) && Array.isArray(tls['certificateRefs']) ? (tls['certificateRefs'] as unknown[]) : [],
  );
  const entries = Array.isArray(spec['tls']) ? (spec['tls'] as unknown[]) : [];
  return [...references, ...entries].filter(isRecord).flatMap(({ name, secretName, namespace = maker.namespace }) => {
    const own = name ?? secretName;
    return typeof own === 'string' && typeof namespace === 'string' ? [{ name: own, namespace, maker }] : [];
  });
}

/** Whether a controller takes the Secret to other namespaces: the annotations are those of the Secret, or of its template. */
function isCopied(resource: Resource<unknown>): boolean {
  const { secretTemplate, target } = specOf(resource);
  const templates = [
    secretTemplate,
    isRecord(target) ? target['template'] : undefined,
    isRecord(target) && isRecord(target['template']) ? target['template']['metadata'] : undefined,
  ];
  const keys = templates
    .filter(isRecord)
    .flatMap(({ annotations }) => (isRecord(annotations) ? Object.keys(annotations) : []));
  return [...annotationsOf(resource), ...keys].some((key) => COPIES.test(key) && !key.startsWith('argocd.'));
}
