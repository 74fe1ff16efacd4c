import { groupBy } from '../../mesh/grouping';
import { callersOf, overlap } from '../../mesh/traffic/sidecar-views';
import { exportedTo, reaches } from '../../mesh/traffic/visibility';
import { servicesCalled } from '../../mesh/services/services';
import type { Mesh } from '../../mesh/mesh';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import type { Subset } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import { older } from '../conflicts/age';
import {
  type Ruling,
  coveringPairs,
  distantGroups,
  haveSameClients,
  mergedGroups,
} from '../conflicts/destination-rule-rivals';
import { namespaceInHost } from './hosts';
import { type Context, type Details, rule } from '../rule';
import { subjectAt } from '../subject';

export default rule({
  name: 'conflicting-destination-rules',
  category: 'conflict',
  severity: 'error',
  summary: 'Several DestinationRules apply to one host, and parts of some are ignored.',
  url: 'https://istio.io/latest/docs/reference/config/networking/destination-rule/',
  docs: `
    Istio merges the DestinationRules that one namespace has for one host. Subsets are combined, but
    of subsets with the same name, and of the traffic policies for the whole host, only those of the
    oldest rule are used. The others are ignored without a warning.

    Fix: give the subsets different names, and put the traffic policy into one rule.

    Rules of different namespaces are not merged: a client uses the rule of its own namespace, else
    that of the service's namespace, else that of the root namespace. A rule for one host does not
    inherit from a rule for a wildcard (\`*.shop.svc.cluster.local\`): it must repeat the settings.
    Both may be intended, and rules without a collision work: these are remarks, which are only
    reported with \`--world closed\`, or when the configuration gives this rule a severity.

    Kiali reports all of these alike, including rules that complement each other.
  `,
  sameAs: ['KIA0201'],
  check(context) {
    const { mesh } = context;
    for (const all of mergedGroups(mesh)) reportMerged(context, all);
    for (const all of distantGroups(mesh)) reportDistant(context, all);
    for (const [ruling, others] of coveringPairs(mesh)) reportCovering(context, ruling, others);
  },
});

function reportMerged(context: Context, all: readonly Ruling[]): void {
  const collisions = [...sameSubsets(all), ...severalPolicies(all)];
  for (const collision of collisions) reportCollision(context, collision);
  const colliding = new Set(collisions.map(({ ruling }) => ruling));
  for (const ruling of all) {
    if (colliding.has(ruling)) continue;
    const rival = all.find((other) => other !== ruling && areAlike(ruling, other) && haveSameClients(ruling, other));
    if (!rival) continue;
    const said = `${rival.resource.title} has the same host; Istio merges the two`;
    context.report(hostOf(ruling), said, { ...details(ruling, rival), severity: 'info', isRemark: true });
  }
}

/** Something that one rule says, and another says again. */
interface Collision {
  readonly ruling: Ruling;
  readonly rival: Ruling;
  readonly place: Field;
  readonly there: Field;
  readonly what: string;
}

interface Said {
  readonly ruling: Ruling;
  readonly place: Field;
}

function sameSubsets(all: readonly Ruling[]): Collision[] {
  const said = all.flatMap((ruling) => subsetsOf(ruling).map((subset) => ({ ruling, place: subset.get('name') })));
  return [...groupBy(said, ({ place }) => place.value).entries()].flatMap(([name, each]) =>
    collisionsOf(each, `subset "${name}"`),
  );
}

const severalPolicies = (all: readonly Ruling[]): Collision[] =>
  collisionsOf(
    all.flatMap((ruling) =>
      ruling.resource.each('spec.trafficPolicy').map((policy) => ({ ruling, place: policy.key })),
    ),
    'a traffic policy',
  );

const collisionsOf = (said: readonly Said[], what: string): Collision[] =>
  said.flatMap(({ ruling, place }) => {
    const rival = said.find((other) => other.ruling !== ruling && haveSameClients(ruling, other.ruling));
    return rival ? [{ ruling, rival: rival.ruling, place, there: rival.place, what }] : [];
  });

function reportCollision({ report }: Context, { ruling, rival, place, there, what }: Collision): void {
  const age = older(ruling.resource, rival.resource);
  report(place, `${rival.resource.title} also has ${what} for host "${ruling.host}"; ${COUNTS[age]}`, {
    ...details(ruling, rival),
    about: `${subjectAt(place)} ${rival.resource.title}`,
    related: [{ place: there, message: 'the other' }],
    severity: age === 'this' ? 'warning' : 'error',
  });
}

const COUNTS = {
  this: 'this one applies, because it is older',
  other: 'that one applies, because it is older',
  unknown: 'only the older one applies',
};

