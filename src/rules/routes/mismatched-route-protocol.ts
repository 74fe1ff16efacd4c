import { type AnyRoute, type Attachment, attachments } from '../../mesh/gateway-api/parents';
import { SERVICE } from '../../mesh/gateway-api/references';
import { bestService } from '../../mesh/services/services';
import { writtenVirtualServices } from '../../mesh/traffic/virtual-services';
import { routesOfApi } from '../gateway-api/api-routes';
import { type Context, rule } from '../rule';
import { KINDS, type Kind, type Port, portsFor, portsOf } from './ports';
import { own } from '../../source/own';

export default rule({
  name: 'mismatched-route-protocol',
  category: 'traffic',
  severity: 'warning',
  summary: 'A VirtualService, or a route for a Service, has routes for a protocol that none of its ports uses.',
  url: 'https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/',
  docs: `
    "http" routes apply to ports that the proxy reads as HTTP, "tls" routes to TLS that it passes
    through, "tcp" routes to all other connections. The name or appProtocol of a Service's port, and
    the protocol and TLS mode of a Gateway's server, decide. Routes of another type are ignored:
    requests go to the service as if the VirtualService did not exist, and a gateway does not answer
    them. The same applies to routes of the Gateway API whose parent is a Service.

    Fix: use the matching route type, or correct the protocol of the port. Neither istioctl nor
    Kiali checks this.
  `,
  check(context) {
    const { mesh, report } = context;
    for (const virtualService of writtenVirtualServices(mesh)) {
      const ports = portsFor(mesh, virtualService);
      if (!ports || ports.length === 0) continue;
      for (const kind of KINDS) {
        const [route] = virtualService[kind];
        if (!route || ports.some(({ carries }) => carries.includes(kind))) continue;
        const related = ports.slice(0, 4).map(({ field, title }) => ({ place: field, message: title }));
        const place = virtualService.resource.at(['spec', kind]);
        report(place.key, `no port of this VirtualService uses "${kind}" routes: ${titles(ports)}`, { related });
      }
    }
    for (const route of routesOfApi(mesh))
      for (const attachment of attachments(mesh, route)) checkAttachment(context, route, attachment);
  },
});

/** Routes that clients in the mesh follow. At a gateway the listener says which kinds it takes. */
function checkAttachment({ mesh, report }: Context, { kind }: AnyRoute, attachment: Attachment): void {
  const { field, parent, parentKind, namespace, denial } = attachment;
  if (denial || parent.internalName !== 'mesh' || parentKind !== SERVICE) return;
  const { name = '', port } = field.value;
  const service = bestService(mesh, `${name}.${namespace}.svc.${mesh.domain}`, namespace);
  const ports = (service ? portsOf(service) : []).filter(({ number }) => port === undefined || number === port);
  const wanted = own(KIND_OF_ROUTE, kind);
  if (!wanted || ports.length === 0 || ports.some(({ carries }) => carries.includes(wanted))) return;
  const related = ports.slice(0, 4).map((each) => ({ place: each.field, message: each.title }));
  const place = port === undefined ? field.get('name') : field.get('port');
  report(place, `clients of "${name}" ignore this ${kind}: ${titles(ports)}`, { related });
}

const KIND_OF_ROUTE: Readonly<Record<string, Kind>> = {
  HTTPRoute: 'http',
  GRPCRoute: 'http',
  TLSRoute: 'tls',
  TCPRoute: 'tcp',
};

const titles = (ports: readonly Port[]): string => [...new Set(ports.map(({ title }) => title))].slice(0, 4).join(', ');
