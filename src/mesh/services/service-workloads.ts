/** The workloads behind a service, and the ports on which they serve it. */
import type { Mesh } from '../mesh';
import type { Service, ServicePort } from './service';
import { type Workload, workloadsSelected } from '../workloads/workloads';

/** The workloads that a service selects; none where it selects nothing, or only what is outside of the input. */
export function workloadsOf(mesh: Mesh, { selector, namespace }: Service): readonly Workload[] {
  const isSelecting = selector !== undefined && Object.keys(selector).length > 0;
  return isSelecting ? workloadsSelected(mesh, selector, namespace) : [];
}

/** The port of the pods that a port of a service leads to; undefined where it is named and no container has the name. */
export function targetPortOf({ template }: Workload, { targetPort, number }: ServicePort): number | undefined {
  if (typeof targetPort !== 'string') return targetPort ?? number;
  const ports = template.value.spec?.containers?.flatMap((container) => container.ports ?? []);
  return ports?.find(({ name }) => name === targetPort)?.containerPort;
}
