import type { GatewaySpecAddress, Listener } from '../../kinds/gateway-api';
import { type RuleMessage, type RuleText, key, quote, repeatedAt, second, value } from './rule-message';

const WITHOUT_TLS: readonly unknown[] = ['HTTP', 'TCP', 'UDP'];
const WITHOUT_HOST: readonly unknown[] = ['TCP', 'UDP'];

/** The rules about gateways of the Gateway API: their listeners and addresses. */
export const listenerTellers: readonly RuleMessage[] = [
  [/\['HTTP','TCP','UDP'\]\?!has\(l\.tls\)/, tlsWithoutUse],
  [/^self\.all\(l,\(l\.protocol=='HTTPS'/, httpsNotTerminated],
  [/^self\.all\(l,\(l\.protocol=='TLS'/, tlsWithoutMode],
  [/^self\.all\(l,l\.protocolin\['TCP','UDP'\]/, hostWithoutUse],
  [
    'self.all(l1,self.exists_one(l2,l1.name==l2.name))',
    (listeners: Listener[]) => second(listeners, ({ name }) => name, 'name'),
  ],
  [
    'self.all(t1,self.exists_one(t2,t1.port==t2.port))',
    (ports: Listener[]) => second(ports, ({ port }) => String(port), 'port'),
  ],
  [/^self\.all\(l1,.*l1\.port==l2\.port&&l1\.protocol==l2\.protocol/, sameListener],
  [
    /^self\.mode=='Terminate'\?size/,
    () =>
      value(
        '"certificateRefs" is missing: a listener that terminates TLS requires a certificate (or "options")',
        'certificateRefs',
      ),
  ],
  [/^self\.all\(a1,a1\.type=='(\w+)'/, sameAddress],
  [
    /^self\.type=='Hostname'\?.*matches/,
    ({ value: host }: GatewaySpecAddress) => value(`${quote(host)} is not a host name`, 'value'),
  ],
];

/** Said of the first listener that is so, at a field of it. */
function listenerWith(
  listeners: readonly Listener[],
  field: string,
  is: (listener: Listener) => boolean,
  message: string,
): RuleText {
  const index = listeners.findIndex(is);
  const listener = listeners[index] ?? {};
  const told = message.replace('PROTOCOL', String(listener.protocol));
  return field in listener ? key(told, index, field) : key(told, index);
}

function tlsWithoutUse(listeners: readonly Listener[]): RuleText {
  const is = ({ protocol, tls }: Listener) => WITHOUT_TLS.includes(protocol) && tls !== undefined;
  return listenerWith(listeners, 'tls', is, '"tls" must not be set on a listener of protocol PROTOCOL');
}

function httpsNotTerminated(listeners: readonly Listener[]): RuleText {
  const is = ({ protocol, tls }: Listener) => protocol === 'HTTPS' && tls !== undefined && tls.mode !== 'Terminate';
  return listenerWith(listeners, 'tls', is, 'a listener of protocol HTTPS must have the mode "Terminate"');
}

function tlsWithoutMode(listeners: readonly Listener[]): RuleText {
  const is = ({ protocol, tls }: Listener) => protocol === 'TLS' && !tls?.mode;
  return listenerWith(listeners, 'tls', is, 'a listener of protocol TLS needs "tls" with a mode');
}

function hostWithoutUse(listeners: readonly Listener[]): RuleText {
  const is = ({ protocol, hostname }: Listener) => WITHOUT_HOST.includes(protocol) && Boolean(hostname);
  return listenerWith(listeners, 'hostname', is, '"hostname" must not be set on a listener of protocol PROTOCOL');
}

function sameListener(listeners: readonly Listener[]): RuleText {
  const index = repeatedAt(listeners, ({ port, protocol, hostname }) => [port, protocol, hostname].join(' '));
  const { port, protocol, hostname } = listeners[index] ?? {};
  const host = hostname === undefined ? 'no hostname' : `hostname ${quote(hostname)}`;
  return value(`an earlier listener has the same port ${port}, protocol ${protocol} and ${host}`, index);
}

function sameAddress(addresses: readonly GatewaySpecAddress[], type = ''): RuleText {
  return second(addresses, (address) => (address.type === type ? address.value : undefined), 'value');
}
