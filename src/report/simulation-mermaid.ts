/** What became of a request, as a Mermaid sequence diagram. */
import type { SimulationReport, ToldDestination, HopReport, PathReport } from '../simulation/report';
import { mermaidLine } from './mermaid';
import { endingText, percent, summaryOf } from './sentence';
import { visibleIn } from './visible';

/** One lane for each party; of several ways each is a branch with its share. */
export function simulationMermaid(given: SimulationReport): string {
  const account = visibleIn(given);
  const { request, ways } = account;
  const lanes = new Lanes();
  const branches = ways.map((way) => ({ way, lines: messages(way, request, lanes) }));
  const body =
    branches.length === 1
      ? branches[0]!.lines
      : [
          ...branches.flatMap(({ way, lines }, index) => [
            `${index ? 'else' : 'alt'} ${percent(way.share)}`,
            ...lines.map((line) => `  ${line}`),
          ]),
          'end',
        ];
  const indented = [...lanes.declared(), ...body].map((line) => `  ${line}`);
  return [`%% ${mermaidLine(summaryOf(account))}`, 'sequenceDiagram', ...indented, ''].join('\n');
}

/** The participants, in the order in which they are first named. */
class Lanes {
  private readonly names = new Map<string, string>();

  lane(title: string): string {
    const known = this.names.get(title) ?? `p${this.names.size}`;
    this.names.set(title, known);
    return known;
  }

  declared(): string[] {
    return [...this.names].map(([title, name]) => `participant ${name} as ${mermaidLine(title)}`);
  }
}

const titleOf = ({ role, proxy }: HopReport): string =>
  role === 'gateway' || role === 'waypoint' ? `${role} ${proxy}` : `sidecar of ${proxy}`;

function messages(way: PathReport, request: string, lanes: Lanes): string[] {
  const { hops, end, answer, clientZtunnel, serverZtunnel } = way;
  const destination = end.kind === 'arrived' ? end.destination : undefined;
  const [first] = hops;
  const application = clientZtunnel?.workload ?? (first?.role === 'client' ? first.proxy : undefined);
  const client = lanes.lane(application === undefined ? 'client' : `application of ${application}`);
  const stops: Stop[] = [
    { lane: client },
    ...(clientZtunnel ? [{ lane: lanes.lane(`ztunnel of ${clientZtunnel.workload}`) }] : []),
    ...hops.map((hop) => ({ lane: lanes.lane(titleOf(hop)), hop })),
    ...(serverZtunnel ? [{ lane: lanes.lane(`ztunnel of ${serverZtunnel.workload}`) }] : []),
    ...(destination ? [{ lane: lanes.lane(destinationTitle(destination)) }] : []),
  ];
  const there = stops.slice(1).map(({ lane }, index) => {
    const sender = stops.slice(0, index + 1).findLast(({ hop }) => hop)?.hop;
    return `${stops[index]!.lane}->>${lane}: ${mermaidLine(sent(sender, request))}`;
  });
  if (!destination) there.push(`Note over ${stops.at(-1)!.lane}: ${mermaidLine(endingText(way))}`);
  const back = stops.slice(1).map(({ lane }, index) => {
    const answering = stops.slice(index + 1).find(({ hop }) => hop)?.hop;
    return `${lane}-->>${stops[index]!.lane}: ${mermaidLine(answered(answering, answer))}`;
  });
  return [...there, ...(answer.kind === 'response' ? back.reverse() : [])];
}

/** A lane that a request reaches; without a hop it is not an Envoy, and passes on what it gets. */
interface Stop {
  readonly lane: string;
  readonly hop?: HopReport;
}

const destinationTitle = ({ hasProxy, name }: ToldDestination): string => (hasProxy ? `application of ${name}` : name);

function sent(hop: HopReport | undefined, request: string): string {
  if (!hop?.upstream) return request;
  const { method, path, authority } = hop.upstream;
  return `${method} ${path} (${authority})`;
}

/** What a proxy gives back; behind the last one stands the application, which gives what comes in the end. */
function answered(hop: HopReport | undefined, answer: PathReport['answer']): string {
  const status = hop?.status ?? (answer.kind === 'response' ? answer.status : undefined);
  return status === undefined ? 'bytes' : `${status}${hop && hop.flags !== '-' ? ` ${hop.flags}` : ''}`;
}
