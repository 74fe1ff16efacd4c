/** What became of a request, as a Mermaid sequence diagram. */
import type { Account, ToldHop, ToldWay } from '../simulation/account';
import { mermaidLine } from './mermaid';
import { endingText, percent, summaryOf } from './sentence';
import { visibleIn } from './visible';

/** One lane for each party; of several ways each is a branch with its share. */
export function simulationMermaid(given: Account): string {
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

const titleOf = ({ role, proxy }: ToldHop): string => (role === 'gateway' ? `gateway ${proxy}` : `sidecar of ${proxy}`);

function messages(way: ToldWay, request: string, lanes: Lanes): string[] {
  const { hops, end, answer } = way;
  const destination = end.kind === 'arrived' ? end.destination : undefined;
  const [first] = hops;
  const client = lanes.lane(first?.role === 'client' ? `application of ${first.proxy}` : 'client');
  const stops = [client, ...hops.map((hop) => lanes.lane(titleOf(hop)))];
  if (destination)
    stops.push(lanes.lane(destination.hasProxy ? `application of ${destination.name}` : destination.name));
  const there = stops
    .slice(1)
    .map((stop, index) => `${stops[index]}->>${stop}: ${mermaidLine(sent(hops[index - 1], request))}`);
  if (!destination) there.push(`Note over ${stops.at(-1)}: ${mermaidLine(endingText(way))}`);
  const back = stops
    .slice(1)
    .map((stop, index) => `${stop}-->>${stops[index]}: ${mermaidLine(answered(hops[index], answer))}`)
    .reverse();
  return [...there, ...(answer.kind === 'response' ? back : [])];
}

function sent(hop: ToldHop | undefined, request: string): string {
  if (!hop?.upstream) return request;
  const { method, path, authority } = hop.upstream;
  return `${method} ${path} (${authority})`;
}

/** What a proxy gives back; behind the last one stands the application, which gives what comes in the end. */
function answered(hop: ToldHop | undefined, answer: ToldWay['answer']): string {
  const status = hop?.status ?? (answer.kind === 'response' ? answer.status : undefined);
  return status === undefined ? 'bytes' : `${status}${hop && hop.flags !== '-' ? ` ${hop.flags}` : ''}`;
}
