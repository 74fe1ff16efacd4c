import { parseDuration } from '../../duration';
import type { EnvoyFilterEnvoyConfigObjectMatch, ServiceEntrySpec, ServicePort } from '../../kinds/networking';
import type { PolicyTargetReference, Source } from '../../kinds/security';
import { oneOf } from '../../spelling';
import { type RuleMessage, type RuleText, key, quote, second, value } from './rule-message';

/** The rules of Istio's custom resource definitions. */
export const istioTellers: readonly RuleMessage[] = [
  ["duration(self)>=duration('1ms')", atLeastOneMillisecond],
  ['0<self&&self<=65535', (port: number) => value(`${port} is not a port between 1 and 65535`)],
  // Some releases have this limit by a misprint.
  [
    '0<self&&self<=6553',
    (port: number) => value(`${port} is not a port between 1 and 6553, the limit of this release`),
  ],
  ["selfin['','HTTP','HTTPS']", (scheme: string) => value(`${quote(scheme)} is neither "HTTP" nor "HTTPS"`)],
  ["self!='*'", () => value('the host "*" is not allowed; name a host or a domain')],
  [/^isURL\(self\)\?\(url\(self\)\.getScheme\(\)in\['',(.*?)\]\)/, schemes],
  [/^url\(self\)\.getScheme\(\)in\[(.*)\]$/, schemes],
  // Selectors and targets.
  [
    "self.all(key,!key.contains('*'))",
    (labels: object) => key('the key of a label must not contain "*"', keyWith('*', labels)),
  ],
  ['self.all(key,key.size()!=0)', () => key('the key of a label must not be empty', '')],
  [
    "!self.contains('*')",
    (label: string) => value(`${quote(label)} must not contain "*": labels are compared exactly`),
  ],
  ['self.size()==0', () => value('a target in another namespace is not supported; remove "namespace"')],
  [/^\[self\.group,self\.kind\]in\[\[/, wrongTarget],
  // Endpoints.
  [
    'has(self.address)||has(self.network)',
    () => value('"address" is missing; only an endpoint with a "network" can be without', 'address'),
  ],
  [/startsWith\('unix:\/\/'\)\)?\?!has\(self\.ports\):true$/, () => key('a Unix socket has no ports', 'ports')],
  [
    /^self\.startsWith\('unix:\/\/'\)\?\(self\.substring/,
    (address: string) =>
      value(`${quote(address)} is neither an absolute path ("unix:///...") nor an abstract socket ("unix://@...")`),
  ],
  [
    /^self\.startsWith\('unix:\/\/'\)\?!self\.endsWith/,
    (address: string) => value(`${quote(address)} is a folder, not a socket`),
  ],
  [/^self\.all\(key,size\(key\)<63&&key\.matches/, badPortName],
  // ServiceEntry.
  [/self\.addresses.*k\.contains\('\/'\)/, rangeWithoutResolution],
  [
    /'NONE'\)\?!has\(self\.endpoints\):true$/,
    () => key('the resolution NONE takes no endpoints: connections go where the client sends them', 'endpoints'),
  ],
  [/'DNS_ROUND_ROBIN'\)\?/, () => key('the resolution DNS_ROUND_ROBIN takes one endpoint', 'endpoints')],
  [
    /^self\.all\(l1,self\.exists_one\(l2,l1\.number==l2\.number\)\)$/,
    (ports: ServicePort[]) => second(ports, ({ number }) => String(number), 'number'),
  ],
  // Policies, extensions, filters.
  [
    /has\(self\.portLevelMtls\)/,
    () => key('"portLevelMtls" requires a selector, because ports are ports of workloads', 'portLevelMtls'),
  ],
  ['self.all(key,0<int(key)&&int(key)<=65535)', badPortKey],
  [/^\(has\(self\.serviceAccounts\)/, accountsAndPrincipals],
  [/=='UPSERT'\)\?/, () => value('"value" is missing: the operation UPSERT needs it', 'value')],
  [/=='REMOVE'\)\?/, () => key('the operation REMOVE takes no value', 'value')],
  [/!='HOST'\|\|!has\(self\.value\)$/, () => key('a value that comes from HOST is not given here', 'value')],
  ['has(self.wasm)!=has(self.lua)', () => key('exactly one of "wasm" and "lua" is needed')],
  [/self\.context=='WAYPOINT'/, waypoint],
];

function atLeastOneMillisecond(text: string): RuleText {
  const known = parseDuration(text) !== undefined;
  return value(known ? `${quote(text)} is less than 1ms` : `${quote(text)} is not a duration such as "10s" or "1m30s"`);
}

const keyWith = (part: string, map: object): string => Object.keys(map).find((name) => name.includes(part)) ?? '';

function wrongTarget({ group = '', kind = '' }: PolicyTargetReference): RuleText {
  const named = group ? `${kind} of ${quote(group)}` : kind;
  const allowed = 'a Service, a ServiceEntry of "networking.istio.io" or a Gateway of "gateway.networking.k8s.io" can';
  return value(`a ${named} cannot be the target; ${allowed}`, 'kind');
}

function schemes(url: string, allowed = ''): RuleText {
  const names = allowed.split(',').map((name) => name.replaceAll("'", ''));
  return value(`${quote(url)} is not a URL with the scheme ${oneOf(names)}`);
}

function rangeWithoutResolution({ addresses = [], resolution }: ServiceEntrySpec): RuleText {
  const index = addresses.findIndex((address) => address.includes('/'));
  const range = quote(addresses[index]);
  return value(
    `the range ${range} is only for the resolutions NONE and STATIC, not for ${resolution}`,
    'addresses',
    index,
  );
}

function badPortName(ports: object): RuleText {
  const isName = (name: string) => name.length < 63 && /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(name);
  const name = Object.keys(ports).find((text) => !isName(text)) ?? '';
  return key(`${quote(name)} is not the name of a port: letters, digits and "-", at most 62`, name);
}

function badPortKey(ports: object): RuleText {
  const isPort = (name: string) => /^\d+$/.test(name) && Number(name) >= 1 && Number(name) <= 65535;
  const port = Object.keys(ports).find((text) => !isPort(text)) ?? '';
  return key(`${quote(port)} is not a port between 1 and 65535`, port);
}

function waypoint({ waypoint: match }: EnvoyFilterEnvoyConfigObjectMatch): RuleText {
  if (match === undefined) return value('in the context WAYPOINT a match needs "waypoint"', 'context');
  return key('"waypoint" matches only in the context WAYPOINT', 'waypoint');
}

function accountsAndPrincipals(source: Source): RuleText {
  const others = ['principals', 'notPrincipals', 'namespaces', 'notNamespaces'].filter((field) => field in source);
  return key(`${oneOf(others, 'and')} cannot be combined with service accounts`, others[0]!);
}
