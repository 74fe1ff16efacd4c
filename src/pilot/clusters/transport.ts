/** The transport of an outbound cluster: plain text, TLS, or what each endpoint can do. */
import type { Cluster, DiscoveryType, Extension, TransportSocketMatch } from '../../envoy/config';
import { isAmbientMesh } from '../../mesh/ambient/ambient-mode';
import { clientTls } from '../../mesh/traffic/client-tls';
import { namespaceMtls } from '../../mesh/policies/authentication';
import { identitiesOf } from '../../mesh/policies/identities';
import type { ClientTLSSettings } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import type { Push } from '../context';
import { from } from '../origins';
import { sniKey } from '../subset-key';
import { isForwarded } from './discovery';
import type { AutoNames } from './http-options';
import { type Target, wholePolicy } from './target';
import { autoNames, meshTls, ownTls } from './tls-context';
import { plainText, proxyProtocolSocket, tlsSocket, tunnelSocket } from './transport-socket';

/** The sockets of a cluster, and what its HTTP takes over from requests because of them. */
export interface Transport {
  readonly sockets: Pick<Cluster, 'transportSocket' | 'transportSocketMatches'>;
  readonly names?: AutoNames;
  /** The field that says so; none where that is automatic. */
  readonly decidedBy?: Field;
}

/** istio: buildUpstreamTLSSettings, applyUpstreamTLSSettings, applyUpstreamProxyProtocol */
export function transport(push: Push, target: Target, type: DiscoveryType, http2: boolean): Transport {
  const made = tls(push, target, type, http2);
  const { proxyProtocol } = target.policy;
  if (!proxyProtocol) return made;
  const { version = 'V1' } = proxyProtocol.value;
  return { ...made, sockets: wrapped(made.sockets, version) };
}

function tls(push: Push, target: Target, type: DiscoveryType, http2: boolean): Transport {
  return isAmbientMesh(push.mesh)
    ? withTunnels(withoutTunnels(push, target, type, http2), target, type)
    : withoutTunnels(push, target, type, http2);
}

/**
 * To endpoints in ambient mode a tunnel instead, inside which the TLS that a DestinationRule asks for is kept.
 * istio: applyHBONETransportSocketMatches
 */
function withTunnels(made: Transport, { policy }: Target, type: DiscoveryType): Transport {
  const { transportSocket, transportSocketMatches } = made.sockets;
  if (transportSocketMatches)
    return { ...made, sockets: { transportSocketMatches: [hbone(), ...transportSocketMatches] } };
  const mode = policy.tls?.value.mode;
  // Connections to the address that was called have one socket for all endpoints.
  if (type === 'ORIGINAL_DST' && (policy.tls || transportSocket)) return made;
  if (!transportSocket) return { ...made, sockets: { transportSocketMatches: [hbone(), TO_ALL_OTHERS] } };
  const isMesh = mode === 'ISTIO_MUTUAL';
  const other = { name: isMesh ? 'tlsMode-istio' : 'user', transportSocket };
  return { ...made, sockets: { transportSocketMatches: [hbone(isMesh ? undefined : transportSocket), other] } };
}

const hbone = (inner?: Extension): TransportSocketMatch => ({
  name: 'hbone',
  match: { tunnel: 'http' },
  transportSocket: tunnelSocket(inner),
});

function withoutTunnels(push: Push, target: Target, type: DiscoveryType, http2: boolean): Transport {
  const { mesh } = push;
  const { service, port, policy } = target;
  const chosen = clientTls(mesh, service, port.number, policy, wholePolicy(target));
  if (chosen.by === 'nothing') {
    const decidedBy = service.meshExternal ? undefined : namespaceMtls(mesh, service.namespace)?.field;
    return { sockets: {}, ...(decidedBy && { decidedBy }) };
  }
  if (chosen.by === 'destination-rule') {
    const { names, sockets } = asWritten(push, target, chosen.field.value, http2);
    if (sockets.transportSocket) from(push.origins, chosen.field, sockets.transportSocket);
    return { sockets, decidedBy: chosen.field.get('mode'), ...(names && { names }) };
  }
  const socket = meshSocket(push, target, {}, http2);
  // Connections to the address that was called cannot be told apart by endpoint.
  return {
    sockets: type === 'ORIGINAL_DST' ? { transportSocket: socket } : { transportSocketMatches: byEndpoint(socket) },
  };
}

/** To endpoints with a sidecar, mutual TLS; to all others plain text. */
const byEndpoint = (socket: Extension): TransportSocketMatch[] => [
  { name: 'tlsMode-istio', match: { tlsMode: 'istio' }, transportSocket: socket },
  TO_ALL_OTHERS,
];

