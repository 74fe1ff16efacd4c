/** Mixer of Istio 1.4 beside the proxies: what it answers to a server's proxy, and what proxies report. */
import type { Outcome } from '../envoy/run/outcome';
import { type CheckTrace, checkTrace, hasMixer, reportTrace } from '../legacy/mixer/trace';
import type { Mesh } from '../mesh/mesh';
import type { Service } from '../mesh/services/service';
import { type Chosen, chosenBy } from './chosen';
import type { Hop, HopMixer, Way } from './journey';
import { attributesAt, measuredAttributes } from './mixer-attributes';
import { partyAt } from './peers';
import { clusterOf } from './seen';

/** A hop with what Mixer answers to it: a server's proxy refuses what Mixer refuses. */
export function checkedByMixer(mesh: Mesh, hop: Hop, { service }: Chosen): Hop {
  const { outcome, role } = hop;
  const isSentOn = (outcome.kind === 'response' || outcome.kind === 'forwarded') && outcome.upstream !== undefined;
  if (role !== 'server' || !isSentOn || !hasMixer(mesh)) return hop;
  const attributes = serverAttributes(mesh, hop, service);
  const check = checkTrace(mesh, attributes, service);
  const mixer: HopMixer = { attributes, check };
  return check.isEnforced && check.answer.code !== 0
    ? { ...hop, mixer, outcome: refused(outcome, check) }
    : { ...hop, mixer };
}

const serverAttributes = (mesh: Mesh, hop: Hop, service: Service | undefined): Record<string, unknown> =>
  attributesAt(hop, {
    source: partyAt(mesh, hop.arrival.source.address),
    destination: partyAt(mesh, hop.proxy.ip),
    port: hop.arrival.destination.port,
    ...(service && { service }),
  });

/** A local answer with the status of Mixer; connections without HTTP are closed. */
function refused(outcome: Outcome, { answer }: CheckTrace): Outcome {
  const { status, message, http } = answer;
  if (outcome.kind !== 'response') return { kind: 'closed', by: 'policy', flags: ['UAEX'] };
  const { logged } = outcome;
  return {
    kind: 'response',
    status: http,
    flags: ['UAEX'],
    details: 'mixer_denied',
    headers: [],
    body: `${status}:${message}`,
    logged,
  };
}

/** A way with what each of its proxies reports to Mixer. */
export function withReports(mesh: Mesh, way: Way): Way {
  if (!hasMixer(mesh)) return way;
  return { ...way, hops: way.hops.map((hop, index) => ({ ...hop, mixer: reportedBy(mesh, way, hop, index) })) };
}

/** The service that the last proxy chose of those that choose one. */
const chosenService = (mesh: Mesh, hops: readonly Hop[]): Service | undefined =>
  hops.map((hop) => chosenBy(mesh, hop, clusterOf(hop)?.name ?? '').service).findLast((service) => service);

function reportedBy(mesh: Mesh, { hops, end }: Way, hop: Hop, index: number): HopMixer {
  const service = end.kind === 'arrived' ? end.destination.service : chosenService(mesh, hops);
  if (hop.role === 'server') {
    const attributes = hop.mixer?.attributes ?? serverAttributes(mesh, hop, service);
    const report = reportTrace(mesh, measuredAttributes(hop, attributes));
    return { attributes, ...hop.mixer, ...(report && { report }) };
  }
  const next = hops[index + 1];
  const destination = next ? partyAt(mesh, next.proxy.ip) : end.kind === 'arrived' ? end.destination.party : undefined;
  const port = next?.arrival.destination.port ?? (end.kind === 'arrived' ? end.destination.port : undefined);
  const attributes = attributesAt(hop, {
    source: partyAt(mesh, hop.proxy.ip),
    ...(destination && { destination }),
    ...(port !== undefined && { port }),
    ...(service && { service }),
  });
  const report = reportTrace(mesh, measuredAttributes(hop, attributes));
  return { attributes, ...(report && { report }) };
}
