import { parseDuration } from '../duration';
import type { PolicyTargetReference, Source } from '../kinds/security';
import type { EnvoyFilterEnvoyConfigObjectMatch, ServiceEntrySpec, ServicePort } from '../kinds/networking';
import { oneOf } from '../spelling';
import type { Teller, Told } from './messages';

const quote = (text: string) => `"${text}"`;

/** The rules of Istio's custom resource definitions, in our words. */
export const istioTellers: readonly Teller[] = [
  ["duration(self)>=duration('1ms')", atLeastOneMillisecond],
  ['0<self&&self<=65535', (port: number) => ({ message: `${port} is not a port between 1 and 65535` })],
  [
    "self.all(key,!key.contains('*'))",
    (labels: object) => ({
      message: 'the key of a label must not contain "*"',
      at: [Object.keys(labels).find((key) => key.includes('*'))!],
      on: 'key',
    }),
  ],
  ['self.all(key,key.size()!=0)', () => ({ message: 'the key of a label must not be empty', at: [''], on: 'key' })],
  [
    "!self.contains('*')",
    (value: string) => ({ message: `${quote(value)} must not contain "*": labels are compared as they are` }),
  ],
  ['self.size()==0', () => ({ message: 'a target in another namespace is not supported; leave "namespace" out' })],
  [/^\[self\.group,self\.kind\]in\[\[/, wrongTarget],
  [/^isURL\(self\)\?\(url\(self\)\.getScheme\(\)in\['',(.*?)\]\)/, schemes],
  [/^url\(self\)\.getScheme\(\)in\[(.*)\]$/, schemes],
  [/self\.addresses.*k\.contains\('\/'\)/, rangeWithoutResolution],
  [
    /'NONE'\)\?!has\(self\.endpoints\):true$/,
    () => ({
      message: 'the resolution NONE takes no endpoints: connections go where the client sends them',
      at: ['endpoints'],
      on: 'key',
    }),
  ],
  [
    /'DNS_ROUND_ROBIN'\)\?/,
    () => ({ message: 'the resolution DNS_ROUND_ROBIN takes one endpoint', at: ['endpoints'], on: 'key' }),
  ],
  ["self!='*'", () => ({ message: 'the host "*" is not allowed; name a host or a domain' })],
  ['self.all(l1,self.exists_one(l2,l1.number==l2.number))', samePortNumber],
  [
    'has(self.address)||has(self.network)',
    () => ({ message: '"address" is missing; only an endpoint with a "network" can be without', at: ['address'] }),
  ],
  [
    /startsWith\('unix:\/\/'\)\)?\?!has\(self\.ports\):true$/,
    () => ({ message: 'a Unix socket has no ports', at: ['ports'], on: 'key' }),
  ],
  [
    /^self\.startsWith\('unix:\/\/'\)\?\(self\.substring/,
    (address: string) => ({
      message: `${quote(address)} is neither an absolute path ("unix:///...") nor an abstract socket ("unix://@...")`,
    }),
  ],
  [
    /^self\.startsWith\('unix:\/\/'\)\?!self\.endsWith/,
    (address: string) => ({ message: `${quote(address)} is a folder, not a socket` }),
  ],
  [/^self\.all\(key,size\(key\)<63&&key\.matches/, badPortName],
  ["selfin['','HTTP','HTTPS']", (scheme: string) => ({ message: `${quote(scheme)} is neither "HTTP" nor "HTTPS"` })],
  [
    /has\(self\.portLevelMtls\)/,
    () => ({
      message: '"portLevelMtls" needs a selector: ports are those of workloads',
      at: ['portLevelMtls'],
      on: 'key',
    }),
  ],
  ['self.all(key,0<int(key)&&int(key)<=65535)', badPortKey],
  [/=='UPSERT'\)\?/, () => ({ message: '"value" is missing: the operation UPSERT needs it', at: ['value'] })],
  [/=='REMOVE'\)\?/, () => ({ message: 'the operation REMOVE takes no value', at: ['value'], on: 'key' })],
  [
    /!='HOST'\|\|!has\(self\.value\)$/,
    () => ({ message: 'a value that comes from HOST is not given here', at: ['value'], on: 'key' }),
  ],
  ['has(self.wasm)!=has(self.lua)', () => ({ message: 'exactly one of "wasm" and "lua" is needed', on: 'key' })],
  [/self\.context=='WAYPOINT'/, waypoint],
  [/^\(has\(self\.serviceAccounts\)/, accountsAndPrincipals],
];

function atLeastOneMillisecond(text: string): Told {
  const known = parseDuration(text) !== undefined;
  return {
    message: known ? `${quote(text)} is less than 1ms` : `${quote(text)} is not a duration such as "10s" or "1m30s"`,
  };
}

function wrongTarget({ group = '', kind = '' }: PolicyTargetReference): Told {
  const named = group ? `${kind} of ${quote(group)}` : kind;
  return {
    message: `a ${named} cannot be the target; a Service, a ServiceEntry of "networking.istio.io" or a Gateway of "gateway.networking.k8s.io" can`,
    at: ['kind'],
  };
}

function schemes(url: string, allowed = ''): Told {
  const names = allowed.split(',').map((name) => name.replaceAll("'", ''));
  return { message: `${quote(url)} is not a URL with the scheme ${oneOf(names)}` };
}

function rangeWithoutResolution({ addresses = [], resolution }: ServiceEntrySpec): Told {
  const index = addresses.findIndex((address) => address.includes('/'));
  return {
    message: `the range ${quote(addresses[index] ?? '')} is only for the resolutions NONE and STATIC, not for ${resolution}`,
    at: ['addresses', index],
  };
}

function samePortNumber(ports: readonly ServicePort[]): Told {
  const index = ports.findIndex(({ number }, at) =>
    ports.some((other, before) => before < at && other.number === number),
  );
  return { message: `the port number ${ports[index]?.number} stands twice`, at: [index, 'number'] };
}

function badPortName(ports: object): Told {
  const name = Object.keys(ports).find(
    (key) => key.length >= 63 || !/^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(key),
  )!;
  return {
    message: `${quote(name)} is not the name of a port: letters, digits and "-", at most 62`,
    at: [name],
    on: 'key',
  };
}

function badPortKey(ports: object): Told {
  const key = Object.keys(ports).find((port) => !/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65535)!;
  return { message: `${quote(key)} is not a port between 1 and 65535`, at: [key], on: 'key' };
}

function waypoint({ waypoint: match }: EnvoyFilterEnvoyConfigObjectMatch): Told {
  if (match === undefined) return { message: 'in the context WAYPOINT a match needs "waypoint"', at: ['context'] };
  return { message: '"waypoint" matches only in the context WAYPOINT', at: ['waypoint'], on: 'key' };
}

function accountsAndPrincipals(source: Source): Told {
  const others = ['principals', 'notPrincipals', 'namespaces', 'notNamespaces'].filter((field) => field in source);
  return { message: `${oneOf(others, 'and')} cannot stand beside service accounts`, at: [others[0]!], on: 'key' };
}
