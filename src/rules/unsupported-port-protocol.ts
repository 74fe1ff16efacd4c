import { isControlPlane, proxyContainer } from '../mesh/pod-templates';
import type { Mesh } from '../mesh/mesh';
import { isAmbient } from '../mesh/injection';
import { runsProxy } from '../mesh/proxy';
import { isSniffed } from '../mesh/protocol';
import { type WrittenPort, portsOf, workloadsBehind } from './served-ports';
import { rule } from './rule';

/** The controllers whose Services nobody writes. */
const MANAGED = new Set(['istio.io-gateway-controller', 'istio.io-mesh-controller', 'istio.io-eastwest-controller']);

export default rule({
  name: 'unsupported-port-protocol',
  category: 'practice',
  isLocal: true,
  severity: 'info',
  summary: 'Neither the name nor the appProtocol of a port says what it carries.',
  docs: `
    Istio reads the protocol from \`appProtocol\`, else from the part of the name before the
    first "-". Of others the proxy looks at the first bytes of each connection: HTTP is then
    found to be HTTP, at some cost, and a server that speaks first makes clients wait.
    AuthorizationPolicies and routes for HTTP hold only where HTTP was recognized. Name the port
    \`http-web\`, \`tcp-db\` or the like, or set \`appProtocol\`.

    Ports 25, 53, 3306 and 27017 are TCP by their number; Kiali asks for a name there too.
  `,
  sameAs: ['IST0118', 'KIA0601', 'KIA0602'],
  check({ mesh, report }) {
    for (const service of mesh.all('Service')) {
      if (service.value.spec?.type === 'ExternalName' || isControlPlane(service)) continue;
      if (MANAGED.has(service.metadata.labels?.['gateway.istio.io/managed'] ?? '')) continue;
      for (const port of portsOf(service)) {
        if (!isSniffed(port.protocol)) continue;
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
      message: `Istio knows no protocol "${appProtocol}"; it looks at the first bytes instead`,
    };
  if (name)
    return {
      place: field.get('name'),
      message: `the name "${name}" of port ${port} says no protocol, as "http-${name}" would`,
    };
  return { place: field.get('port'), message: `port ${port} has neither a name such as "http" nor an appProtocol` };
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
