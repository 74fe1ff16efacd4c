/** What became of a request, for a terminal. */
import { listed } from '../source/listed';
import type { SimulationReport, ToldDestination, HopReport, PathReport } from '../simulation/report';
import { clientZtunnelLines, serverZtunnelLines } from './simulation-ztunnel';
import type { Alternative, Decision } from '../simulation/decisions';
import type { ClientTransport } from '../simulation/client-transport';
import type { Place } from '../source/file';
import { noteText, waypointUseText } from './reason';
import { endingText, percent, summaryOf } from './sentence';
import { mixerLines } from './simulation-mixer';
import type { Style } from './style';
import { visibleIn } from './visible';
import { yaml } from './yaml';

/** How much is shown. */
export interface SimulationChoice {
  /** Every candidate that was not chosen, with the reason. */
  readonly why: boolean;
  /** The objects of Envoy's configuration that the request ran through. */
  readonly config: boolean;
  /** The access log line, metric and span of each proxy. */
  readonly telemetry: boolean;
}

/** The sentence, where the request goes, and what each proxy decided on the likeliest way. */
export function simulationText(given: SimulationReport, choice: SimulationChoice, style: Style): string {
  const account = visibleIn(given);
  const { notes, ways, request } = account;
  const blocks = [
    `${style.faint(request)}\n${style.strong(summaryOf(account))}\n${notes.map((note) => `note: ${noteText(note)}\n`).join('')}`,
    destinationBlock(ways, style),
    ...distinct(ways.flatMap(({ clientZtunnel }) => clientZtunnel ?? [])).map((each) =>
      block(`ztunnel of ${each.workload}, outbound`, clientZtunnelLines(each), style),
    ),
    ...alike(hopsOf(ways)).map((hops) => hopBlock(hops, choice, style)),
    ...distinct(ways.flatMap(({ serverZtunnel }) => serverZtunnel ?? [])).map((each) =>
      block(`ztunnel of ${each.workload}, inbound`, serverZtunnelLines(each), style),
    ),
    answerBlock(ways, style),
  ];
  return blocks.filter(Boolean).join('\n');
}

/** Several journeys, each in one line. */
export const sentences = (accounts: readonly SimulationReport[], style: Style): string =>
  visibleIn(accounts)
    .map((account) => `${style.faint(account.request)}\n  ${summaryOf(account)}\n`)
    .join('');

/** All hops of all ways in their order, each once. */
const hopsOf = (ways: readonly PathReport[]): HopReport[] => [...new Set(ways.flatMap(({ hops }) => hops))];

/** What several ways have in common, once. */
const distinct = <Item>(items: readonly Item[]): Item[] => [
  ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
];

const block = (head: string, lines: readonly (readonly [label: string, text: string])[], style: Style): string =>
  [style.strong(head), ...lines.map(([label, text]) => line(label, text)), ''].join('\n');

/** Proxies that decide the same are shown as one, such as those of several versions of a service. */
function alike(hops: readonly HopReport[]): HopReport[][] {
  const groups = new Map<string, HopReport[]>();
  for (const hop of hops) {
    const decisions = hop.decisions.filter(({ stage }) => stage !== 'endpoint');
    const texts = decisions.map(({ stage, chosen, because }) => [stage, chosen, because]);
    const key =
      hop.role === 'server' ? JSON.stringify([texts, hop.status, hop.flags, hop.mixer?.check]) : String(groups.size);
    groups.set(key, [...(groups.get(key) ?? []), hop]);
  }
  return [...groups.values()];
}

/** Who gets the request, and how often; nothing where it is clear from the sentence that nobody does. */
const destinationBlock = (ways: readonly PathReport[], style: Style): string =>
  ways.length > 1 || ways[0]!.end.kind === 'arrived' ? shares(ways, style) : '';

const shares = (ways: readonly PathReport[], style: Style): string => ways.map((way) => shareLine(way, style)).join('');

