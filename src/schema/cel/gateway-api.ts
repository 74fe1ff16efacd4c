import { parseDuration } from '../duration';
import { isIp } from '../ip';
import type {
  GatewaySpecAddress,
  HTTPPathMatch,
  HTTPRouteFilter,
  HTTPRouteRule,
  HTTPRouteTimeouts,
  Listener,
  ParentReference,
} from '../kinds/gateway-api';
import type { Teller, Told } from './messages';

const quote = (text: unknown) => `"${String(text)}"`;
const HOST = /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** The rules of the Gateway API's custom resource definitions, in our words. */
export const gatewayApiTellers: readonly Teller[] = [
  // A field belongs to one value of another field.
  [/^!\(has\(self\.(\w+)\)&&self\.(\w+)!='(\w+)'\)$/, onlyFor],
  [/^!\(!has\(self\.(\w+)\)&&self\.(\w+)=='(\w+)'\)$/, neededBy],
  [/^has\(self\.(\w+)\)\?self\.(\w+)=='(\w+)':true$/, onlyFor],
  [/^self\.(\w+)=='(\w+)'\?has\(self\.(\w+)\):true$/, (_self, by, value, field) => neededBy(_self, field, by, value)],
  [
    /^!\(self\.(\w+)!='(\w+)'&&has\(self\.(\w+)\)&&self\.\w+!=''\)$/,
    (self, by, value, field) => onlyFor(self, field, by, value),
  ],
  [
    /^!\(self\.(\w+)=='(\w+)'&&\(!has\(self\.(\w+)\)\|\|self\.\w+==''\)\)$/,
    (self, by, value, field) => neededBy(self, field, by, value),
  ],
  [
    /^self\.(\w+)=='(\w+)'\?has\(self\.(\w+)\):!has\(self\.\w+\)$/,
    (self: object, by, value, field = '') =>
      field in self ? onlyFor(self, field, by, value) : neededBy(self, field, by, value),
  ],
  [
    /^!\(has\(self\.(\w+)\)&&has\(self\.(\w+)\)\)$/,
    (_self, first, second = '') => ({
      message: `${quote(first)} and ${quote(second)} exclude each other`,
      at: [second],
      on: 'key',
    }),
  ],
  // References.
  [
    /^self\.all\(p1,self\.(all|exists_one)\(p2,.*port/,
    (refs: ParentReference[]) => sameReference(refs, '"sectionName" or "port"'),
  ],
  [/^self\.all\(p1,self\.(all|exists_one)\(p2,/, (refs: ParentReference[]) => sameReference(refs, '"sectionName"')],
  [
    /self\.kind=='Service'\)\?has\(self\.port\)/,
    () => ({ message: '"port" is missing: a reference to a Service needs it', at: ['port'] }),
  ],
  // Filters.
  [/^self\.filter\(f,f\.type=='(\w+)'\)\.size\(\)<=1$/, secondFilter],
  [/^!\(self\.exists\(f,f\.type=='RequestRedirect'\)&&/, redirectAndRewrite],
  [/^\(has\(self\.backendRefs\)&&size\(self\.backendRefs\)>0\)/, redirectWithBackends],
  [
    /ReplacePrefixMatch'&&.*PathPrefix'\)\?false:true\):true$/,
    () => ({
      message: '"replacePrefixMatch" needs exactly one match, of a path of type PathPrefix',
      at: ['matches'],
      on: 'key',
    }),
  ],
  [/^!\('\*'inself&&self\.size\(\)>1\)$/, () => ({ message: '"*" allows everything and stands alone' })],
  [
    'self.numerator<=self.denominator',
    ({ numerator, denominator }: { numerator: number; denominator: number }) => ({
      message: `the numerator ${numerator} is more than the denominator ${denominator}`,
      at: ['numerator'],
    }),
  ],
  // Matches.
  [
    /^\(self\.typein\['Exact','PathPrefix'\]\)\?self\.value\.startsWith/,
    ({ value }: HTTPPathMatch) => ({ message: `the path ${quote(value)} does not begin with "/"`, at: ['value'] }),
  ],
  [
    /^\(self\.typein\['Exact','PathPrefix'\]\)\?!self\.value\.contains\('(.*)'\):true$/,
    ({ value }: HTTPPathMatch, part) => ({
      message: `the path ${quote(value)} must not contain ${quote(part)}`,
      at: ['value'],
    }),
  ],
  [
    /^\(self\.typein\['Exact','PathPrefix'\]\)\?!self\.value\.endsWith\('(.*)'\):true$/,
    ({ value }: HTTPPathMatch, end) => ({
      message: `the path ${quote(value)} must not end with ${quote(end)}`,
      at: ['value'],
    }),
  ],
  [
    /^\(self\.typein\['Exact','PathPrefix'\]\)\?self\.value\.matches/,
    ({ value }: HTTPPathMatch) => ({
      message: `the path ${quote(value)} holds characters that a path cannot have`,
      at: ['value'],
    }),
  ],
  [
    /^self\.typein\['Exact','PathPrefix'\]\|\|/,
    ({ type }: HTTPPathMatch) => ({
      message: `${quote(type)} is not one of "Exact", "PathPrefix" or "RegularExpression"`,
      at: ['type'],
    }),
  ],
  [
    /^has\(self\.type\)\?has\(self\.service\)\|\|has\(self\.method\):true$/,
    () => ({ message: 'a match by method needs "service", "method" or both', on: 'key' }),
  ],
  [
    /self\.service\.matches/,
    ({ service }: { service: string }) => ({
      message: `${quote(service)} is not the name of a gRPC service`,
      at: ['service'],
    }),
  ],
  [
    /self\.method\.matches/,
    ({ method }: { method: string }) => ({
      message: `${quote(method)} is not the name of a gRPC method`,
      at: ['method'],
    }),
  ],
  [
    /^\(self\.size\(\)>0\?.*matches\.size\(\)/,
    () => ({ message: 'the rules of a route have at most 128 matches altogether' }),
  ],
  // Names that must differ.
  [
    'self.all(l1,!has(l1.name)||self.exists_one(l2,has(l2.name)&&l1.name==l2.name))',
    (rules: HTTPRouteRule[]) => second(rules, ({ name }) => name, 'name'),
  ],
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
    /^self\.all\(a1,a1\.type=='(\w+)'/,
    (addresses: GatewaySpecAddress[], type) =>
      second(addresses, (address) => (address.type === type ? address.value : undefined), 'value'),
  ],
  // Listeners.
  [
    /^self\.all\(l,l\.protocolin\['HTTP','TCP','UDP'\]\?!has\(l\.tls\)/,
    (listeners: Listener[]) =>
      listenerWith(
        listeners,
        ({ protocol, tls }) => ['HTTP', 'TCP', 'UDP'].includes(protocol ?? '') && Boolean(tls),
        'tls',
        (protocol) => `a listener of protocol ${protocol} has no TLS settings`,
      ),
  ],
  [
    /^self\.all\(l,\(l\.protocol=='HTTPS'/,
    (listeners: Listener[]) =>
      listenerWith(
        listeners,
        ({ protocol, tls }) => protocol === 'HTTPS' && tls?.mode !== 'Terminate',
        'tls',
        () => 'a listener of protocol HTTPS terminates TLS; the mode must be "Terminate"',
      ),
  ],
  [
    /^self\.all\(l,\(l\.protocol=='TLS'/,
    (listeners: Listener[]) =>
      listenerWith(
        listeners,
        ({ protocol, tls }) => protocol === 'TLS' && !tls?.mode,
        'tls',
        () => 'a listener of protocol TLS needs the mode of its "tls"',
      ),
  ],
  [
    /^self\.all\(l,l\.protocolin\['TCP','UDP'\]/,
    (listeners: Listener[]) =>
      listenerWith(
        listeners,
        ({ protocol, hostname }) => ['TCP', 'UDP'].includes(protocol ?? '') && Boolean(hostname),
        'hostname',
        (protocol) => `a listener of protocol ${protocol} has no hostname`,
      ),
  ],
  [
    /^self\.mode=='Terminate'\?size/,
    () => ({
      message: '"certificateRefs" is missing: where TLS ends there must be a certificate (or "options")',
      at: ['certificateRefs'],
    }),
  ],
  // Hosts, annotations, durations, the rest.
  [
    /^self\.type=='Hostname'\?.*self\.value\.matches/,
    ({ value }: GatewaySpecAddress) => ({ message: `${quote(value)} is not a host name`, at: ['value'] }),
  ],
  [
    'self.all(h,!isIP(h))',
    (hosts: string[]) => badHost(hosts, isIp, (host) => `${quote(host)} is an IP address; a host name is expected`),
  ],
  [
    /^self\.all\(h,!?h\.contains\('\*'\)\?/,
    (hosts: string[]) =>
      badHost(
        hosts,
        (host) => !HOST.test(host),
        (host) => `${quote(host)} is not a host name, with "*." in front or not`,
      ),
  ],
  [/^self\.all\(key,key\.(matches|split)/, badKey],
  [
    /has\(self\.backendRequest\)&&duration/,
    ({ request, backendRequest }: HTTPRouteTimeouts) => ({
      message: `the backend may take ${backendRequest}, longer than the whole request with its ${request}`,
      at: ['backendRequest'],
    }),
  ],
  [/^!\(duration\(self\)<duration\('1s'\)/, (text: string) => ({ message: outOfRange(text, 'not between 1s and 1h') })],
  [
    /^!\(duration\(self\)==duration\('0s'\)/,
    (text: string) => ({ message: outOfRange(text, 'not more than 0s and at most 1h') }),
  ],
  [
    /lifetimeType!='Permanent'\|\|has\(self\.absoluteTimeout\)/,
    () => ({ message: '"absoluteTimeout" is missing: a permanent cookie needs it', at: ['absoluteTimeout'] }),
  ],
  [
    "!has(self.cookieConfig)||self.type=='Cookie'",
    () => ({ message: '"cookieConfig" is for the type Cookie', at: ['cookieConfig'], on: 'key' }),
  ],
  [
    /^!\(has\(self\.caCertificateRefs\)/,
    () => ({
      message: '"caCertificateRefs" and "wellKnownCACertificates" exclude each other',
      at: ['wellKnownCACertificates'],
      on: 'key',
    }),
  ],
  [
    /^\(has\(self\.caCertificateRefs\)/,
    () => ({ message: '"caCertificateRefs" or "wellKnownCACertificates" is needed', on: 'key' }),
  ],
  [
    "!self.endsWith('.cluster.local')",
    (host: string) => ({ message: `${quote(host)} lies inside the cluster; name a host outside` }),
  ],
  // As Kubernetes evaluates this rule, no name at all fulfils it.
  [
    /^size\(self\)==0\|\|format\.dns1123Label/,
    () => ({ message: 'no name can be given here, by a fault of this definition; leave it out', on: 'key' }),
  ],
];

function onlyFor(self: object, field = '', by = '', value = ''): Told {
  const actual = (self as Record<string, unknown>)[by];
  const instead = actual === undefined ? '' : `, not for ${quote(actual)}`;
  return { message: `${quote(field)} is for the ${by} ${quote(value)}${instead}`, at: [field], on: 'key' };
}

function neededBy(_self: unknown, field = '', by = '', value = ''): Told {
  return { message: `${quote(field)} is missing: the ${by} ${quote(value)} needs it`, at: [field], onlyAlone: true };
}

/** The first item of a list that has a key of an earlier one. */
function repeatedAt<Item>(items: readonly Item[], keyOf: (item: Item) => string | undefined): number {
  const keys = items.map((item) => keyOf(item));
  return keys.findIndex((key, index) => key !== undefined && keys.indexOf(key) < index);
}

function second<Item>(items: readonly Item[], keyOf: (item: Item) => string | undefined, field: string): Told {
  const index = repeatedAt(items, keyOf);
  return { message: `the ${field} ${quote(keyOf(items[index]!))} stands twice`, at: [index, field] };
}

function sameReference(refs: readonly ParentReference[], fields: string): Told {
  const index = repeatedAt(refs, ({ group, kind, name, namespace = '' }) => [group, kind, namespace, name].join('/'));
  const { kind = '', name = '' } = refs[index] ?? {};
  return { message: `${kind} ${quote(name)} is named twice; such references must differ in ${fields}`, at: [index] };
}

function secondFilter(filters: readonly HTTPRouteFilter[], type = ''): Told {
  const at = filters.findIndex(
    (filter, index) => filter.type === type && filters.findIndex((other) => other.type === type) < index,
  );
  return { message: `a filter of type ${quote(type)} stands twice`, at: [at] };
}

function redirectAndRewrite(filters: readonly HTTPRouteFilter[]): Told {
  const at = filters.findLastIndex(({ type }) => type === 'RequestRedirect' || type === 'URLRewrite');
  return { message: 'a redirect and a rewrite of the URL exclude each other', at: [at] };
}

function redirectWithBackends({ filters = [] }: HTTPRouteRule): Told {
  const at = filters.findIndex(({ requestRedirect }) => requestRedirect);
  return {
    message: 'a redirect answers the request itself; it cannot stand beside "backendRefs"',
    at: ['filters', at, 'requestRedirect'],
    on: 'key',
  };
}

function sameListener(listeners: readonly Listener[]): Told {
  const at = repeatedAt(listeners, ({ port, protocol, hostname }) => [port, protocol, hostname].join(' '));
  const { port, protocol, hostname } = listeners[at] ?? {};
  return {
    message: `an earlier listener has port ${port}, protocol ${protocol} and ${hostname === undefined ? 'no hostname' : `hostname ${quote(hostname)}`} too`,
    at: [at],
  };
}

function listenerWith(
  listeners: readonly Listener[],
  isWrong: (listener: Listener) => boolean,
  field: string,
  say: (protocol: string) => string,
): Told {
  const at = listeners.findIndex(isWrong);
  const listener = listeners[at] ?? {};
  return { message: say(listener.protocol ?? ''), at: field in listener ? [at, field] : [at], on: 'key' };
}

function badHost(hosts: readonly string[], isBad: (host: string) => boolean, say: (host: string) => string): Told {
  const at = hosts.findIndex(isBad);
  return { message: say(hosts[at] ?? ''), at: [at] };
}

const KEY =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$/;

function badKey(map: object): Told {
  const key = Object.keys(map).find((name) => !KEY.test(name) || name.split('/')[0]!.length >= 253) ?? '';
  return {
    message: `${quote(key)} is not a key: a name of at most 63 characters, with a DNS name and "/" in front or not`,
    at: [key],
    on: 'key',
  };
}

const outOfRange = (text: string, range: string) =>
  parseDuration(text) === undefined ? `${quote(text)} is not a duration such as "10s"` : `${quote(text)} is ${range}`;