const TO_ALL_OTHERS: TransportSocketMatch = { name: 'tlsMode-disabled', match: {}, transportSocket: plainText };

function meshSocket(
  { mesh }: Push,
  { service, port, subset }: Target,
  { sni, subjectAltNames }: ClientTLSSettings,
  http2: boolean,
): Extension {
  const identities = subjectAltNames?.length ? subjectAltNames : identitiesOf(mesh, service);
  const ofCluster = isForwarded(service) ? '' : sniKey(subset?.value.name ?? '', service.hostname, port.number);
  return tlsSocket(meshTls({ sni: sni || ofCluster, identities, http2 }));
}

function asWritten(push: Push, target: Target, settings: ClientTLSSettings, http2: boolean): Transport {
  const { mode = 'DISABLE' } = settings;
  switch (mode) {
    case 'DISABLE':
      return { sockets: {} };
    case 'ISTIO_MUTUAL':
      return { sockets: { transportSocket: meshSocket(push, target, settings, http2) } };
    case 'SIMPLE':
    case 'MUTUAL':
      return isWithheld(push, target, settings) ? { sockets: {} } : withOwnTls(push, target, settings, http2);
  }
}

/** Sidecars get Secrets only where a rule says for which workloads they are. */
function isWithheld({ proxy }: Push, { rule }: Target, settings: ClientTLSSettings): boolean {
  return isSecretNamed(settings) && proxy.kind === 'sidecar' && !rule?.selector;
}

const isSecretNamed = ({ credentialName = '' }: ClientTLSSettings): boolean =>
  credentialName !== '' && !credentialName.startsWith('configmap://');

function withOwnTls(push: Push, { service }: Target, settings: ClientTLSSettings, http2: boolean): Transport {
  const subjectAltNames = service.isInCluster ? [] : identitiesOf(push.mesh, service);
  const context = ownTls(push, { settings, subjectAltNames, http2 });
  const names = autoNames(settings);
  return { sockets: context ? { transportSocket: tlsSocket(context) } : {}, ...(names && { names }) };
}

function wrapped(
  { transportSocket, transportSocketMatches }: Transport['sockets'],
  version: 'V1' | 'V2',
): Transport['sockets'] {
  if (transportSocketMatches)
    return {
      transportSocketMatches: transportSocketMatches.map((match) => ({
        ...match,
        transportSocket: proxyProtocolSocket(version, match.transportSocket),
      })),
    };
  return { transportSocket: proxyProtocolSocket(version, transportSocket) };
}

/** A transport that follows the names of requests, and whether Envoy is to be content with less than all of them. */
export interface ForwardedTransport extends Transport {
  readonly isInsecure: boolean;
}

/** As `transport`, for a cluster that resolves the name a request asks for. */
export function forwardedTransport(push: Push, target: Target, http2: boolean): ForwardedTransport {
  const { sockets } = transport(push, target, 'STATIC', http2);
  const { tls } = target.policy;
  // In an ambient mesh the same socket stands among those that are chosen by endpoint.
  const { transportSocket } = withoutTunnels(push, target, 'STATIC', http2).sockets;
  return transportSocket && tls ? { sockets, ...following(tls.value) } : { sockets, isInsecure: false };
}

/** What follows the names of requests where names are resolved one by one. istio: setAutoSniAndAutoSanValidation for DFP clusters */
export function following({ sni, insecureSkipVerify, mode }: ClientTLSSettings): Omit<ForwardedTransport, 'sockets'> {
  if (mode === 'DISABLE' || mode === undefined) return { isInsecure: false };
  const names = { ...(!sni && { autoSni: true }), ...(!insecureSkipVerify && { autoSanValidation: true }) };
  const isInsecure = Boolean(insecureSkipVerify || sni);
  return { ...(Object.keys(names).length > 0 && { names }), isInsecure };
}

/** The transport to hosts that no service goes by, as the mesh says. istio: buildAllowAnyDFPCluster */
export function allowAnyTransport(push: Push, settings: ClientTLSSettings = {}): ForwardedTransport {
  const { mode = 'DISABLE', sni = '', subjectAltNames = [] } = settings;
  if (mode === 'DISABLE') return { sockets: {}, isInsecure: true };
  if (mode === 'ISTIO_MUTUAL') {
    const transportSocket = tlsSocket(meshTls({ sni, identities: subjectAltNames, http2: false }));
    return { sockets: { transportSocket }, ...following(settings) };
  }
  // Only sidecars have this cluster, and they get no Secrets by it.
  if (isSecretNamed(settings)) return { sockets: {}, isInsecure: false };
  const context = ownTls(push, { settings, subjectAltNames: [], http2: false });
  return { sockets: context ? { transportSocket: tlsSocket(context) } : {}, ...following(settings) };
}
