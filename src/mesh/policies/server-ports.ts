/** What the servers of a service demand of connections, port by port. */
import type { Mesh } from '../mesh';
import { isHttp } from '../services/protocol';
import type { Service, ServicePort } from '../services/service';
import { targetPortOf, workloadsOf } from '../services/service-workloads';
import { sidecarScopeFor } from '../traffic/sidecar-scope';
import { takesInbound } from '../workloads/captured';
import type { Labels } from '../workloads/labels';
import { isGateway, runsProxy } from '../workloads/proxy';
import type { Workload } from '../workloads/workloads';
import { type Mtls, mtlsOf } from './authentication';
import { mayBeInMesh } from './policy-enforcers';

/** A port of a service at one of its workloads. */
export interface ServerPort {
  readonly port: ServicePort;
  readonly labels: Labels;
  /** Undefined where the servers are outside of the input. */
  readonly workload: Workload | undefined;
  readonly mtls: Mtls;
}

/** The ports of all servers that are in the mesh, or may be; those outside of the input carry the labels that the service selects. */
export function serverPorts(mesh: Mesh, service: Service): readonly ServerPort[] {
  const { meshExternal, selector, namespace, ports } = service;
  if (meshExternal) return [];
  const known = workloadsOf(mesh, service);
  if (known.length > 0)
    return known
      .filter((workload) => mayBeInMesh(mesh, workload))
      .flatMap((workload) =>
        ports.map((port) => ({
          port,
          labels: workload.labels,
          workload,
          mtls: mtlsOf(mesh, workload, targetPortOf(workload, port)),
        })),
      );
  if (!selector) return [];
  return ports.map((port) => {
    const target = port.targetPort ?? port.number;
    const mtls = mtlsOf(mesh, { namespace, labels: selector }, typeof target === 'number' ? target : undefined);
    return { port, labels: selector, workload: undefined, mtls };
  });
}

/**
 * Whether a sidecar refuses TLS that is not of the mesh at a port: in mode PERMISSIVE its filter chains for HTTP tell that of the
 * mesh by ALPN, and take nothing else but plain text; in mode DISABLE they read a handshake as HTTP. Ports of other protocols
 * pass TLS on to the application, and in mode STRICT all of it is refused.
 */
export function refusesForeignTls(mesh: Mesh, { workload, port, mtls }: ServerPort): boolean {
  if (!workload || !isHttp(port.protocol) || mtls.mode === 'STRICT') return false;
  const target = targetPortOf(workload, port);
  if (target === undefined || !runsProxy(workload) || isGateway(mesh, workload)) return false;
  const { namespace, labels, template } = workload;
  if (sidecarScopeFor(mesh, namespace, labels).ingress.length > 0) return false;
  return takesInbound(template.value.metadata?.annotations ?? {}, target);
}

/** The server in words, such as `Deployment shop/cart on port 80`. */
export const serverName = ({ workload, port }: ServerPort, { namespace }: Service): string =>
  workload ? `${workload.resource.title} on port ${port.number}` : `namespace "${namespace}"`;
