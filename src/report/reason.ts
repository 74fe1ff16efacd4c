/** Why a request gets no further, and what a simulation assumes, in words. */
import type { Named, NoConnection, Note, Unfollowed } from '../simulation/reason';
import { injectionText } from './injection';

/** Why there is no connection. */
export function noConnectionText(because: NoConnection): string {
  switch (because.kind) {
    case 'unknown name':
      return `no Service or ServiceEntry defines the host "${because.host}"${because.near === undefined ? '' : `; did you mean "${because.near}"?`}`;
    case 'alias loop':
      return `the ExternalName service "${because.host}" refers to itself`;
    case 'headless without endpoints':
      return `the headless service "${because.host}" has no endpoints`;
    case 'no endpoints':
      return `service "${because.host}" has no endpoints`;
    case 'no listener':
      return `nothing listens on port ${because.port}${because.proxy ? ` at ${fullName(because.proxy)}` : ''}`;
    case 'server without sidecar':
      return `the client proxy uses mutual TLS, but ${because.server} has no sidecar`;
    case 'other identity':
      return `the certificate of ${because.server} is for ${because.identity}, not ${because.accepted.join(' or ')}`;
  }
}

/** Why a request cannot be followed further. */
export function unfollowedText(because: Unfollowed): string {
  switch (because.kind) {
    case 'loop':
      return 'the request loops between proxies';
    case 'too many conditions':
      return 'it depends on too many conditions';
    case 'proxy waits':
      return 'the proxy waits for the client to send data first';
    case 'filter not simulated':
      return 'it depends on a filter that is not simulated';
    case 'behind waypoint': {
      const { server, waypoint } = because;
      const name = `${waypoint.namespace}/${waypoint.name}`;
      return waypoint.missing
        ? `${server} uses the waypoint ${name}, which is not in the input`
        : `${server} is behind the waypoint ${name}, which is not simulated`;
    }
    case 'waypoint':
      return `${because.name} is a waypoint, which is not simulated`;
    case 'ztunnel to sidecar':
      return `${because.server} has a sidecar, and whether ztunnel uses mutual TLS to sidecars depends on how Istio is installed`;
  }
}

/** What a simulation assumes. */
export function noteText(note: Note): string {
  switch (note.kind) {
    case 'no sidecar':
      return `${fullName(note.workload)} has no sidecar (${injectionText(note.reason)}), so Istio's routing does not apply to its requests`;
    case 'ambient mode':
      return `${fullName(note.workload)} is in ambient mode, so only waypoints route its requests`;
    case 'not captured':
      return `annotations of ${fullName(note.workload)} exclude ${note.address}:${note.port} from its sidecar`;
    case 'through gateway':
      return `assuming a client outside, through the gateway ${fullName(note.gateway)}`;
    case 'client without sidecar':
      return 'assuming a client in the cluster without a sidecar';
    case 'log line': {
      const written = `${note.status} ${note.flags}`;
      return note.agrees
        ? `the log line says ${written}, and so does the simulation`
        : `the log line says ${written}, but the simulation does not: the proxy may run another configuration, or the server answered so`;
    }
  }
}

const fullName = ({ name, namespace }: Named): string => `${name}.${namespace}`;
