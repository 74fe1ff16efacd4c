import { servicesCalled } from '../mesh/services';
import type { Mesh } from '../mesh/mesh';
import { rootNamespace } from '../mesh/mesh-config';
import type { Subset } from '../schema/kinds/networking';
import type { Field } from '../source/field';
import { older } from './conflicts/age';
import { type Ruling, coveringPairs, distantPairs, mergedPairs } from './conflicts/destination-rule-rivals';
import { type Context, type Details, rule } from './rule';

export default rule({
  name: 'conflicting-destination-rules',
  category: 'conflict',
  severity: 'error',
  summary: 'Several DestinationRules speak for one host, and parts of some are ignored.',
  docs: `
    Istio makes one rule of the DestinationRules that a namespace has for one host: their
    subsets are added up, but of subsets with one name, and of the policies for the whole host,
    only those of the rule that was created first count. The others are ignored without a word.
    Give the subsets different names, and the policy to one of the rules. Rules that complement
    each other are no fault.

    Between namespaces nothing is merged: clients take the rule of their own namespace, else
    that of the service's, else that of the root namespace. Nor is anything inherited from a
    wildcard (\`*.shop.svc.cluster.local\`) by a rule for one of the hosts below it: such a rule
    must repeat what shall hold. Both are remarks, as they may be meant.

    Kiali reports all of these alike, also rules that complement each other.
  `,
  sameAs: ['KIA0201'],
  check(context) {
    const { mesh } = context;
    for (const [one, other] of mergedPairs(mesh)) reportMerged(context, one, other);
    for (const [one, other] of distantPairs(mesh)) reportDistant(context, one, other);
    for (const [ruling, others] of coveringPairs(mesh)) reportCovering(context, ruling, others);
  },
});

function reportMerged(context: Context, one: Ruling, other: Ruling): void {
  const collisions = [...sameSubsets(one, other), ...bothPolicies(one, other)];
  for (const [ours, theirs, what] of collisions) {
    reportCollision(context, one, other, ours, theirs, what);
    reportCollision(context, other, one, theirs, ours, what);
  }
  if (collisions.length > 0 || !areAlike(one, other)) return;
  for (const [ours, theirs] of [
    [one, other],
    [other, one],
  ] as const)
    context.report(hostOf(ours), `${theirs.resource.title} is for the same host; Istio merges the two`, {
      ...details(ours, theirs),
      severity: 'info',
    });
}

type Collision = readonly [ours: Field, theirs: Field, what: string];

function sameSubsets(one: Ruling, other: Ruling): Collision[] {
  const named = new Map(subsetsOf(other).map((field) => [field.value.name, field.get('name')]));
  return subsetsOf(one).flatMap((field): Collision[] => {
    const theirs = named.get(field.value.name);
    return theirs ? [[field.get('name'), theirs, `subset "${field.value.name}"`]] : [];
  });
}

function bothPolicies(one: Ruling, other: Ruling): Collision[] {
  const [ours] = one.resource.each('spec.trafficPolicy');
  const [theirs] = other.resource.each('spec.trafficPolicy');
  return ours && theirs ? [[ours.key, theirs.key, 'a traffic policy']] : [];
}

function reportCollision(
  { report }: Context,
  ruling: Ruling,
  rival: Ruling,
  place: Field,
  theirs: Field,
  what: string,
): void {
  const age = older(ruling.resource, rival.resource);
  const host = `host "${ruling.host}"`;
  report(place, `${rival.resource.title} has ${what} for ${host} too; ${COUNTS[age]}`, {
    ...details(ruling, rival),
    related: [{ place: theirs, message: 'the other' }],
    severity: age === 'this' ? 'warning' : 'error',
  });
}

const COUNTS = {
  this: 'this one counts, as it is older',
  other: 'that one counts, as it is older',
  unknown: 'only the one that was created first counts',
};

/** Clients take rules from their own namespace, the service's, or the root namespace: only between two of these it matters which. */
function reportDistant({ mesh, report }: Context, one: Ruling, other: Ruling): void {
  const homes = homesOf(mesh, one.host);
  const nearer = [one, other].find(({ resource }) => !homes.includes(resource.namespace));
  const [near, far] = nearer === undefined ? byHome(homes, one, other) : nearer === one ? [one, other] : [other, one];
  if (!homes.includes(far.resource.namespace)) return;
  const who = nearer === undefined ? 'clients' : `clients in namespace "${near.resource.namespace}"`;
  report(hostOf(near), `${who} follow this rule for host "${near.host}" and nothing of ${far.resource.title}`, {
    ...details(near, far),
    severity: 'info',
  });
  report(hostOf(far), `${who} follow ${near.resource.title} for host "${near.host}" and nothing of this rule`, {
    ...details(far, near),
    severity: 'info',
  });
}

/** The namespaces where clients of others look for a rule, in their order. */
const homesOf = (mesh: Mesh, host: string): string[] => [
  ...new Set([...servicesCalled(mesh, host).map(({ namespace }) => namespace), rootNamespace(mesh)]),
];

const byHome = (homes: readonly string[], one: Ruling, other: Ruling): [Ruling, Ruling] =>
  homes.indexOf(one.resource.namespace) < homes.indexOf(other.resource.namespace) ? [one, other] : [other, one];

function reportCovering({ report }: Context, ruling: Ruling, others: readonly Ruling[]): void {
  const [first, ...more] = others.filter((other) => areAlike(ruling, other));
  if (!first) return;
  const isWide = ruling.host.length < first.host.length && ruling.host.startsWith('*');
  const count = more.length > 0 ? ` (nor by ${more.length} more)` : '';
  const said = isWide
    ? `nothing of this is inherited by ${first.resource.title} for host "${first.host}"${count}`
    : `nothing is inherited from ${first.resource.title}, which is for "${first.host}"`;
  report(hostOf(ruling), said, { ...details(ruling, first), severity: 'info' });
}

const subsetsOf = ({ resource }: Ruling): Field<Subset>[] => resource.each('spec.subsets[]');

/** Whether they speak of the same subsets, or one of them of none in particular. kiali: destinationrules.MultiMatchChecker */
function areAlike(one: Ruling, other: Ruling): boolean {
  const [ours, theirs] = [one, other].map((each) => subsetsOf(each).map(({ value }) => value.name));
  return ours!.length === 0 || theirs!.length === 0 || ours!.some((name) => theirs!.includes(name));
}

const hostOf = ({ resource }: Ruling): Field => resource.at(['spec', 'host']);

const details = (one: Ruling, other: Ruling): Details => ({
  related: [{ place: hostOf(other), message: `the host of ${other.resource.title}` }],
  sameAs: areAlike(one, other) ? ['KIA0201'] : [],
});
