/** The calls of a mesh as a table: how each client reaches each port of each server, and what decides it. */
import type { Call, Connection, ConnectionReason, Graph, Transport } from '../graph/connection';
import type { Place } from '../source/file';
import { columns } from './columns';

/** A table with a line for each way in which clients reach a port, sorted by server. */
export function connectionTable({ edges }: Graph): string {
  const calls = edges.filter((edge): edge is Call => edge.kind === 'call');
  const rows = calls.flatMap((call) =>
    call.connections.map((connection) => [
      clientText(call),
      `${named(call.to)}:${connection.port}`,
      TRANSPORTS[connection.transport],
      identityText(connection),
      accessText(connection),
      decisionText(connection),
    ]),
  );
  return columns(HEADS, rows.sort(bySecond));
}

const HEADS = ['CLIENT', 'SERVER', 'TRANSPORT', 'IDENTITY', 'ACCESS', 'DECIDED BY'];

// The sort is stable: clients stay in the order of the graph.
const bySecond = ([, one]: string[], [, other]: string[]): number => one!.localeCompare(other!, 'en');

/** `shop/web`, `all of shop`, `all`. */
function clientText({ from, except = [] }: Call): string {
  const others = except.length > 0 ? ` but ${except.length}` : '';
  if (from === 'clients *') return `all${others}`;
  return from.startsWith('clients ') ? `all of ${named(from)}` : from.replace(/^workload /, '');
}

/** The names of a point without its kind. */
const named = (id: string): string => id.slice(id.indexOf(' ') + 1);

const TRANSPORTS: Record<Transport, string> = {
  'mutual-tls': 'mutual TLS',
  tls: 'TLS',
  plaintext: 'plaintext',
  refused: 'refused',
  broken: 'broken',
};

function identityText({ transport, identity }: Connection): string {
  if (transport !== 'mutual-tls') return '-';
  return identity?.replace(/^spiffe:\/\//, '') ?? 'its own';
}

function accessText({ allowed, policies }: Connection): string {
  const by = policies.length > 0 ? ` by ${policies.join(', ')}` : '';
  switch (allowed) {
    case 'yes':
      return `allowed${by}`;
    case 'no':
      return policies.length > 0 ? `denied${by}` : '-';
    case 'maybe':
      return `some requests${by}`;
  }
}

function decisionText({ reason, transport, places }: Connection): string {
  const why = REASONS[reason];
  const by = places.map(placeText).join(', ');
  if (reason === 'configured' && by) return by;
  if (reason === 'automatic' && transport === 'plaintext') return `${why}: ${by || 'server without sidecar'}`;
  return by ? `${why}: ${by}` : why;
}

const REASONS: Record<ConnectionReason, string> = {
  automatic: 'automatic',
  configured: 'no rule',
  client: 'TLS of the application',
  'client without proxy': 'client without sidecar',
  ztunnel: 'ztunnel',
  'mutual TLS required': 'server requires mutual TLS',
  'mutual TLS disabled': 'mutual TLS to a plaintext port',
  'TLS at plaintext port': 'TLS to a plaintext port',
  'plaintext at TLS port': 'plaintext to a TLS port',
  'server without sidecar': 'mutual TLS to a server without sidecar',
  'port without sidecar': 'mutual TLS to a port that its sidecar does not take',
  'handshake at application': 'mutual TLS to a plaintext port',
  'unusable credential': 'the certificate of the server cannot be used',
  'unusable credential of client': 'the certificate of the client cannot be used',
  'other identity': 'the server has another identity than the rule requires',
  'no waypoint endpoints': 'the waypoint has no endpoints',
  'missing waypoint': 'the waypoint is not in the input',
  'connection closed': 'the server closes the connection',
};

/** `DestinationRule shop/cart (mesh.yaml:12)`. */
function placeText({ file, range, resource }: Place): string {
  const at = `${file.path}:${range.start.line}`;
  return resource ? `${resource.title} (${at})` : at;
}
