import { configs } from '../../mesh/settings/configs';
import { groupBy } from '../../mesh/grouping';
import { covers, isWildcard, overlaps, serviceHost } from '../../mesh/services/hostname';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { isNamespace, namespaces } from '../../mesh/settings/namespaces';
import { namespaceOfHosts } from '../../mesh/traffic/prescribed-tls';
import { services, servicesCalled } from '../../mesh/services/services';
import { virtualServices } from '../../mesh/traffic/virtual-services';
import { isVisible } from '../../mesh/traffic/visibility';
import { didYouMean } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { completed, coveredBy, halfWritten, missingHost } from '../destinations/hosts';
import { type Context, rule } from '../rule';

export default rule({
  name: 'unknown-egress-host',
  category: 'reference',
  severity: 'warning',
  summary: 'A Sidecar imports a host that no Service or ServiceEntry defines.',
  url: 'https://istio.io/latest/docs/reference/config/networking/sidecar/',
  docs: `
    The egress hosts of a Sidecar are "namespace/host": the services and VirtualServices of that
    namespace that the proxies import. A host that is not defined there imports nothing, so the
    intended service stays unknown to the proxies: its requests follow outboundTrafficPolicy, or get
    502.

    Fix: write the host in full, "reviews.shop.svc.cluster.local"; short names are not completed.

    Kiali does not check the namespace before the slash, completes short names, and reports
    wildcards for other namespaces, which are valid.
  `,
  sameAs: ['KIA1004'],
  check(context) {
    for (const sidecar of configs(context.mesh, 'Sidecar'))
      for (const field of sidecar.each('spec.egress[].hosts[]')) checkOne(context, field);
  },
});

function checkOne({ mesh, missing }: Context, field: Field<string>): void {
  const parts = field.value.split('/');
  const [scope = '', host = ''] = parts;
  const { namespace: own } = field.resource;
  if (parts.length !== 2 || scope.startsWith('~')) return;
  const namespace = scope === '.' ? own : scope;
  if (namespace !== '*' && !isNamespace(mesh, namespace)) {
    const message = `namespace "${namespace}" does not exist${didYouMean(namespace, namespaces(mesh).keys())}`;
    return missing(field, { kind: 'Namespace', namespace: '' }, message, { sameAs: counterparts(mesh, host, own) });
  }
  if (host === '*' || isProvided(mesh, namespace, host, own)) return;
  const full = fullName(mesh, host, namespace === '*' ? own : namespace);
  const isKnown = full !== undefined && isProvided(mesh, namespace, full, own);
  // The cluster refuses short names; there is no more to say where they would be right.
  if (isKnown && !host.includes('.')) return;
  const where = namespace === '*' ? '' : ` in namespace "${namespace}"`;
  const hint = isKnown ? `; write "${scope}/${full}"` : '';
  const message = `host "${host}" is not defined by any Service or ServiceEntry${where}${hint}`;
  missing(field, missingHost(mesh, full ?? host), message, { sameAs: counterparts(mesh, host, own) });
}

const fullName = (mesh: Mesh, host: string, namespace: string): string | undefined =>
  host.includes('.') ? completed(mesh, host) : serviceHost(host, namespace, mesh.domain);

/** Kiali asks for the host alone, as seen from the Sidecar's namespace. */
function counterparts(mesh: Mesh, host: string, own: string): string[] {
  if (isWildcard(host)) return host === '*' || namespaceOfHosts(mesh, host) === own ? [] : ['KIA1004'];
  const full = host.includes('.') ? host : serviceHost(host, own, mesh.domain);
  const isSeen = servicesCalled(mesh, full).some((service) => isVisible(mesh, service, own));
  return isSeen || coveredBy(mesh, full, [own]) || halfWritten(mesh, host) ? [] : ['KIA1004'];
}

const provided = perMesh((mesh) => groupBy(services(mesh), ({ namespace }) => namespace));
const routed = perMesh((mesh) => groupBy(virtualServices(mesh), ({ namespace }) => namespace));
const answers = perMesh(() => new Map<string, boolean>());

/** Whether a namespace, or any, has a service or a VirtualService of a host that another namespace may see. */
function isProvided(mesh: Mesh, namespace: string, host: string, viewer: string): boolean {
  const key = `${viewer} ${namespace}/${host}`;
  const known = answers(mesh).get(key);
  if (known !== undefined) return known;
  const all = namespace === '*' ? services(mesh) : (provided(mesh).get(namespace) ?? []);
  const routes = namespace === '*' ? virtualServices(mesh) : (routed(mesh).get(namespace) ?? []);
  const answer =
    all.some((service) => covers(host, service.hostname) && isVisible(mesh, service, viewer)) ||
    routes.some(({ hosts }) => hosts.some(({ name }) => overlaps(name, host)));
  answers(mesh).set(key, answer);
  return answer;
}
