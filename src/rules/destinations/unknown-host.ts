import { type NamedDestination, namedDestinations, seenBy } from '../../mesh/traffic/destinations';
import type { Mesh } from '../../mesh/mesh';
import { bestService, servicesCalled } from '../../mesh/services/services';
import { oneOf } from '../../schema/spelling';
import { completed, coveredBy, declaredAt, halfWritten, hostFix, hostHint, missingHost } from './hosts';
import { type Context, rule } from '../rule';
import { rulesDeclaring } from './subsets';
import { reportedByUnknownHost } from './unknown-subset';

export default rule({
  name: 'unknown-host',
  category: 'reference',
  severity: 'error',
  summary: 'A route references a host that no Service or ServiceEntry defines.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    Envoy gets a route to a cluster that does not exist. Every request that takes the route gets 503
    with the response flag NC, and mirrored copies are lost. The outboundTrafficPolicy ALLOW_ANY
    does not help, because a route was found.

    Fix: correct the name, or define the host in a ServiceEntry.

    Only a name without a dot is completed with the namespace and the domain; "reviews.shop" is used
    as written (Kiali completes it, Istio does not). A ServiceEntry for *.example.com does not
    define api.example.com as a destination, although istioctl and Kiali accept it: route to the
    wildcard host itself, or define the host. The service must be exported to the clients that use
    the route; for a gateway that is the namespace of its pods.
  `,
  sameAs: ['IST0101', 'KIA1101', 'KIA1107'],
  check(context) {
    for (const destination of namedDestinations(context.mesh)) {
      if (destination.host === '') continue;
      if (!destination.service) reportUnknown(context, destination);
      else if (destination.viewers.length > 1) reportUnseen(context, destination);
    }
  },
});

function reportUnknown({ mesh, report, missing }: Context, destination: NamedDestination): void {
  const { field, host, viewers } = destination;
  const place = field.get('host');
  const sameAs = [...counterparts(mesh, destination), ...(alsoSubset(mesh, destination) ? ['KIA1107'] : [])];
  const hidden = servicesCalled(mesh, host);
  if (hidden.length > 0) {
    const message = `host "${place.value}" is not exported to ${namespaces(viewers)}, where this route is used`;
    return report(place, message, { sameAs, related: hidden.map(declaredAt) });
  }
  const message = `host "${place.value}" is not defined by any Service or ServiceEntry${hostHint(mesh, place.value ?? '', host, viewers)}`;
  const details = { sameAs, fix: hostFix(mesh, place, host) };
  if (halfWritten(mesh, host)) return report(place, message, details);
  missing(place, missingHost(mesh, host), message, details);
}

/** Kiali speaks of the subset too, unless the service that was meant has it. */
function alsoSubset(mesh: Mesh, destination: NamedDestination): boolean {
  const { field, host, role } = destination;
  const { subset } = field.value;
  if (!subset || role === 'mirror' || !reportedByUnknownHost(mesh, destination)) return false;
  return rulesDeclaring(mesh, completed(mesh, host) ?? host, subset).length === 0;
}

/** Some who follow the route know the host, and others do not. */
function reportUnseen({ mesh, report }: Context, { field, host, viewers, service }: NamedDestination): void {
  const blind = viewers.filter((viewer) => !bestService(mesh, host, viewer));
  if (blind.length === 0) return;
  const place = field.get('host');
  const message = `host "${place.value}" is not exported to ${namespaces(blind)}, where this route is also used`;
  report(place, message, { sameAs: [], severity: 'warning', related: service ? [declaredAt(service)] : [] });
}

const namespaces = (names: readonly string[]): string =>
  `${names.length === 1 ? 'namespace' : 'namespaces'} ${oneOf(names, 'and')}`;

/** istioctl asks those that the VirtualService is exported to, Kiali its own namespace. */
function counterparts(mesh: Mesh, { host, role, viewers, virtualService }: NamedDestination): string[] {
  if (coveredBy(mesh, host, viewers)) return [];
  const { namespace, value } = virtualService;
  const { exportTo = [] } = value.spec ?? {};
  const asked = exportTo.length > 0 ? exportTo.map((entry) => (entry === '.' ? namespace : entry)) : [namespace];
  const quiet = role === 'mirror' || halfWritten(mesh, host) || bestService(mesh, host, namespace);
  return [...(seenBy(mesh, host, asked) ? [] : ['IST0101']), ...(quiet ? [] : ['KIA1101'])];
}
