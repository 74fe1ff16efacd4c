import type { IstioEgressListener, OutboundTrafficPolicy, SidecarPort, SidecarSpec } from '../../kinds/networking';
import { each, isFilled, missing, misspelt } from '../checks';
import { destination } from '../http/destination';
import type { Check, Part } from '../part';
import { ipAddress, isUnix, unixSocket } from '../values/addresses';
import { hostWithoutWildcard, isFqdn, isWildcardDomain } from '../values/hosts';
import { port as portNumber } from '../values/numbers';
import { egressHost } from '../values/scoped-hosts';
import { freePort, namedPort } from './sidecar-port';

/** What the workloads of a Sidecar may reach, listener by listener. */
export function egressListeners(spec: Part<SidecarSpec>): void {
  const listeners = spec.at('egress').items();
  const ports = new Set<number>();
  const sockets = new Set<string>();
  listeners.forEach((listener, index) => {
    if (listener.value.port) egressPort(listener, ports, sockets);
    else if (index < listeners.length - 1)
      listener.refuse('a listener without "port" takes all remaining traffic, so it must be the last');
    if (!isFilled(listener.value.hosts)) missing(listener, 'hosts', ': a listener needs at least one');
    each(egressHost)(listener.at('hosts').as(listener.value.hosts ?? []));
    distinctHosts(listener);
  });
}

/** istio: validation.validateSidecarEgressPortBindAndCaptureMode */
function egressPort(listener: Part<IstioEgressListener>, ports: Set<number>, sockets: Set<string>): void {
  const port = listener.at('port') as Part<SidecarPort>;
  const { bind = '', captureMode = 'DEFAULT' } = listener.value;
  namedPort(port);
  if (port.value.number) {
    portNumber(port.at('number') as Part<number>);
    if (bind) ipAddress(listener.at('bind') as Part<string>);
    freePort(port, ports);
    return;
  }
  socket(listener, bind, sockets);
  if (captureMode !== 'DEFAULT' && captureMode !== 'NONE')
    listener.at('captureMode').refuse('traffic to a Unix socket cannot be captured; use NONE or DEFAULT');
}

function socket(listener: Part<IstioEgressListener>, bind: string, sockets: Set<string>): void {
  const bad = unixSocket(bind);
  if (!isUnix(bind))
    listener.at('port').at('number').refuse('0 is a port only where "bind" is a Unix socket ("unix:///...")');
  else if (bad) misspelt(listener.at('bind'), bind, bad);
  else if (sockets.has(bind))
    listener.at('bind').refuse(`an earlier listener has the same socket "${bind}"`, { reason: 'duplicate' });
  sockets.add(bind);
}

/** Warns of hosts that others of the listener include. */
function distinctHosts(listener: Part<IstioEgressListener>): void {
  const seen = new Map<string, Set<string>>();
  for (const item of listener.at('hosts').items()) {
    const slash = item.value.indexOf('/');
    if (slash < 0 || item.value.startsWith('~')) continue;
    const written = item.value.slice(0, slash);
    const namespace = written === '.' ? item.judged.namespace : written;
    const host = item.value.slice(slash + 1);
    const names = seen.get(namespace) ?? new Set();
    seen.set(namespace, names);
    if (host === '*' ? names.size > 0 : names.has(host) || names.has('*'))
      item.doubt(`"${item.value}" overlaps with an earlier host of this listener`);
    names.add(host);
  }
  if (seen.get('*')?.has('*') && seen.size > 1)
    listener.at('hosts').doubt('"*/*" imports everything, so the other hosts have no effect', { on: 'key' });
}

/** istio: validation.validateSidecarOutboundTrafficPolicy */
export const outboundTrafficPolicy: Check<OutboundTrafficPolicy> = (part) => {
  const { egressProxy, mode = 'REGISTRY_ONLY' } = part.value;
  if (!egressProxy) return;
  const proxy = part.at('egressProxy') as Part<NonNullable<typeof egressProxy>>;
  if (mode !== 'ALLOW_ANY')
    return proxy.refuse(`"egressProxy" is allowed only in mode ALLOW_ANY, not in ${mode}`, { on: 'key' });
  const { host = '', port } = egressProxy;
  if (!port) missing(proxy, 'port');
  destination(proxy);
  if (host !== '*' && isWildcardDomain(host) && !isFqdn(host)) hostWithoutWildcard(proxy.at('host') as Part<string>);
};