/** Clients take rules from their own namespace, the service's, or the root namespace; rules anywhere else are for those beside them. */
function reportDistant({ mesh, report }: Context, all: readonly Ruling[]): void {
  const homes = homesOf(mesh, all[0]!.host);
  const places = new Map(homes.map((home, place) => [home, place]));
  const rank = ({ resource }: Ruling): number => places.get(resource.namespace) ?? -1;
  const told = new Set<Ruling>();
  for (const near of all) {
    const far = farther(all, near, rank);
    if (!far || areApart(mesh, near, far)) continue;
    const who = rank(near) < 0 ? `clients in namespace "${near.resource.namespace}"` : 'clients';
    const message = `${who} use this rule for host "${near.host}" and ignore ${far.resource.title}`;
    report(hostOf(near), message, { ...details(near, far, all), severity: 'info', isRemark: true });
    if (told.has(far) || rank(far) < 0) continue;
    told.add(far);
    const inverse = `${who} use ${near.resource.title} for host "${near.host}" and ignore this rule`;
    report(hostOf(far), inverse, { ...details(far, near, all), severity: 'info', isRemark: true });
  }
}

/** A rule that the clients of one do without: where others look, or in some namespace of its own. */
function farther(all: readonly Ruling[], near: Ruling, rank: (ruling: Ruling) => number): Ruling | undefined {
  const { namespace } = near.resource;
  const isMissed = (other: Ruling): boolean =>
    other.resource.namespace !== namespace && haveSameClients(near, other) && reaches(other.exportTo, namespace);
  const far = all.find((other) => rank(other) > rank(near) && haveSameClients(near, other));
  return far ?? (rank(near) < 0 ? all.find(isMissed) : undefined);
}

/** Whether each is for a service of its own namespace, and Sidecars let nobody know both services. */
function areApart(mesh: Mesh, { host, resource: one }: Ruling, { resource: other }: Ruling): boolean {
  const callers = servicesCalled(mesh, host).flatMap((service) =>
    [one, other].some(({ namespace }) => namespace === service.namespace)
      ? [callersOf(mesh, host, service.namespace, exportedTo(mesh, service))]
      : [],
  );
  const [ours, theirs] = callers;
  return ours !== undefined && theirs !== undefined && !overlap(ours, theirs);
}

/** The namespaces where clients of others look for a rule, in their order. */
function homesOf(mesh: Mesh, host: string): string[] {
  const services = servicesCalled(mesh, host).map(({ namespace }) => namespace);
  const written = namespaceInHost(mesh, host);
  return [...new Set([...services, ...(written === undefined ? [] : [written]), rootNamespace(mesh)])];
}

function reportCovering({ mesh, report }: Context, ruling: Ruling, others: readonly Ruling[]): void {
  const [first, ...more] = others.filter((other) => areAlike(ruling, other));
  if (!first) return;
  const count = more.length > 0 ? ` (nor by ${more.length} more)` : '';
  const [wide, narrow] = isWiderThan(ruling, first) ? [ruling, first] : [first, ruling];
  const said = replaces(mesh, wide, narrow)
    ? `clients in namespace "${wide.resource.namespace}" use ${nameFrom(ruling, wide)} for host "${narrow.host}" and ignore ${nameFrom(ruling, narrow)}`
    : `${nameFrom(ruling, narrow)} inherits nothing from ${nameFrom(ruling, wide)}${count}`;
  report(hostOf(ruling), said, { ...details(ruling, first), severity: 'info', isRemark: true });
}

const isWiderThan = (one: Ruling, other: Ruling): boolean =>
  one.host.length < other.host.length && one.host.startsWith('*');

/** Whether clients in the namespace of the rule for a wildcard find that first, as the other is in a namespace where they look later. */
function replaces(mesh: Mesh, wide: Ruling, narrow: Ruling): boolean {
  const homes = homesOf(mesh, narrow.host);
  return !homes.includes(wide.resource.namespace) && homes.includes(narrow.resource.namespace);
}

/** A rule as the finding about one of the two calls it. */
const nameFrom = (ruling: Ruling, named: Ruling): string =>
  named === ruling ? 'this rule' : `${named.resource.title} for host "${named.host}"`;

const subsetsOf = ({ resource }: Ruling): Field<Subset>[] => resource.each('spec.subsets[]');

/** Whether they speak of the same subsets, or one of them of none in particular. kiali: destinationrules.MultiMatchChecker */
const areAlike = ({ subsets: ours }: Ruling, { subsets: theirs }: Ruling): boolean =>
  ours.size === 0 || theirs.size === 0 || [...ours].some((name) => theirs.has(name));

const hostOf = ({ resource }: Ruling): Field => resource.at(['spec', 'host']);

const details = (one: Ruling, other: Ruling, all: readonly Ruling[] = [other]): Details => ({
  about: `${one.host} ${other.resource.title}`,
  related: [{ place: hostOf(other), message: `the host of ${other.resource.title}` }],
  sameAs: all.some((each) => isSaidByKiali(one, each)) ? ['KIA0201'] : [],
});

const isSaidByKiali = (one: Ruling, other: Ruling): boolean =>
  one !== other &&
  areAlike(one, other) &&
  haveSameClients(one, other) &&
  !one.isMutualTlsForAll &&
  !other.isMutualTlsForAll;