function shareLine(way: PathReport, style: Style): string {
  const often = percent(way.share).padStart(7);
  if (way.end.kind !== 'arrived') return `${often}  ${endingText(way)}\n`;
  const { name, kind, addresses, port, labels, service, subset, hasProxy, isAmbient } = way.end.destination;
  const what = [
    ...(service ? [`service ${service}`] : []),
    ...(subset ? [`subset ${subset}`] : []),
    ...(isAmbient ? ['ambient mode'] : hasProxy || kind !== 'workload' ? [] : ['no sidecar']),
  ].join(', ');
  const where = listed(addresses, 3);
  const more = [where, labelText(labels)].filter(Boolean).join('  ');
  const first = [`${often}  ${style.strong(`${name}:${port}`)}`, ...(what ? [what] : [])].join('  ');
  return `${first}\n${more ? `${' '.repeat(9)}${style.faint(more)}\n` : ''}`;
}

/** The labels that people gave. */
const labelText = (labels: ToldDestination['labels']): string =>
  Object.entries(labels)
    .filter(([name]) => !/^(security|service|topology|sidecar)\.istio\.io\/|^topology\.|^kubernetes\.io\//.test(name))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

function hopBlock(hops: readonly HopReport[], choice: SimulationChoice, style: Style): string {
  const [hop] = hops as [HopReport, ...HopReport[]];
  const { decisions, mirrors } = hop;
  const shown = (choice.why ? decisions : insideTunnel(decisions)).filter((decision) => isTold(decision, choice));
  return [
    style.strong(headOf(hops)),
    ...shown.flatMap((decision) => decisionLines(decision, choice, style)),
    ...(hop.waypoint ? [line('waypoint', waypointUseText(hop.waypoint))] : []),
    ...(hop.transport ? [line('connects with', clientTransportText(hop.transport, style))] : []),
    ...upstreamLines(hop),
    ...mirrors.map((cluster) => line('mirror', `a copy goes to ${cluster}`)),
    ...(hop.mixer ? mixerLines(hop.mixer, choice).map(([label, text]) => line(label, text)) : []),
    ...(choice.telemetry ? hops.flatMap((each) => telemetryLines(each, style)) : []),
    '',
  ].join('\n');
}

/** `mutual TLS (automatic) as spiffe://...`, then the field of the rule that says so. */
function clientTransportText(sent: ClientTransport, style: Style): string {
  const text = transportText(sent);
  return sent.origin ? `${text}  ${style.info(placeText(sent.origin))}` : text;
}

function transportText({ transport, by }: ClientTransport): string {
  const why = by === 'automatic' ? ' (automatic)' : by === 'client' ? ' (of the client)' : '';
  switch (transport.kind) {
    case 'mutual TLS':
      return `mutual TLS${why}${transport.identity === undefined ? '' : ` as ${transport.identity}`}`;
    case 'TLS':
      return `TLS${why}${transport.sni === undefined ? '' : ` to ${transport.sni}`}`;
    case 'plaintext':
      return `plaintext${why}`;
  }
}

/** What a proxy decides of what comes out of a tunnel. How the tunnel itself is opened is the same for every request. */
function insideTunnel(decisions: readonly Decision[]): readonly Decision[] {
  const end = decisions.findIndex(({ stage, chosen }) => stage === 'listener' && chosen === TUNNEL_END);
  return end < 0 ? decisions : decisions.slice(end);
}

/** istio: the listener behind the end of HBONE tunnels */
const TUNNEL_END = 'main_internal';

function headOf(hops: readonly HopReport[]): string {
  const { role } = hops[0]!;
  const names = hops.map(({ proxy }) => proxy).join(', ');
  if (role === 'gateway' || role === 'waypoint') return `${role} ${names}`;
  return `${hops.length > 1 ? 'sidecars' : 'sidecar'} of ${names}, ${role === 'client' ? 'outbound' : 'inbound'}`;
}

/** What every request passes alike is not worth a line. */
function isTold({ stage, chosen, because, rejected, isIdle }: Decision, { why }: SimulationChoice): boolean {
  if (stage === 'network filter' || stage === 'transport') return because !== undefined || why;
  if (stage === 'response') return false; // told at the end
  if (stage === 'http filter') return why || !isIdle;
  return chosen !== undefined || because !== undefined || rejected.length > 0;
}

const WIDTH = 20;
const line = (label: string, text: string): string => `  ${label.padEnd(WIDTH)}${text}`;

function decisionLines(decision: Decision, choice: SimulationChoice, style: Style): string[] {
  const { stage, chosen, because, origin, config, rejected, denies } = decision;
  const shownRejected = choice.why || chosen === undefined || denies ? rejected.filter(isNear(decision)) : [];
  const text = chosen === undefined || SAYS_MORE.has(stage) ? (because ?? chosen ?? '') : chosen;
  return [
    line(stage, [text, origin && style.info(placeText(origin))].filter(Boolean).join('  ')),
    ...(choice.why && chosen !== undefined && because !== undefined && text !== because
      ? [line('', style.faint(because))]
      : []),
    ...shownRejected.slice(0, MOST_REJECTED).map((each) => line('', style.faint(rejectedText(each)))),
    ...(shownRejected.length > MOST_REJECTED
      ? [line('', style.faint(`and ${shownRejected.length - MOST_REJECTED} more; see -o json`))]
      : []),
    ...(choice.config && config ? indented(yaml(config)) : []),
  ];
}

/**
 * Filter chains that every sidecar has are never what a request was meant for. Where there is a virtual host for the host of a
 * request, only others that also take it are of interest.
 */
const isNear =
  ({ stage, chosen }: Decision) =>
  ({ name, isLater }: Alternative): boolean =>
    stage === 'filter chain'
      ? !/^virtual(?:Inbound|Outbound)/.test(name)
      : stage !== 'virtual host' || chosen === undefined || isLater === true;

/** More candidates than this nobody reads about on a terminal. */
const MOST_REJECTED = 20;

/** Stages of which the reason says what happened, not the name. */
const SAYS_MORE = new Set(['endpoint', 'http filter', 'network filter', 'transport', 'rewrite', 'request']);

function rejectedText({ name, because, origin, isLater }: Alternative): string {
  // The names that Envoy has for the rules of policies are of no use to their reader.
  const title = origin?.resource && /^ns\[/.test(name) ? `${origin.resource.title} ${origin.pathText}`.trim() : name;
  const place = origin ? `  ${placeText(origin)}` : '';
  return `${isLater ? 'later' : 'not'} ${title || 'another'}: ${because}${place}`;
}

const placeText = ({ file, range, pathText }: Place): string =>
  `${file.path}:${range.start.line}${pathText ? ` ${pathText}` : ''}`;

const indented = (text: string): string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((each) => ' '.repeat(WIDTH + 2) + each);

function upstreamLines({ upstream, role }: HopReport): string[] {
  if (!upstream || role === 'server') return [];
  const { method, authority, path, timeout } = upstream;
  return [line('sent on', `${method} ${path} for ${authority}${timeout ? `, with a timeout of ${timeout}` : ''}`)];
}

function telemetryLines({ accessLog, metric, span }: HopReport, style: Style): string[] {
  const unwritten = accessLog.isWritten ? '' : style.faint('  (it is not configured to log)');
  const labels = Object.entries(metric?.labels ?? {}).map(([name, value]) => `${name}="${value}"`);
  return [
    line('access log', accessLog.line + unwritten),
    ...(metric ? [line('metric', `${metric.name}{${labels.join(', ')}}`)] : []),
    ...(span ? [line('span', `${span.operation}  ${span.kind}, ${span.sampling} % sampled, ${span.provider}`)] : []),
  ];
}

function answerBlock([first]: readonly PathReport[], style: Style): string {
  const { answer } = first!;
  switch (answer.kind) {
    case 'response': {
      const colour = answer.status < 400 ? style.good : style.error;
      return `${colour(`${answer.status}`)} ${answer.flags.join(',') || '-'} ${answer.details}`.trimEnd() + '\n';
    }
    case 'connected':
      return `${style.good('connected')}\n`;
    case 'closed':
      return `${style.error('closed')} ${answer.flags.join(',') || '-'} ${answer.details ?? ''}`.trimEnd() + '\n';
    case 'none':
      return `${style.error('no connection')}\n`;
    case 'unknown':
      return `${style.faint('response unknown')}\n`;
  }
}
