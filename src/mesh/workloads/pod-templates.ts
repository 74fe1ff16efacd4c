/** What pods are made from, wherever it is written. */
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import type { PodTemplate } from '../injection/injection';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { type Workload, workloads } from './workloads';

/** The name of the container that a proxy runs in. */
export const PROXY_CONTAINER = 'istio-proxy';

/** A Pod, or the template of a Deployment or its like, and the workload whose pods are made from it. */
export interface WrittenTemplate {
  readonly workload: Workload;
  readonly template: Field<PodTemplate>;
  readonly resource: Resource<unknown>;
}

/** Every Pod of the input and every template, in the order of the workloads; none that Istio's controllers would make. */
export const podTemplates: (mesh: Mesh) => readonly WrittenTemplate[] = perMesh((mesh) =>
  workloads(mesh).flatMap((workload) => {
    const fields = [workload.template, ...workload.pods.map(({ template }) => template)];
    const byResource = new Map(fields.map((template) => [template.resource, template]));
    return [...byResource].flatMap(([resource, template]) =>
      isMadeUp(resource) ? [] : [{ workload, template, resource }],
    );
  }),
);

/** Whether a controller would make the object, of another one that is in the input. */
const isMadeUp = ({ written, kind }: Resource<unknown>): boolean =>
  (written as { kind?: unknown } | undefined)?.kind !== kind;

type Containers = NonNullable<NonNullable<PodTemplate['spec']>['containers']>;

/** The containers of a template, with those that run first, where a proxy may be as well. */
export const containersOf = (template: Field<PodTemplate>): Field<Containers[number]>[] => [
  ...template.each('spec.containers[]'),
  ...template.each('spec.initContainers[]'),
];

/** The container with the proxy, where the template holds one itself. */
export const proxyContainer = (template: Field<PodTemplate>): Field<Containers[number]> | undefined =>
  containersOf(template).find(({ value }) => value.name === PROXY_CONTAINER && value.image);

/** The labels of Istio's own deployments. */
export const isControlPlane = ({ metadata: { labels = {} } }: Resource<unknown>): boolean =>
  labels['istio'] !== undefined || labels['release'] === 'istio';
