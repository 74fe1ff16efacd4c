import { configs } from '../../mesh/settings/configs';
import { covers, fullHost, isWildcard } from '../../mesh/services/hostname';
import type { Mesh } from '../../mesh/mesh';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { bestService, services, servicesCalled } from '../../mesh/services/services';
import { workloadsSelected } from '../../mesh/workloads/workloads';
import type { Field } from '../../source/field';
import { coveredBy, declaredAt, halfWritten, hostFix, hostHint, missingHost, namespaceInHost } from './hosts';
import { type Context, type Missing, rule } from '../rule';

export default rule({
  name: 'unknown-destination-rule-host',
  category: 'reference',
  severity: 'warning',
  summary: 'A DestinationRule has a host that no Service or ServiceEntry defines.',
  url: 'https://istio.io/latest/docs/reference/config/networking/destination-rule/',
  docs: `
    A DestinationRule changes the clusters of services. Without the service, its traffic policy has
    no effect, and requests that are routed to its subsets get 503 with the response flag NC.

    Fix: correct the host, or define it in a ServiceEntry. The host must be visible from the
    namespace of the rule, unless the rule is in the root namespace.

    Only a name without a dot is completed: "reviews.shop" is used as written (Kiali completes it,
    Istio does not). istioctl reports most wildcards such as "*.svc.cluster.local"; meshlint reports
    a wildcard only when it covers no service.
  `,
  sameAs: ['IST0174', 'KIA0202'],
  check(context) {
    const { mesh } = context;
    for (const destinationRule of configs(mesh, 'DestinationRule')) {
      const [field] = destinationRule.each('spec.host');
      if (!field?.value) continue;
      const host = fullHost(field.value, destinationRule.namespace, mesh.domain);
      if (isWildcard(host)) checkWildcard(context, field, host);
      else checkOne(context, field, host);
    }
  },
});

function checkOne({ mesh, report, missing }: Context, field: Field<string>, host: string): void {
  const { namespace } = field.resource;
  if (isShaped(mesh, host, namespace)) return;
  const sameAs = counterparts(mesh, field.value, host, namespace);
  const hidden = servicesCalled(mesh, host);
  if (hidden.length > 0)
    return report(field, `host "${field.value}" is not exported to namespace "${namespace}"`, {
      sameAs,
      related: hidden.map(declaredAt),
    });
  const message = `host "${field.value}" is not defined by any Service or ServiceEntry${hostHint(mesh, field.value, host, [namespace])}`;
  const details = { sameAs, fix: hostFix(mesh, field, host) };
  if (halfWritten(mesh, host)) return report(field, message, details);
  missing(field, missingHost(mesh, host), message, details);
}

/** Whether somebody who finds the rule sees the service: rules of the root namespace are found by all. */
const isShaped = (mesh: Mesh, host: string, namespace: string): boolean =>
  namespace === rootNamespace(mesh)
    ? servicesCalled(mesh, host).length > 0
    : bestService(mesh, host, namespace) !== undefined;

/** Kiali completes names, and takes the label `app` of a workload for a host; both take a wildcard for every name it covers. */
function counterparts(mesh: Mesh, written: string, host: string, namespace: string): string[] {
  if (coveredBy(mesh, host, [namespace])) return [];
  const isKnownToKiali = halfWritten(mesh, host) || workloadsSelected(mesh, { app: written }, namespace).length > 0;
  return isKnownToKiali ? ['IST0174'] : ['IST0174', 'KIA0202'];
}

function checkWildcard({ mesh, missing }: Context, field: Field<string>, host: string): void {
  if (services(mesh).some(({ hostname }) => covers(host, hostname))) return;
  const message = `no host of a Service or ServiceEntry matches "${field.value}"`;
  missing(field, missingWildcard(mesh, host), message, { sameAs: ['IST0174'] });
}

function missingWildcard(mesh: Mesh, host: string): Missing {
  const suffix = host.slice(1);
  const named = namespaceInHost(mesh, host);
  if (named) return { kind: 'Service', namespace: named };
  const isOfCluster = `.svc.${mesh.domain}`.endsWith(suffix);
  return { kind: isOfCluster ? 'Service' : 'ServiceEntry', namespace: '' };
}
