/** The ports on which workloads serve, as their services and containers tell. */
import { selectsSome } from '../workloads/labels';
import type { Mesh } from '../mesh';
import { servicesIn } from '../traffic/prescribed-tls';
import type { Protocol } from './protocol';
import type { ServicePort } from './service';
import { targetPortOf } from './service-workloads';
import type { Workload } from '../workloads/workloads';

/** A port of a workload's pods. */
export interface ServedPort {
  readonly number: number;
  /** What it carries; unknown where no service leads to it. */
  readonly protocol: Protocol | undefined;
  /** The port of a service that leads to it. */
  readonly servicePort: ServicePort | undefined;
}

/** The ports that services lead to, and those that containers declare; none where nothing tells. */
export function servedPorts(mesh: Mesh, workload: Workload): ServedPort[] {
  const found = new Map<number, ServedPort>();
  for (const { selector, ports } of servicesIn(mesh, workload.namespace)) {
    if (!selectsSome(selector, workload.labels)) continue;
    for (const servicePort of ports) {
      const number = targetPortOf(workload, servicePort);
      if (number !== undefined) found.set(number, { number, protocol: servicePort.protocol, servicePort });
    }
  }
  for (const { ports = [] } of workload.template.value.spec?.containers ?? [])
    for (const { containerPort: number } of ports)
      if (number !== undefined && !found.has(number))
        found.set(number, { number, protocol: undefined, servicePort: undefined });
  return [...found.values()];
}
