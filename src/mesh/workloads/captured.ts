import ipaddr from 'ipaddr.js';
import type { Labels } from './labels';
import { own } from '../../source/own';

const PREFIX = 'traffic.sidecar.istio.io/';

// The agent's own ports, and those of Envoy's statistics.
const NEVER_INBOUND = ['15020', '15021', '15090'];

/** Whether a sidecar takes what is sent to a port of its pod. istio: istio-iptables, excludeInboundPorts and its like */
export function takesInbound(annotations: Labels, port: number): boolean {
  const included = listIn(annotations, 'includeInboundPorts') ?? ['*'];
  const excluded = [...(listIn(annotations, 'excludeInboundPorts') ?? []), ...NEVER_INBOUND];
  return (included.includes('*') || included.includes(String(port))) && !excluded.includes(String(port));
}

/** Whether a sidecar takes what its application sends to an address. */
export function takesOutbound(annotations: Labels, address: string, port: number): boolean {
  if (listIn(annotations, 'excludeOutboundPorts')?.includes(String(port))) return false;
  if (listIn(annotations, 'includeOutboundPorts')?.includes(String(port))) return true;
  if (listIn(annotations, 'excludeOutboundIPRanges')?.some((range) => isWithin(address, range))) return false;
  const included = listIn(annotations, 'includeOutboundIPRanges') ?? ['*'];
  return included.some((range) => range === '*' || isWithin(address, range));
}

function listIn(annotations: Labels, name: string): string[] | undefined {
  const text = own(annotations, PREFIX + name);
  return text
    ?.split(',')
    .map((each) => each.trim())
    .filter(Boolean);
}

function isWithin(address: string, range: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  if (!ipaddr.isValidCIDR(range)) return address === range;
  const [base, bits] = ipaddr.parseCIDR(range);
  const given = ipaddr.parse(address);
  return given.kind() === base.kind() && given.match(base, bits);
}
