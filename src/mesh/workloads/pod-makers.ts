/** Objects of other kinds than Kubernetes' own that run pods: those with a pod template, and those that have pods of some form. */
import { schemaOf } from '../../schema/release';
import { Field } from '../../source/field';
import type { Path } from '../../source/path';
import type { Resource } from '../../source/resource';
import { readPodTemplate } from '../admission';
import type { PodTemplate } from '../injection/injection';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';

/** An object that makes pods, and what it makes them from. */
export interface PodMaker {
  readonly resource: Resource<unknown>;
  readonly template: Field<PodTemplate>;
}

/** Kinds of Kubernetes that hold a template and run nothing. */
const RUN_NOTHING = new Set(['PodTemplate', 'ControllerRevision']);
/** How deep below `spec` a template lies at most, as in `spec.replicaSpecs.Worker.template`. */
const DEEPEST = 6;

/** The kinds whose pods are known by their own schema are not among them. */
const others = perMesh((mesh) =>
  mesh.resources.filter(
    ({ group, version, kind }) => !RUN_NOTHING.has(kind) && !schemaOf(mesh.release, group, version, kind),
  ),
);

/** Every pod template of an object of another kind: Argo Rollouts, DeploymentConfigs, Knative Services, and whatever else there is. */
export const podMakers: (mesh: Mesh) => readonly PodMaker[] = perMesh((mesh) =>
  others(mesh).flatMap((resource) =>
    templatesIn((resource.value as { spec?: unknown }).spec, ['spec']).map(({ path, value }) => ({
      resource,
      template: new Field(resource, path, readPodTemplate(value, mesh.release)),
    })),
  ),
);

interface Found {
  readonly path: Path;
  readonly value: object;
}

function templatesIn(value: unknown, path: Path): Found[] {
  if (value === null || typeof value !== 'object' || path.length > DEEPEST) return [];
  if (path.length > 1 && isTemplate(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([key, child]) =>
    templatesIn(child, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

const isTemplate = (value: object): boolean =>
  'spec' in value &&
  value.spec !== null &&
  typeof value.spec === 'object' &&
  'containers' in value.spec &&
  Array.isArray(value.spec.containers);

const KUBERNETES = /(^|\.)k8s\.io$|^(apps|batch|policy|autoscaling|extensions|)$/;
/** Objects that choose pods of others, to watch or to guard them. */
const WATCHES = /(Monitor|Policy|Budget|Autoscaler|Filter|Plugin|Profile|Probe|Binding)$/;

/** The namespaces in which an object of an unknown kind owns or selects pods of which nothing is known. */
export const namespacesOfUnknownPods: (mesh: Mesh) => ReadonlySet<string> = perMesh((mesh) => {
  const known = new Set(podMakers(mesh).map(({ resource }) => resource));
  const makers = others(mesh).filter(
    (resource) =>
      !known.has(resource) &&
      !KUBERNETES.test(resource.group) &&
      !resource.group.endsWith('istio.io') &&
      !WATCHES.test(resource.kind) &&
      hasPods((resource.value as { spec?: unknown }).spec),
  );
  return new Set([...makers.map(({ namespace }) => namespace), ...namespacesOfInstalledGateways(mesh)]);
});

/** An IstioOperator installs gateways in namespaces of their own; profiles and values decide what their pods are. */
const namespacesOfInstalledGateways = (mesh: Mesh): string[] =>
  mesh
    .all('IstioOperator')
    .flatMap((operator) => [
      ...operator.each('spec.components.ingressGateways[].namespace'),
      ...operator.each('spec.components.egressGateways[].namespace'),
    ])
    .flatMap(({ value }) => (typeof value === 'string' ? [value] : []));

const hasPods = (spec: unknown): boolean =>
  spec !== null &&
  typeof spec === 'object' &&
  ['replicas', 'selector', 'podSelector', 'podTemplate', 'podMetadata', 'containers', 'serviceAccountName'].some(
    (key) => key in spec,
  );
