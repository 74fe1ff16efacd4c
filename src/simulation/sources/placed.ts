import type { Mesh } from '../../mesh/mesh';
import { proxies } from '../../mesh/workloads/proxy';
import type { Journey } from '../journey';
import { partyAt } from '../peers';
import type { Request } from '../request';
import type { Logged } from './log-line';

/** The request of a log line with who sent it, as far as the addresses in the line are those of pods in the input. */
export function placed(mesh: Mesh, { request, local, remote }: Logged): Request {
  const { proxy } = partyAt(mesh, addressIn(local));
  const client = partyAt(mesh, addressIn(remote));
  if (proxy?.kind === 'gateway') return atGateway(request, `${proxy.name}.${proxy.namespace}`);
  if (client.kind === 'workload' && client.proxy?.kind !== 'gateway') return { ...request, from: client.name };
  const gateways = proxies(mesh).filter(({ kind }) => kind === 'gateway');
  return gateways.length === 1 ? atGateway(request, `${gateways[0]!.name}.${gateways[0]!.namespace}`) : request;
}

const atGateway = (request: Request, gateway: string): Request => ({ ...request, gateway });

const addressIn = (text: string): string => text.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');

/** A journey that says whether the log tells the same of it. */
export function compared(journey: Journey, { status, flags }: Logged): Journey {
  const written = `${status} ${flags}`;
  const answers = journey.ways.flatMap(({ hops }) =>
    hops.map(({ outcome }) =>
      outcome.kind === 'response' ? `${outcome.status} ${outcome.flags.join(',') || '-'}` : '0 -',
    ),
  );
  const agrees = answers.includes(written);
  return { ...journey, notes: [...journey.notes, { kind: 'log line', status, flags, agrees }] };
}
