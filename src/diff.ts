import { accountOf } from './journey/account';
import type { Journey } from './journey/journey';
import { RequestError } from './journey/request-error';
import type { Options } from './envoy/run/run';
import { groupBy } from './mesh/grouping';
import type { Mesh } from './mesh/mesh';
import type { Probe } from './probing/probe';
import { probesOf } from './probing/probes';
import { simulate } from './simulate';

/** Requests of one sender and host that behaved in one way, and now behave in another. */
export interface Change {
  readonly probes: readonly [Probe, ...Probe[]];
  readonly before: string;
  readonly after: string;
}

/** What two states of a mesh make of the same requests. */
export interface Comparison {
  readonly asked: number;
  readonly changes: readonly Change[];
}

/** Sends the requests that the conditions of both states suggest through each, and tells what differs. */
export function diff(before: Mesh, after: Mesh, options: Options = {}): Comparison {
  const probes = new Map([...probesOf(before), ...probesOf(after)].map((probe) => [keyOf(probe), probe]));
  const silent = { ...options, explain: false };
  const changed = differing(
    probes,
    [before, after].map((mesh) => behaviours(mesh, probes, silent)),
  );
  // Reasons take most of the time, and are wanted of those alone.
  const [was, is] = [before, after].map((mesh) => behaviours(mesh, changed, options));
  const changes = new Map<string, { probes: [Probe, ...Probe[]]; before: string; after: string }>();
  for (const [id, probe] of changed) {
    const [old, now] = [was!.get(id)!, is!.get(id)!];
    const key = JSON.stringify([probe.sender, hostOf(probe), old, now]);
    const known = changes.get(key);
    if (known) known.probes.push(probe);
    else changes.set(key, { probes: [probe], before: old, after: now });
  }
  return { asked: probes.size, changes: [...changes.values()] };
}

const keyOf = ({ sender, title }: Probe): string => `${sender} ${title}`;
const hostOf = ({ request }: Probe): string => new URL(request.url).host;

/** Those with other behaviour before than after. Where their sender is gone, or was not there, nobody asks. */
const differing = (probes: ReadonlyMap<string, Probe>, [was, is]: ReadonlyMap<string, string | undefined>[]) =>
  new Map(
    [...probes].filter(([id]) => {
      const [old, now] = [was!.get(id), is!.get(id)];
      return old !== undefined && now !== undefined && old !== now;
    }),
  );

/** What becomes of each probe; those of one sender are sent together, as its proxy's configuration may not be kept for long. */
function behaviours(mesh: Mesh, probes: ReadonlyMap<string, Probe>, options: Options): Map<string, string | undefined> {
  const bySender = groupBy([...probes], ([, { sender }]) => sender);
  return new Map([...bySender.values()].flat().map(([id, probe]) => [id, behaviour(mesh, probe, options)]));
}

/** What becomes of a request, as far as its client and its server can tell. */
function behaviour(mesh: Mesh, { request }: Probe, options: Options): string | undefined {
  let journey: Journey;
  try {
    journey = simulate(mesh, request, options);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return undefined;
  }
  const { sentence, ways } = accountOf(journey);
  const details = ways.map(({ hops, answer }) => {
    const sent = hops.findLast(({ upstream }) => upstream)?.upstream;
    const rewritten = sent && sent.path !== journey.target.path ? [`as ${sent.path}`] : [];
    const named = sent && sent.authority !== journey.target.authority ? [`for ${sent.authority}`] : [];
    const status = answer.kind === 'response' && answer.status !== 200 ? [String(answer.status)] : [];
    return [...rewritten, ...named, ...status].join(' ');
  });
  const more = [...new Set(details)].filter(Boolean).join(' or ');
  return `${sentence.replace(/^the request /, '')}${more && !sentence.includes(more) ? ` (${more})` : ''}`;
}
