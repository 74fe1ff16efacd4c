import type { Options } from './envoy/run/run';
import { type PathReport, reportOf } from './simulation/report';
import { type Effect, effectsOf } from './simulation/effect';
import type { Journey } from './simulation/journey';
import { RequestError } from './simulation/request-error';
import { groupBy } from './mesh/grouping';
import type { Fault } from './source/fault';
import type { Mesh } from './mesh/mesh';
import { type Cause, causesOf } from './difference/cause';
import { type Consequence, type EffectChange, consequenceOf, effectChanges } from './difference/effect-change';
import type { Probe } from './difference/probe';
import { probesOf } from './difference/probes';
import { type ResourceChange, resourceChanges } from './difference/resource-change';
import { simulate } from './simulate';

/** One thing that can become of a request. */
export type Outcome = Pick<PathReport, 'share' | 'end' | 'answer'>;

/** Requests for one host of which the same becomes another. */
export interface Change {
  readonly probes: readonly [Probe, ...Probe[]];
  readonly consequence: Consequence;
  readonly differences: readonly EffectChange[];
  /** What became, and becomes, of the first of them. */
  readonly before: readonly Outcome[];
  readonly after: readonly Outcome[];
  /** The lines that the change comes from, as far as they are known. */
  readonly causes: readonly Cause[];
}

/** What two states of a mesh make of the same requests. */
export interface Comparison {
  readonly asked: number;
  /** Breaking changes first. */
  readonly changes: readonly Change[];
  /** Requests for which meshlint itself failed. */
  readonly faults: readonly Fault[];
}

/** Sends the requests that the conditions of both states suggest through each, and reports in what the effects differ. */
export function diff(before: Mesh, after: Mesh, options: Options = {}): Comparison {
  const probes = probesOfBoth(before, after);
  const silent = { ...options, explain: false };
  const faults: Fault[] = [];
  const [was, is] = [before, after].map((mesh) => effects(mesh, probes, silent, faults));
  const groups = new Map<string, { probes: [Probe, ...Probe[]] } & Pick<Change, 'consequence' | 'differences'>>();
  for (const [id, probe] of probes) {
    const [old, now] = [was!.get(id), is!.get(id)];
    // A request that only one state can send tells nothing.
    if (!old || !now || old.key === now.key) continue;
    const differences = effectChanges(old.effects, now.effects);
    if (differences.length === 0) continue;
    const key = JSON.stringify([probe.place, differences]);
    const known = groups.get(key);
    if (known) known.probes.push(probe);
    else groups.set(key, { probes: [probe], differences, consequence: consequenceOf(old.effects, now.effects) });
  }
  const changed = resourceChanges(before, after);
  const changes = [...groups.values()].flatMap(
    (group) => orFault(group.probes[0], faults, () => [explained(group, [before, after], changed, options)]) ?? [],
  );
  return { asked: probes.size, changes: inOrder(changes), faults };
}

/** The probes of both states. A client stands for those with whose requests the same happens before and after. */
function probesOfBoth(before: Mesh, after: Mesh): Map<string, Probe> {
  const [was, is] = [probesOf(before), probesOf(after)];
  const others = othersIn(was);
  for (const [key, now] of othersIn(is)) others.set(key, common(others.get(key) ?? now, now));
  return new Map(
    [...was, ...is].map((probe) => [keyOf(probe), { ...probe, others: others.get(targetKey(probe)) ?? [] }]),
  );
}

function common(some: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return some === others ? some : some.filter((each) => known.has(each));
}

/** Whom the sender of requests to a host stands for. */
function othersIn(probes: readonly Probe[]): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const probe of probes) {
    const key = targetKey(probe);
    if (probe.others.length >= (found.get(key)?.length ?? 0)) found.set(key, probe.others);
  }
  return found;
}

const targetKey = ({ sender, place }: Probe): string => `${sender} ${place}`;

/** What is worked out for one request. A mistake of ours costs that request alone. */
function orFault<Result>({ sender, title }: Probe, faults: Fault[], body: () => Result): Result | undefined {
  try {
    return body();
  } catch (error) {
    faults.push({ where: `${title} from ${sender}`, error });
    return undefined;
  }
}

const keyOf = ({ sender, title }: Probe): string => `${sender} ${title}`;

const ORDER: readonly Consequence[] = ['breaking', 'fixed', 'changed'];

const inOrder = (changes: readonly Change[]): Change[] =>
  ORDER.flatMap((consequence) => changes.filter((change) => change.consequence === consequence));

/** Reasons and causes take most of the time, and are wanted of one request of each change only. */
function explained(
  group: Pick<Change, 'probes' | 'consequence' | 'differences'>,
  meshes: readonly [Mesh, Mesh],
  changed: readonly ResourceChange[],
  options: Options,
): Change {
  const [was, is] = meshes.map((mesh) => send(mesh, group.probes[0], options)) as [Journey, Journey];
  return { ...group, before: outcomesOf(was), after: outcomesOf(is), causes: causesOf(was, is, changed) };
}

const outcomesOf = (journey: Journey): Outcome[] =>
  reportOf(journey).ways.map(({ share, end, answer }) => ({ share, end, answer }));

interface Known {
  readonly effects: readonly Effect[];
  readonly key: string;
}

/** The effects of each probe; those of one sender are sent together, as its proxy's configuration may not be kept for long. */
function effects(
  mesh: Mesh,
  probes: ReadonlyMap<string, Probe>,
  options: Options,
  faults: Fault[],
): Map<string, Known | undefined> {
  const bySender = groupBy([...probes], ([, { sender }]) => sender);
  return new Map(
    [...bySender.values()].flat().map(([id, probe]) => [id, orFault(probe, faults, () => known(mesh, probe, options))]),
  );
}

/** The effects of a request; undefined where it cannot be sent. */
function known(mesh: Mesh, probe: Probe, options: Options): Known | undefined {
  try {
    const found = effectsOf(send(mesh, probe, options));
    return { effects: found, key: JSON.stringify(found) };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return undefined;
  }
}

const send = (mesh: Mesh, { request, answerHeaders }: Probe, options: Options): Journey =>
  simulate(mesh, request, { ...options, ...(answerHeaders && { answer: { headers: answerHeaders } }) });
