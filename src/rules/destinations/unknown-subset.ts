import { subsetsOf } from '../../mesh/traffic/destination-rules';
import { assumedSubsets, matches } from '../../mesh/assumed';
import { type NamedDestination, namedDestinations } from '../../mesh/traffic/destinations';
import type { Mesh } from '../../mesh/mesh';
import { meshConfig } from '../../mesh/settings/mesh-config';
import { clientsWithoutSubset } from '../../mesh/traffic/subset-clients';
import { exportOf, reaches } from '../../mesh/traffic/visibility';
import { isSurelyAbsent } from '../../mesh/world';
import type { KindMap } from '../../schema/kinds';
import { didYouMean, oneOf } from '../../schema/spelling';
import type { Resource } from '../../source/resource';
import { respelling } from '../edits';
import { halfWritten, missingHost, namespaceInHost } from './hosts';
import { type Context, rule } from '../rule';
import { rulesDeclaring, rulesNaming } from './subsets';

export default rule({
  name: 'unknown-subset',
  category: 'reference',
  severity: 'error',
  summary: 'A route references a subset that no DestinationRule defines for its host.',
  url: 'https://istio.io/latest/docs/reference/config/networking/destination-rule/',
  docs: `
    Envoy gets a route to a cluster that does not exist, so requests that take it get 503 with the
    response flag NC.

    Fix: define the subset in a DestinationRule for the host, or remove it from the route.

    A proxy uses the DestinationRule of its own namespace, else that of the service's namespace,
    else that of the root namespace. A rule in any other namespace only applies to clients in that
    namespace. istioctl and Kiali accept rules of any namespace, and istioctl ignores rules for
    wildcard hosts.
  `,
  sameAs: ['IST0101', 'KIA1107'],
  check(context) {
    for (const destination of namedDestinations(context.mesh)) {
      const { subset } = destination.field.value;
      if (subset && destination.host !== '') checkOne(context, destination, subset);
    }
  },
});

function checkOne(context: Context, destination: NamedDestination, subset: string): void {
  const { mesh, report, missing } = context;
  const { field, host, viewers, service } = destination;
  const seen = viewers.map((viewer) => subsetsOf(mesh, host, viewer));
  const blind = viewers.filter((_, index) => !seen[index]!.some(({ value }) => value.name === subset));
  if (blind.length === 0) return reportClients(context, destination, subset);
  const assumed = assumedSubsets(mesh, host, field.resource.namespace);
  if (matches(subset, assumed)) return;
  const elsewhere = rulesDeclaring(mesh, host, subset);
  const details = {
    sameAs: counterparts(mesh, destination, elsewhere),
    evidence: rulesNaming(mesh, host).map((each) => each.at(['spec', 'subsets'])),
    related: elsewhere.map((each) => ({ place: each.at(['spec', 'host']), message: 'the rule that defines it' })),
  };
  const place = field.get('subset');
  if (elsewhere.length > 0) {
    const titles = elsewhere.map(({ title }) => title).join(', ');
    const where = `proxies in ${blind.length === 1 ? 'namespace' : 'namespaces'} ${oneOf(blind, 'and')}`;
    const message = `subset "${subset}" is defined in ${titles}, which ${where} do not use`;
    const isMisspelt = elsewhere.every(({ metadata }) => metadata.namespace !== undefined);
    return missing(place, { kind: 'DestinationRule', namespace: '', isMisspelt }, message, details);
  }
  const names = [...seen.flat().map(({ value }) => value.name ?? ''), ...assumed];
  const message = `host "${field.value.host}" has no subset "${subset}"${didYouMean(subset, names)}`;
  if (service || rulesNaming(mesh, host).length > 0 || assumed.length > 0)
    return report(place, message, { ...details, fix: respelling(place, names) });
  if (reportedByUnknownHost(mesh, destination)) return;
  missing(
    place,
    { kind: 'DestinationRule', namespace: namespaceInHost(mesh, host) ?? '', name: host },
    message,
    details,
  );
}

/** The VirtualService's namespace sees the subset, but other clients use another rule, or none. */
function reportClients({ mesh, report, company }: Context, destination: NamedDestination, subset: string): void {
  const { field, host, role } = destination;
  const consequence =
    role === 'mirror' ? 'no copies of their requests are sent' : 'their requests fail with 503 (response flag NC)';
  for (const { rule: other, namespace } of clientsWithoutSubset(mesh, destination, subset)) {
    const [hiding] = other?.from ?? [];
    if (hiding && company(field.resource, hiding) !== 'certain') continue;
    const who = `clients in namespace "${namespace}"`;
    const why = hiding
      ? `${who} use ${hiding.title}, which does not define subset "${subset}"`
      : `no DestinationRule with subset "${subset}" is exported to ${who}`;
    const rivals = hiding ? [hiding] : rulesDeclaring(mesh, host, subset);
    const message = hiding ? 'the rule that applies to them' : 'the rule that defines it';
    report(field.get('subset'), `${why}, so ${consequence}`, {
      about: `${subset} ${namespace}`,
      sameAs: [],
      related: rivals.map((each) => ({ place: each.at(['spec', 'host']), message })),
    });
  }
}

/** Where nobody knows the host at all, there is one mistake, and unknown-host tells it. */
export function reportedByUnknownHost(mesh: Mesh, { host, service }: NamedDestination): boolean {
  const { kind, namespace } = missingHost(mesh, host);
  const isSaid = isSurelyAbsent(mesh, { kind, namespace, name: host }) || halfWritten(mesh, host) !== undefined;
  return !service && rulesNaming(mesh, host).length === 0 && isSaid;
}

/** istioctl looks at all rules for this very host, Kiali at those that the VirtualService's namespace may see. */
function counterparts(
  mesh: Mesh,
  { host, role, virtualService }: NamedDestination,
  elsewhere: readonly Resource<KindMap['DestinationRule']>[],
): string[] {
  const { namespace } = virtualService;
  const isOfCluster = namespaceInHost(mesh, host) !== undefined;
  const known = elsewhere.some((each) => isOfCluster || each.namespace === namespace);
  const defaults = meshConfig(mesh).defaultDestinationRuleExportTo;
  const visible = elsewhere.some((each) =>
    reaches(exportOf(each.value.spec?.exportTo ?? [], defaults, each.namespace), namespace),
  );
  return [...(known ? [] : ['IST0101']), ...(role === 'mirror' || visible ? [] : ['KIA1107'])];
}
