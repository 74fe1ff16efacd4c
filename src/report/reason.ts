/** Why a request gets no further, and what a simulation assumes, in words. */
import type { WaypointUse } from '../simulation/journey';
import type { Condition } from '../envoy/run/trace';
import type {
  Blocked,
  CredentialFault,
  Named,
  NoConnection,
  Note,
  Unfollowed,
  TransportMismatch,
} from '../simulation/reason';
import { injectionText } from './injection';
import { count } from './closing';
import { own } from '../source/own';

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
    case 'no waypoint endpoints':
      return `the waypoint ${objectName(because.waypoint)} of ${because.server} has no pod that takes HBONE on port 15008`;
    case 'other network':
      return `the server is on network "${because.network}", to which no gateway is known`;
    case 'undeclared port':
      return undeclaredPortText(because);
    case 'port without sidecar':
      return `the client proxy uses mutual TLS, but annotations of ${because.server} exclude port ${because.port} from its sidecar`;
    case 'no listener':
      return `nothing listens on port ${because.port}${because.proxy ? ` at ${fullName(because.proxy)}` : ''}`;
    case 'server without sidecar':
      return `the client proxy uses mutual TLS, but ${because.server} has no sidecar`;
    case 'handshake at application': {
      const by = because.policy ? ` (PeerAuthentication ${objectName(because.policy)})` : '';
      return `the client proxy uses mutual TLS, but the sidecar of ${because.server} passes it on to the application, because it is disabled on port ${because.port}${by}`;
    }
    case 'other identity':
      return `the certificate of ${because.server} is for ${because.identity}, not ${because.accepted.join(' or ')}`;
    case 'unusable credential of client':
      return `${because.client} has no usable certificate for the connection: ${credentialText(because)}`;
  }
}

const undeclaredPortText = ({ service, port, ports }: Extract<NoConnection, { kind: 'undeclared port' }>): string =>
  `Service ${service.name} has no port ${port}; it has ${ports.length > 0 ? ports.join(', ') : 'no ports'}`;

const tlsAtPlaintextText = ({ port, server }: Extract<Blocked, { kind: 'TLS at plaintext port' }>): string =>
  `the client uses TLS, but port ${port} of ${server} is a plaintext port`;

/** Why the proxy of a client sends a request nowhere. */
export function blockedText(blocked: Blocked): string {
  switch (blocked.kind) {
    case 'undeclared port':
      return undeclaredPortText(blocked);
    case 'TLS at plaintext port':
      return tlsAtPlaintextText(blocked);
    case 'not visible':
      return `exportTo or a Sidecar keeps Service ${fullName(blocked.service)} from ${blocked.client}, and outboundTrafficPolicy is REGISTRY_ONLY`;
    case 'not in registry':
      return `no Service or ServiceEntry defines ${blocked.host}:${blocked.port}, and outboundTrafficPolicy is REGISTRY_ONLY`;
  }
}

/** Why a client and a server do not agree on TLS. */
export function mismatchText(mismatch: TransportMismatch): string {
  switch (mismatch.kind) {
    case 'mutual TLS required': {
      const { server, policy } = mismatch;
      const by = policy ? ` (PeerAuthentication ${policy.namespace}/${policy.name})` : '';
      return `${server} requires mutual TLS${by}, but the client uses plaintext`;
    }
    case 'mutual TLS disabled': {
      const by = mismatch.policy ? ` (PeerAuthentication ${objectName(mismatch.policy)})` : '';
      return `the client proxy uses mutual TLS, but it is disabled on port ${mismatch.port} of ${mismatch.server}${by}`;
    }
    case 'TLS at plaintext port':
      return tlsAtPlaintextText(mismatch);
    case 'plaintext at TLS port':
      return `the client uses plaintext, but port ${mismatch.port} of ${mismatch.server} requires TLS`;
    case 'unusable credential':
      return `the TLS handshake with ${mismatch.server} fails: ${credentialText(mismatch)}`;
  }
}

