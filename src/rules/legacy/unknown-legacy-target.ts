import { configs } from '../../mesh/settings/configs';
import { isWildcard, serviceHost } from '../../mesh/services/hostname';
import { isNamespace, namespaces } from '../../mesh/settings/namespaces';
import type { Service } from '../../mesh/services/service';
import { servicesCalled } from '../../mesh/services/services';
import type { IstioService, TargetSelector } from '../../schema/kinds/legacy';
import { didYouMean } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { completed, missingHost } from '../destinations/hosts';
import { type Context, rule } from '../rule';

export default rule({
  name: 'unknown-legacy-target',
  category: 'reference',
  severity: 'error',
  summary: 'A policy, role or binding of Istio 1.4 references a service, port or namespace that does not exist.',
  url: 'https://istio.io/v1.4/docs/reference/config/security/',
  docs: `
    Authentication policies name their targets by the short names of services in their own
    namespace. ServiceRoles and ClusterRbacConfigs name services in full
    ("reviews.shop.svc.cluster.local"); short names match nothing there. A policy for a service that
    does not exist has no effect: it requires no mutual TLS, verifies no token, and neither allows
    nor denies requests.

    Fix: correct the name. These kinds belong to Istio 1.4; later releases use PeerAuthentication,
    RequestAuthentication and AuthorizationPolicy.
  `,
  check(context) {
    const { mesh } = context;
    for (const policy of configs(mesh, 'Policy'))
      for (const target of policy.each('spec.targets[]')) checkTarget(context, target);
    for (const binding of [...configs(mesh, 'QuotaSpecBinding'), ...configs(mesh, 'HTTPAPISpecBinding')])
      for (const service of binding.each('spec.services[]')) checkBound(context, service);
    for (const role of configs(mesh, 'ServiceRole'))
      for (const field of role.each('spec.rules[].services[]')) checkHost(context, field);
    for (const config of [...configs(mesh, 'ClusterRbacConfig'), ...configs(mesh, 'RbacConfig')])
      for (const list of [config.each('spec.inclusion'), config.each('spec.exclusion')].flat()) {
        for (const field of list.each('services[]')) checkHost(context, field);
        for (const field of list.each('namespaces[]')) checkNamespace(context, field);
      }
  },
});

function checkTarget(context: Context, target: Field<TargetSelector>): void {
  const { name = '' } = target.value;
  const { namespace } = target.resource;
  const host = serviceHost(name, namespace, context.mesh.domain);
  const [service] = servicesCalled(context.mesh, host);
  if (!service) return reportMissing(context, target.get('name'), name, host);
  for (const port of target.each('ports[]')) if (!isServed(service, port.value)) reportNoPort(context, port, service);
}

const isServed = ({ ports }: Service, { number, name }: { number?: number; name?: string }): boolean =>
  ports.some((port) => (number === undefined ? port.name === name : port.number === number));

function reportNoPort({ report }: Context, field: Field<{ number?: number; name?: string }>, service: Service): void {
  const { number, name = '' } = field.value;
  const place = number === undefined ? field.get('name') : field.get('number');
  const offered = service.ports.map((port) => `${port.number} (${port.name})`).join(', ');
  report(place, `"${service.hostname}" has no port "${number ?? name}"; its ports are ${offered || 'none'}`, {
    related: [{ place: service.field, message: 'the service' }],
  });
}

function checkBound(context: Context, field: Field<IstioService>): void {
  const { name = '', namespace = field.resource.namespace, domain, service } = field.value;
  const written = service ?? name;
  if (isWildcard(written) || written === '') return;
  const host =
    service ?? (domain ? `${name}.${namespace}.${domain}` : serviceHost(name, namespace, context.mesh.domain));
  if (servicesCalled(context.mesh, host).length > 0) return;
  reportMissing(context, service ? field.get('service') : field.get('name'), written, host);
}

/** Texts with a star fit many, and need fit none. */
function checkHost(context: Context, field: Field<string>): void {
  const { mesh } = context;
  const { value, resource } = field;
  if (value.includes('*') || servicesCalled(mesh, value).length > 0) return;
  const full = value.includes('.') ? completed(mesh, value) : serviceHost(value, resource.namespace, mesh.domain);
  const isMeant = full !== undefined && servicesCalled(mesh, full).length > 0;
  if (isMeant) context.report(field, `"${value}" matches no service, because full names are compared: use "${full}"`);
  else reportMissing(context, field, value, full ?? value);
}

function reportMissing({ mesh, missing }: Context, field: Field, written: string, host: string): void {
  missing(field, missingHost(mesh, host), `service "${written}" does not exist`);
}

function checkNamespace({ mesh, missing }: Context, field: Field<string>): void {
  if (field.value === '*' || isNamespace(mesh, field.value)) return;
  const hint = didYouMean(field.value, namespaces(mesh).keys());
  missing(field, { kind: 'Namespace', namespace: '' }, `namespace "${field.value}" does not exist${hint}`);
}
