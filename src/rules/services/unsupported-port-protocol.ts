import { isControlPlane, proxyContainer } from '../../mesh/workloads/pod-templates';
import type { Mesh } from '../../mesh/mesh';
import { isAmbient } from '../../mesh/injection/injection';
import { runsProxy } from '../../mesh/workloads/proxy';
import { isSniffed, protocolNamed } from '../../mesh/services/protocol';
import { type WrittenPort, portsOf, workloadsBehind } from './served-ports';
import { rule } from '../rule';

/** The controllers whose Services nobody writes. */
const MANAGED = new Set(['istio.io-gateway-controller', 'istio.io-mesh-controller', 'istio.io-eastwest-controller']);

export default rule({
  name: 'unsupported-port-protocol',
  category: 'practice',
  isLocal: true,
  severity: 'info',
  summary: 'A port has no protocol in its name or appProtocol.',
  url: 'https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/',
  docs: `
    Istio reads the protocol from \`appProtocol\`, else from the part of the port name before the
    first "-". For other ports the proxy inspects the first bytes of each connection: it detects
    HTTP at some cost, and clients wait when the server sends first. HTTP policies and routes apply
    only to detected HTTP.

    Fix: name the port \`http-web\`, \`tcp-db\` or similar, or set \`appProtocol\`.

    Ports 25, 53, 3306 and 27017 are TCP by their number; Kiali requires a name there too.
  `,
  sameAs: ['IST0118', 'KIA0601', 'KIA0602'],
  check({ mesh, report }) {
    for (const service of mesh.all('Service')) {
      if (service.value.spec?.type === 'ExternalName' || isControlPlane(service)) continue;
      if (MANAGED.has(service.metadata.labels?.['gateway.istio.io/managed'] ?? '')) continue;
      for (const port of portsOf(service)) {
        if (!isSniffed(port.protocol) || typeof port.field.value.port !== 'number') continue;
        const { place, message } = described(port);
        report(place, message, { sameAs: ['IST0118', ...ofKiali(mesh, port)] });
      }
    }
  },
});

function described({ field }: WrittenPort) {
  const { name, appProtocol, port } = field.value;
  if (appProtocol !== undefined)
    return {
      place: field.get('appProtocol'),
      message: `unknown protocol "${appProtocol}"; Istio detects the protocol from the first bytes instead`,
    };
  if (name)
    return {
      place: field.get('name'),
      message: `port ${port}: the name "${name}" has no protocol; Istio detects it from the first bytes; ${protocolHint(name)}`,
    };
  return {
    place: field.get('port'),
    message: `port ${port} has no protocol: set appProtocol, or a name such as "http"`,
  };
}

/** A name that has a protocol: only a hyphen ends the protocol of a name. */
function protocolHint(name: string): string {
  const hyphenated = name.replaceAll('_', '-');
  const hasProtocol = protocolNamed(hyphenated.split('-')[0] ?? '') !== 'UnsupportedProtocol';
  return `name it "${hasProtocol ? hyphenated : `http-${hyphenated}`}" or set appProtocol`;
}

/** Kiali does not speak of Services that have pods outside of the mesh; pods that exist are asked themselves. */
function ofKiali(mesh: Mesh, { service, field }: WrittenPort): string[] {
  const behind = workloadsBehind(mesh, service);
  const inMesh =
    behind.some(({ namespace, template }) => isAmbient(mesh, namespace, template)) ||
    behind.every((workload) => {
      const existing = workload.pods.filter(({ template }) => template.resource.kind === 'Pod');
      return existing.length > 0
        ? existing.every(({ template }) => proxyContainer(template) !== undefined)
        : runsProxy(workload);
    });
  if (!inMesh) return [];
  return [field.value.appProtocol === undefined ? 'KIA0601' : 'KIA0602'];
}