/** What is wrong with the Secret of a certificate. */
function credentialText({ secret, fault }: CredentialFault): string {
  const name = `Secret "${secret.name}"`;
  switch (fault.kind) {
    case 'missing':
      return `${name} does not exist in namespace "${secret.namespace}"`;
    case 'no authority':
      return `${name} has no "ca.crt" to verify the certificates of peers`;
    case 'no certificate and key':
      return `${name} has neither "${fault.names[0]}" nor "${fault.names[1]}"`;
    case 'no certificate':
    case 'no key':
      return `${name} has no "${fault.name}"`;
    case 'invalid certificate':
      return `${name} has no valid certificate in "${fault.name}"`;
    case 'invalid key':
      return `${name} has no valid private key in "${fault.name}"`;
    case 'key of another certificate':
      return `the private key in ${name} does not belong to its certificate`;
    case 'short key':
      return `the RSA key in ${name} has ${fault.bits} bits, less than proxies take`;
    case 'expired':
      return `the certificate in ${name} expired on ${dayOf(fault.time)}`;
    case 'not valid yet':
      return `the certificate in ${name} is not valid before ${dayOf(fault.time)}`;
  }
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** On what an answer depends, as the end of a sentence. */
export function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'external authorization':
      return condition.assumed === 'allowed'
        ? 'if the authorization server allows it'
        : 'as the authorization server is assumed to deny it';
    case 'rate limit':
      return `until ${count(condition.tokens, 'request')} in ${condition.interval} use up the rate limit; then ${condition.status}`;
    case 'filter not simulated':
      return `unless the filter "${condition.filter}" decides otherwise, which is not simulated`;
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
    case 'missing waypoint':
      return `${because.server} uses the waypoint ${objectName(because.waypoint)}, which is not in the input`;
    case 'other network':
      return `the request leaves for network "${because.network}" through its gateway ${because.gateway}, in two HBONE tunnels; what happens on that network is not simulated`;
    case 'waypoint':
      return `${because.name} is a waypoint: send the request to what it serves`;
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
    case 'node port':
      return `port ${note.port} of the nodes is port ${note.servicePort} of Service ${fullName(note.service)}`;
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

/** Whether a connection goes through a waypoint, and why. */
export function waypointUseText(use: WaypointUse): string {
  switch (use.kind) {
    case 'used':
      return `${objectName(use.waypoint)} is used`;
    case 'passed by':
      return `${objectName(use.waypoint)} is not used: ${PASSED_BY[use.because]}`;
    case 'not used':
      return bindingText(use.because);
  }
}

const PASSED_BY: Record<Extract<WaypointUse, { kind: 'passed by' }>['because'], string> = {
  'sidecars do not use waypoints': 'sidecars do not use waypoints',
  'no ingress label':
    'gateways use it only with the label istio.io/ingress-use-waypoint=true on the Service or its namespace',
  'no address': 'gateways cannot use the waypoint of a headless Service',
};

function bindingText(binding: Extract<WaypointUse, { kind: 'not used' }>['because']): string {
  switch (binding.kind) {
    case 'none named':
      return 'none: no label istio.io/use-waypoint';
    case 'opted out':
      return 'none: the label istio.io/use-waypoint is "none"';
    case 'leads to gateway':
      return 'none: waypoints and east-west gateways use no waypoint themselves';
    case 'only a name':
      return 'none: a Service of type ExternalName has no waypoint';
    case 'missing':
      return `${objectName(binding.waypoint)} is not in the input`;
    case 'other traffic':
      return `${objectName(binding.waypoint)} is not used: it is for ${own(FOR, binding.isFor) ?? `"${binding.isFor}"`} (istio.io/waypoint-for)`;
    case 'not allowed':
      return `${objectName(binding.waypoint)} is not used: allowedRoutes of its listener do not allow this namespace`;
    case 'hidden':
      return `${objectName(binding.waypoint)} is not used: the ServiceEntry is visible in its own namespace only`;
  }
}

/** What the values of the label `istio.io/waypoint-for` mean. */
const FOR: Readonly<Record<string, string>> = {
  service: 'Services only',
  workload: 'addresses of pods only',
  none: 'no traffic',
};

const objectName = ({ name, namespace }: Named): string => `${namespace}/${name}`;

const fullName = ({ name, namespace }: Named): string => `${name}.${namespace}`;
