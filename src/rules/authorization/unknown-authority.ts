import { configs } from '../../mesh/settings/configs';
import { serviceHost } from '../../mesh/services/hostname';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { meshConfig } from '../../mesh/settings/mesh-config';
import { namespaces } from '../../mesh/settings/namespaces';
import { services, servicesCalled } from '../../mesh/services/services';
import { isPattern } from '../../mesh/policies/text-match';
import { virtualServices } from '../../mesh/traffic/virtual-services';
import { didYouMean } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { type Context, rule } from '../rule';

export default rule({
  name: 'unknown-authority',
  category: 'reference',
  severity: 'warning',
  summary: 'An AuthorizationPolicy matches the host of a Service that does not exist.',
  url: 'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
  docs: `
    The hosts of an operation are compared with the authority of each request as the client wrote
    it. A name without a dot, or with a namespace after its only dot, can only be that of a Service.
    When the Service does not exist, the entry never matches.

    Fix: correct the name. Where clients cannot reach hosts outside the mesh (REGISTRY_ONLY), the
    finding is an error.
  `,
  sameAs: ['KIA0104'],
  check(context) {
    for (const policy of configs(context.mesh, 'AuthorizationPolicy'))
      for (const field of policy.each('spec.rules[].to[].operation.hosts[]')) checkOne(context, field);
  },
});

function checkOne({ mesh, missing }: Context, field: Field<string>): void {
  const { resource, value } = field;
  const named = serviceNamed(mesh, value, resource.namespace);
  if (!named || isKnown(mesh, named, value)) return;
  const names = services(mesh).filter(({ namespace }) => namespace === named.namespace);
  const meant = didYouMean(
    named.name,
    names.map(({ name }) => name),
  );
  const severity = meshConfig(mesh).outboundTrafficPolicy?.mode === 'REGISTRY_ONLY' ? 'error' : 'warning';
  const message = `no request has the authority "${value}": namespace "${named.namespace}" has no service "${named.name}"${meant}`;
  missing(field, { kind: 'Service', namespace: named.namespace }, message, { severity });
}

/** The Service that a host can only stand for; undefined for patterns and for names of other forms. */
function serviceNamed(mesh: Mesh, host: string, from: string): { name: string; namespace: string } | undefined {
  const [name = '', namespace = from, ...rest] = host.replace(/:\d+$/, '').split('.');
  if (name === '' || rest.length > 0 || isPattern(host) || name.includes(':')) return undefined;
  return namespaces(mesh).has(namespace) ? { name, namespace } : undefined;
}

const routed = perMesh((mesh) => new Set(virtualServices(mesh).flatMap(({ hosts }) => hosts.map(({ name }) => name))));

function isKnown(mesh: Mesh, { name, namespace }: { name: string; namespace: string }, host: string): boolean {
  const full = serviceHost(name, namespace, mesh.domain);
  const forms = [full, host, `${name}.${namespace}`, `${name}.${namespace}.svc`];
  return forms.some((form) => servicesCalled(mesh, form).length > 0 || routed(mesh).has(form));
}
