import type { Mesh } from '../../mesh/mesh';
import { type ServerPort, serverPorts } from '../../mesh/policies/server-ports';
import type { Service } from '../../mesh/services/service';
import { services } from '../../mesh/services/services';
import { targetPortOf } from '../../mesh/services/service-workloads';
import { isMtlsAutomatic, isMutual, prescribedPortTls } from '../../mesh/traffic/prescribed-tls';
import { takesInbound } from '../../mesh/workloads/captured';
import { isGateway, runsProxy } from '../../mesh/workloads/proxy';
import { type Workload, workloads } from '../../mesh/workloads/workloads';
import type { Field } from '../../source/field';
import { rule } from '../rule';

const ANNOTATIONS = [
  'traffic.sidecar.istio.io/excludeInboundPorts',
  'traffic.sidecar.istio.io/includeInboundPorts',
] as const;

export default rule({
  name: 'mtls-to-excluded-port',
  category: 'security',
  severity: 'warning',
  summary: 'Clients use mutual TLS to a port that annotations exclude from the sidecar.',
  url: 'https://istio.io/latest/docs/reference/config/annotations/',
  docs: `
    Clients know from the control plane that a workload has a sidecar, and not which ports annotations
    exclude from it. Clients with a proxy therefore use mutual TLS to these ports too, and the
    application receives the TLS handshake: calls fail, for HTTP with 503 and the response flag UF.
    Clients without a proxy reach the port, as scrapers of metrics do.

    Fix: set \`portLevelMtls\` to DISABLE for the port in a PeerAuthentication with the selector of the
    workload, or let the sidecar have the port.
  `,
  check({ mesh, report }) {
    if (!workloads(mesh).some(hasAnnotation)) return;
    const reported = new Set<string>();
    for (const service of services(mesh))
      for (const server of serverPorts(mesh, service)) {
        const excluded = exclusionOf(mesh, server);
        if (!excluded || server.mtls.mode === 'DISABLE' || !usesMutualTls(mesh, service, server)) continue;
        const { field, target, workload } = excluded;
        const key = `${field.resource.title} ${target}`;
        if (reported.has(key) || !hasOtherProxies(mesh, workload)) continue;
        reported.add(key);
        report(
          field,
          `clients use mutual TLS to port ${server.port.number} of "${service.hostname}", but this annotation excludes port ${target} from the sidecar, so their calls fail`,
          { about: String(target), related: [{ place: server.port.field, message: 'the port of the service' }] },
        );
      }
  },
});

const hasAnnotation = ({ template }: Workload): boolean =>
  ANNOTATIONS.some((name) => template.value.metadata?.annotations?.[name] !== undefined);

interface Exclusion {
  readonly workload: Workload;
  readonly field: Field;
  /** The port of the pods. */
  readonly target: number;
}

/** The annotation that excludes the port of a server from its sidecar. */
function exclusionOf(mesh: Mesh, { workload, port }: ServerPort): Exclusion | undefined {
  const target = workload && targetPortOf(workload, port);
  if (!workload || target === undefined || !runsProxy(workload) || isGateway(mesh, workload)) return undefined;
  const { annotations = {} } = workload.template.value.metadata ?? {};
  const name = ANNOTATIONS.find((each) => {
    const value = annotations[each];
    return value !== undefined && !takesInbound({ [each]: value }, target) && takesInbound({}, target);
  });
  if (name === undefined) return undefined;
  return { workload, target, field: workload.template.child('metadata').child('annotations').child(name) };
}

/** As clients in the namespace of the service do. */
function usesMutualTls(mesh: Mesh, service: Service, { port, labels }: ServerPort): boolean {
  const prescribed = prescribedPortTls(mesh, service, port.number, labels, service.namespace);
  return prescribed.length > 0 ? prescribed.some(isMutual) : isMtlsAutomatic(mesh);
}

const hasOtherProxies = (mesh: Mesh, server: Workload): boolean =>
  workloads(mesh).some((workload) => workload !== server && runsProxy(workload));
