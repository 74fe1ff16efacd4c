import type { KindMap } from '../../kinds';
import type { ConnectionPoolSettings, IstioIngressListener, SidecarPort, SidecarSpec } from '../../kinds/networking';
import { isHttp, isTls, protocolNamed } from '../../protocol';
import { fields, isFilled, missing, misspelt, unlessEmpty } from '../checks';
import type { Check, Part } from '../part';
import { connectionPool } from '../traffic/connection-pool';
import { serverTls } from '../traffic/server-tls';
import { ipAddress, isUnix, splitHostPort, unixSocket, wholeNumber } from '../values/addresses';
import { isPort, port as portNumber } from '../values/numbers';
import { workloadSelector } from '../values/selectors';
import { egressListeners, outboundTrafficPolicy } from './sidecar-egress';
import { freePort, namedPort } from './sidecar-port';

/** istio: validation.ValidateSidecar */
export const sidecar: Check<KindMap['Sidecar']> = (part) => {
  const whole = part.at('spec').as(part.value.spec ?? {});
  const { egress, ingress, outboundTrafficPolicy: outbound, inboundConnectionPool } = whole.value;
  if (!isFilled(egress) && !isFilled(ingress) && !outbound && !inboundConnectionPool)
    whole.refuse(
      'the Sidecar spec is empty; set one of "egress", "ingress", "outboundTrafficPolicy" or "inboundConnectionPool"',
      {
        on: 'key',
      },
    );
  spec(whole);
  ingressListeners(whole);
  egressListeners(whole);
};

const spec = fields<SidecarSpec>({ workloadSelector, inboundConnectionPool: connectionPool, outboundTrafficPolicy });

function ingressListeners(spec: Part<SidecarSpec>): void {
  const taken = new Set<number>();
  for (const listener of spec.at('ingress').items()) {
    if (!listener.value.port) {
      missing(listener, 'port');
      continue;
    }
    ingressPort(listener.at('port') as Part<SidecarPort>, taken);
    ingress(listener);
    poolOfHttp(listener, listener.value.port);
  }
}

function ingressPort(part: Part<SidecarPort>, taken: Set<number>): void {
  namedPort(part);
  portNumber(part.at('number').as(part.value.number ?? 0));
  freePort(part, taken);
}

const LOCAL = ['', '127.0.0.1', '0.0.0.0', '::1', '::'];

/** Where an ingress listener sends connections: to the application beside it. */
const defaultEndpoint: Check<string> = (part) => {
  if (isUnix(part.value)) {
    const bad = unixSocket(part.value);
    if (bad) misspelt(part, part.value, bad);
    return;
  }
  const [host, port = ''] = splitHostPort(part.value) ?? [];
  if (host === undefined)
    part.refuse(`"${part.value}" is not of the form "127.0.0.1:PORT", "0.0.0.0:PORT", "[::1]:PORT" or "unix:///..."`);
  else if (!LOCAL.includes(host))
    part.refuse(`"${host}" is not an allowed host; only "127.0.0.1", "0.0.0.0", "[::1]" and "[::]" are allowed`);
  else if (!isPort(wholeNumber(port) ?? 0)) part.refuse(`"${port}" is not a port between 1 and 65535`);
};

const UNSUPPORTED = [
  'subjectAltNames',
  'credentialName',
  'credentialNames',
  'tlsCertificates',
  'httpsRedirect',
] as const;

const ingressTls: Check<IstioIngressListener> = (part) => {
  const { port, tls } = part.value;
  if (!tls) return;
  const place = part.at('tls') as Part<NonNullable<typeof tls>>;
  for (const name of UNSUPPORTED) {
    const value = tls[name];
    if (Array.isArray(value) ? value.length : value)
      place.at(name).refuse(`"${name}" is not supported in a Sidecar`, { on: 'key' });
  }
  if (tls.mode === 'ISTIO_MUTUAL' || tls.mode === 'AUTO_PASSTHROUGH')
    place.at('mode').refuse(`the mode ${tls.mode} is not supported in a Sidecar; SIMPLE and MUTUAL are`);
  const protocol = port?.protocol ?? '';
  if (!isTls(protocolNamed(protocol)))
    place.refuse(`"tls" needs a port of protocol HTTPS or TLS, not "${protocol}"`, { on: 'key' });
  serverTls(place);
};

const ingress = fields<IstioIngressListener>(
  { bind: unlessEmpty(ipAddress), connectionPool, defaultEndpoint: unlessEmpty(defaultEndpoint) },
  ingressTls,
);

function poolOfHttp(part: Part<IstioIngressListener>, { protocol = '' }: SidecarPort): void {
  const pool: Part<ConnectionPoolSettings | undefined> = part.at('connectionPool');
  if (pool.value?.http && !isHttp(protocolNamed(protocol)))
    pool.at('http').doubt(`"http" has no effect at a port of protocol "${protocol}"`, { on: 'key' });
}
