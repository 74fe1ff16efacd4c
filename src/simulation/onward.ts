import type { ClientTls } from '../envoy/run/arrival';
import type { EndpointShare, Response, UpstreamTls } from '../envoy/run/outcome';
import type { Options } from '../envoy/run/run';
import { faultySecret } from '../envoy/run/secrets';
import type { Mesh } from '../mesh/mesh';
import { meshConfig } from '../mesh/settings/mesh-config';
import { mtlsOf } from '../mesh/policies/authentication';
import { inTrustDomains, spiffe } from '../mesh/policies/spiffe';
import { TLS_MODE } from '../mesh/workloads/workloads';
import { peerOf } from './ambient';
import { takesInbound } from '../mesh/workloads/captured';
import type { Hop, HopProxy } from './journey';
import { credentialFault, secretFaultsOf } from './credentials';
import { type Peer, partyAt } from './peers';
import { policyOf } from './mismatch';
import type { HandshakeFailure } from './reason';
import type { Dial } from './start';

/** The name under which proxies fetch the certificate of their own workload. */
const WORKLOAD_CERTIFICATE = 'default';

/** The connection of a proxy to one of the endpoints that it chose, and what it sends there. */
export function connectionTo(mesh: Mesh, hop: Hop, endpoint: EndpointShare): Dial {
  const { proxy, arrival, outcome } = hop;
  const request = outcome.kind === 'response' ? outcome.upstream?.request : undefined;
  const asked = isMadeUp(mesh, endpoint) ? undefined : endpoint.tls;
  const tls = asked ? spokenTls(mesh, proxy, asked, request !== undefined) : passedTls(hop);
  return {
    source: { address: proxy.ip },
    destination: destinationOf(endpoint, arrival),
    ...(tls && { tls }),
    ...(endpoint.tunnel && { tunnel: { peer: peerOf(mesh, proxy) } }),
    payload: request ? httpOf(request, arrival.payload) : arrival.payload,
  };
}

/** Where the connection goes: where an endpoint is only a listener of the proxy's own, to what the client asked for. */
function destinationOf({ address, port, tunnel }: EndpointShare, { destination }: Hop['arrival']): Dial['destination'] {
  if (tunnel?.listener === address) return destination;
  return { address, port: port ?? destination.port };
}

/**
 * Whether TLS is only spoken because injection is taken to label every pod. The pods of gateways it does not label, so proxies
 * speak plaintext to them unless a rule says otherwise. istio: gateway-injection-template.yaml
 * Differs: the configuration that we print has the label for gateways as well.
 */
function isMadeUp(mesh: Mesh, { address, tls }: EndpointShare): boolean {
  if (tls?.match !== AUTOMATIC) return false;
  const { proxy } = partyAt(mesh, address);
  return proxy?.kind === 'gateway' && proxy.workload?.template.value.metadata?.labels?.[TLS_MODE] === undefined;
}

/** istio: model.TLSModeLabelShortname, of the transport that is chosen by the label of an endpoint */
const AUTOMATIC = 'tlsMode-istio';

/** Of a client's own TLS that the proxy does not read, the next one sees what this one saw. */
const passedTls = ({ outcome, arrival }: Hop): ClientTls | undefined =>
  outcome.kind === 'forwarded' && outcome.encrypted ? arrival.tls : undefined;

function httpOf(request: NonNullable<Response['upstream']>['request'], before: Dial['payload']): Dial['payload'] {
  const { method, path, authority, headers } = request;
  const version = before.kind === 'http' ? before.version : undefined;
  const isOpen = before.kind === 'http' && before.isOpen;
  return { kind: 'http', ...(version && { version }), method, path, authority, headers, ...(isOpen && { isOpen }) };
}

function spokenTls(mesh: Mesh, proxy: HopProxy, tls: UpstreamTls, isHttp: boolean): ClientTls {
  const { sni, alpn = [], certificate } = tls;
  const isPeer = certificate === WORKLOAD_CERTIFICATE;
  return {
    ...(sni !== undefined && { sni }),
    // istio: the filter istio.alpn says so of HTTP, so that the other side need not look into it.
    alpn: isPeer && isHttp ? ['istio-http/1.1', 'istio', 'http/1.1'] : alpn,
    ...(isPeer && { certificate: { uriSans: [identityOf(mesh, proxy)] } }),
    ...(certificate !== undefined && !isPeer && { certificate: {} }),
  };
}

/** The SPIFFE identity of a proxy's workload. */
const identityOf = (mesh: Mesh, { namespace, serviceAccount }: HopProxy): string =>
  spiffe(meshConfig(mesh).trustDomain, namespace, serviceAccount);

/** Why the proxy breaks off its handshake with whoever answers; undefined where it does not. */
export function handshakeFailure(
  mesh: Mesh,
  { tls, tunnel, destination }: Dial,
  { tls: asked }: EndpointShare,
  party: Peer,
): HandshakeFailure | undefined {
  if (!tls || asked?.certificate !== WORKLOAD_CERTIFICATE || party.kind === 'outside') return undefined;
  // The tunnel of ambient mode stands in for that handshake.
  if (tunnel && party.isAmbient) return undefined;
  if (!party.proxy) return { kind: 'server without sidecar', server: party.name };
  const { proxy } = party;
  if (proxy.kind === 'sidecar' && !takesInbound(proxy.annotations, destination.port))
    return { kind: 'port without sidecar', server: party.name, port: destination.port };
  const { subjectAltNames } = asked;
  const shown = inTrustDomains([identityOf(mesh, party.proxy)], meshConfig(mesh).trustDomainAliases);
  const identities = subjectAltNames.filter((name) => name.startsWith('spiffe://'));
  if (!identities.length || shown.some((identity) => identities.includes(identity))) return undefined;
  return { kind: 'other identity', server: party.name, identity: shown[0]!, accepted: identities };
}

/** What is wrong with the Secrets that a proxy needs for its TLS with a server; undefined where nothing is. */
export function clientCredentialFault(
  mesh: Mesh,
  proxy: HopProxy,
  { tls }: Dial,
  { tls: asked }: EndpointShare,
  options: Options,
): HandshakeFailure | undefined {
  if (!tls || !asked) return undefined;
  const faulty = faultySecret(asked.secrets, { secretFault: secretFaultsOf(mesh, proxy, options) });
  const found = faulty && credentialFault(mesh, proxy, faulty.name, options);
  return found && { kind: 'unusable credential of client', client: `${proxy.name}.${proxy.namespace}`, ...found };
}

/** Mutual TLS of the mesh that a server's sidecar hands to its application as it is; undefined where there is none. */
export function unendedTls(mesh: Mesh, { proxy, arrival, outcome }: Hop): HandshakeFailure | undefined {
  const isPassedOn = outcome.kind === 'forwarded' && outcome.encrypted;
  if (!isPassedOn || arrival.tls?.certificate?.uriSans === undefined) return undefined;
  const { port } = arrival.destination;
  const server = `${proxy.name}.${proxy.namespace}`;
  return { kind: 'handshake at application', server, port, ...policyOf(mtlsOf(mesh, proxy, port)) };
}
