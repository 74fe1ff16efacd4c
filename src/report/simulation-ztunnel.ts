/** What the ztunnels at both ends of a request do, in words. */
import type { ToldClientZtunnel, ToldServerZtunnel } from '../simulation/report';
import type { PolicyName } from '../simulation/journey';
import { waypointUseText } from './reason';

type Line = readonly [label: string, text: string];

/** What the ztunnel of a client does. */
export const clientZtunnelLines = ({ service, waypoint, transport }: ToldClientZtunnel): Line[] => [
  ...(service === undefined ? [] : [['service', service] as const]),
  ...(waypoint ? [['waypoint', waypointUseText(waypoint)] as const] : []),
  ...(transport ? [['transport', TRANSPORTS[transport]] as const] : []),
];

const TRANSPORTS: Record<NonNullable<ToldClientZtunnel['transport']>, string> = {
  HBONE: 'HBONE (mutual TLS)',
  plaintext: 'plaintext: the destination does not take HBONE',
};

/** What the ztunnel of a server does. */
export const serverZtunnelLines = ({ identity, verdict, policies }: ToldServerZtunnel): Line[] => [
  ['client', identity ?? 'no identity: the connection is plaintext'],
  ['authorization', verdictText(verdict, policies)],
];

function verdictText(verdict: ToldServerZtunnel['verdict'], policies: readonly PolicyName[]): string {
  const names = policies.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`).join(', ');
  switch (verdict) {
    case 'allowed':
      return names === '' ? 'allowed: no ALLOW policy applies' : `allowed by ${names}`;
    case 'denied':
      return `denied by ${names}`;
    case 'not allowed':
      return `not allowed by ${names}`;
  }
}
