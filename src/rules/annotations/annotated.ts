import { type KnownAnnotation, ANNOTATIONS, isForIstio } from '../../mesh/injection/annotations';
import type { Labels } from '../../mesh/workloads/labels';
import type { Mesh } from '../../mesh/mesh';
import { podTemplates } from '../../mesh/workloads/pod-templates';
import type { Field } from '../../source/field';

/** An annotation that somebody wrote for Istio. */
export interface Annotated {
  readonly name: string;
  readonly field: Field<string>;
  /** The kind of the object that has it; `Pod` in a template of pods. */
  readonly kind: string;
  /** The labels beside it. */
  readonly labels: Labels;
  /** What Istio knows of it. */
  readonly known: KnownAnnotation | undefined;
  /** What the pods it is on, or would be on, hold. */
  readonly containers: readonly string[];
}

/** Every annotation for Istio on namespaces, services, workloads and the pods that they make. */
export function annotated(mesh: Mesh): Annotated[] {
  const objects = mesh.allOf('Namespace', 'Service', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job');
  const ofObjects = objects.flatMap((resource) => annotationsOf(resource.root, resource.kind));
  const ofPods = podTemplates(mesh).flatMap(({ template }) => annotationsOf(template, 'Pod'));
  return [...ofObjects, ...ofPods];
}

function annotationsOf(object: Field, kind: string): Annotated[] {
  const metadata = object.child('metadata');
  const { labels = {}, annotations = {} } = (metadata.value ?? {}) as { labels?: Labels; annotations?: Labels };
  const containers = kind === 'Pod' ? namesOf(object.child('spec')) : [];
  return Object.keys(annotations)
    .filter(isForIstio)
    .map((name) => ({
      name,
      field: metadata.child('annotations').child(name) as Field<string>,
      kind,
      labels,
      known: ANNOTATIONS.get(name),
      containers,
    }));
}

function namesOf(spec: Field): string[] {
  const { initContainers = [] } = (spec.value ?? {}) as { initContainers?: { name?: string }[] };
  return initContainers.map(({ name = '' }) => name);
}
