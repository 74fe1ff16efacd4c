import { readFileSync, readdirSync } from 'node:fs';
import { admit } from '../src/schema/admit';
import { compile } from '../src/schema/cel/engine';
import { tellerOf } from '../src/schema/cel/messages';
import { parseDuration } from '../src/schema/duration';
import { parseGoUrl } from '../src/schema/go-url';
import { isCidr, isIp } from '../src/schema/ip';
import { formatPath } from '../src/source/path';
import { read } from '../src/source/read';

interface Node {
  rules?: string[];
  [key: string]: unknown;
}

function rulesIn(node: unknown): string[] {
  if (node === null || typeof node !== 'object') return [];
  const { rules } = node as Node;
  return [...(Array.isArray(rules) ? rules : []), ...Object.values(node).flatMap(rulesIn)].filter(
    (rule) => typeof rule === 'string',
  );
}

const files = readdirSync('schemas', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
const rules = [...new Set(files.flatMap((file) => rulesIn(JSON.parse(readFileSync(`schemas/${file}`, 'utf8')))))];

describe('the rules of the schemas', () => {
  test('are many', () => expect(rules.length).toBeGreaterThan(100));

  test('can all be compiled', () => {
    for (const rule of rules) expect(() => compile(rule)).not.toThrow();
  });

  test('all have words of our own', () => {
    expect(rules.filter((rule) => !tellerOf(rule))).toEqual([]);
  });

  test('do not ask for older values', () => {
    expect(rules.filter((rule) => rule.includes('oldSelf'))).toEqual([]);
  });
});

/** Whether a rule holds; `error` where Kubernetes could not evaluate it. */
function verdict(rule: string, self: unknown): unknown {
  try {
    return compile(rule)(self);
  } catch {
    return 'error';
  }
}

// As cel-go with the libraries of Kubernetes 1.34 answers.
test.each([
  ["duration(self) >= duration('1ms')", '1s', true],
  ["duration(self) >= duration('1ms')", '1h30m', true],
  ["duration(self) >= duration('1ms')", '0.5ms', false],
  ["duration(self) >= duration('1ms')", '-1s', false],
  ["duration(self) >= duration('1ms')", '5', 'error'],
  ["duration(self) >= duration('1ms')", 's', 'error'],
  ["duration(self) >= duration('1ms')", '', 'error'],
  ["duration(self) == duration('0s')", '0', true],
  ['isURL(self)', 'https://a.example.com:80/b?c=d#e', true],
  ['isURL(self)', '/absolute', true],
  ['isURL(self)', '../relative', false],
  ['isURL(self)', 'https://a:b:c/', false],
  ['isURL(self)', 'a b', false],
  ["url(self).getScheme() == 'oci'", 'oci://a/b:1', true],
  ["url(self).getScheme() == 'http'", 'a/b', 'error'],
  ["url(self).getHost() == 'a:80'", 'http://u:p@a:80/b', true],
  ['isIP(self)', '10.0.0.1', true],
  ['isIP(self)', '::1', true],
  ['isIP(self)', '010.0.0.1', false],
  ['isIP(self)', 'fe80::1%eth0', false],
  ['self.substring(7, 8) == "/"', 'unix:///a', true],
  ['self.substring(7, 8) == "/"', 'unix://', 'error'],
  ['self.split("/")[0].size() < 2', 'a/b', true],
  ["self.matches('^(?i)[A-Z]+$')", 'abc', true],
  ["self.matches('b')", 'abc', true],
  ['has(self[0].a)', [{ a: 1 }], true],
  ['has(self[0].a)', [{}], false],
  ['self.a.b == 1', {}, 'error'],
  ['!has(self.a) || self.a.b == 1', {}, true],
  ['self.x == 100 && self.x >= 1 && self.x in [100]', { x: 100 }, true],
  ["self.__namespace__ == 'a'", { namespace: 'a' }, true],
  ['self.all(key, int(key) > 0)', { 1: {}, 2: {} }, true],
  ['self.all(key, int(key) > 0)', { x: {} }, 'error'],
  ['self.exists_one(x, x == 1)', [1, 2, 1], false],
  ['self.filter(x, x > 1).size() == 1', [1, 2], true],
])('%s of %j is %j', (rule, self, expected) => expect(verdict(rule, self)).toBe(expected));

test.each([
  ['1m30s', 90e9],
  ['.5s', 5e8],
  ['1.s', 1e9],
  ['0', 0],
  ['-1us', -1000],
  ['1µs', 1000],
  ['1d', undefined],
  ['1', undefined],
  ['', undefined],
  ['1 s', undefined],
  ['9999999h', undefined],
])('the duration %s is %s nanoseconds', (text, expected) => expect(parseDuration(text)).toBe(expected));

test('addresses are read as Go reads them', () => {
  expect(['1.2.3.4', '::ffff:1.2.3.4', 'fe80::'].map(isIp)).toEqual([true, true, true]);
  expect(['1.2.3', '01.2.3.4', '1.2.3.4.5', '', 'fe80::%1', '0x7f.1'].map(isIp)).toEqual(Array(6).fill(false));
  expect(['10.0.0.0/8', '::/0'].map(isCidr)).toEqual([true, true]);
  expect(['10.0.0.0/33', '10.0.0.0', '10.0.0.0/08', '::/129', '/8'].map(isCidr)).toEqual(Array(5).fill(false));
});

test('URLs are read as Go reads them', () => {
  expect(parseGoUrl('HTTP://[::1]:80/%41')).toEqual({ scheme: 'http', host: '[::1]:80', path: '/%41' });
  expect(['http://a/%zz', ':a', '', 'a\tb', 'http://a b/', 'http://[::1/'].map(parseGoUrl)).toEqual(
    Array(6).fill(undefined),
  );
});

const said = (text: string) =>
  read('a.yaml', text).resources.flatMap((resource) =>
    admit(resource, '1.31').violations.map(({ path, on, message }) => {
      const { start } = on === 'key' ? resource.keyRangeOf(path) : resource.rangeOf(path);
      return `${start.line}:${start.column} ${formatPath(path)}: ${message}`;
    }),
  );
const object = (apiVersion: string, kind: string, spec: string) =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: a\nspec:\n${spec.replace(/^/gm, '  ')}\n`;
const istio = (kind: string, spec: string) => object('networking.istio.io/v1', kind, spec);
const security = (kind: string, spec: string) => object('security.istio.io/v1', kind, spec);
const gatewayApi = (kind: string, spec: string) => object('gateway.networking.k8s.io/v1', kind, spec);

describe('broken rules are told at the field, once', () => {
  test.each([
    [
      'no duration',
      istio('VirtualService', 'http:\n- timeout: 5x\n  route: [{destination: {host: a}}]'),
      '7:14 spec.http[0].timeout: "5x" is not a duration such as "10s" or "1m30s"',
    ],
    [
      'too short',
      istio('DestinationRule', 'host: a\ntrafficPolicy: {outlierDetection: {interval: 0s}}'),
      '7:48 spec.trafficPolicy.outlierDetection.interval: "0s" is less than 1ms',
    ],
    [
      'a port',
      istio('ServiceEntry', 'hosts: [a]\nresolution: DNS\nports: [{number: 0, name: a}]'),
      '8:20 spec.ports[0].number: 0 is not a port between 1 and 65535',
    ],
    [
      'the same port',
      istio('ServiceEntry', 'hosts: [a]\nresolution: DNS\nports: [{number: 80, name: a}, {number: 80, name: b}]'),
      '8:43 spec.ports[1].number: duplicate number "80"',
    ],
    [
      'a range of addresses',
      istio(
        'ServiceEntry',
        'hosts: [a]\naddresses: [1.2.3.4, 10.0.0.0/8]\nresolution: DNS\nports: [{number: 80, name: a}]',
      ),
      '7:24 spec.addresses[1]: the range "10.0.0.0/8" is only for the resolutions NONE and STATIC, not for DNS',
    ],
    [
      'a socket with ports',
      istio('WorkloadEntry', 'address: unix:///a\nports: {http: 80}'),
      '7:3 spec.ports: a Unix socket has no ports',
    ],
    [
      'two ways to select',
      object(
        'telemetry.istio.io/v1',
        'Telemetry',
        'selector: {matchLabels: {a: b}}\ntargetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: a}]',
      ),
      '7:3 spec.targetRefs: "targetRefs" cannot be combined with "selector": at most one of "selector", "targetRef" or "targetRefs" may be set',
    ],
    [
      'a label with a star',
      security('PeerAuthentication', 'selector: {matchLabels: {app: "a*"}}'),
      '6:33 spec.selector.matchLabels.app: "a*" must not contain "*": labels are compared exactly',
    ],
    [
      'ports without selector',
      security('PeerAuthentication', 'portLevelMtls: {80: {mode: STRICT}}'),
      '6:3 spec.portLevelMtls: "portLevelMtls" requires a selector, because ports are ports of workloads',
    ],
    [
      'accounts and principals',
      security('AuthorizationPolicy', 'rules: [{from: [{source: {serviceAccounts: [a], principals: [b]}}]}]'),
      '6:51 spec.rules[0].from[0].source.principals: "principals" cannot be combined with service accounts',
    ],
    [
      'the address of keys',
      security('RequestAuthentication', 'jwtRules: [{issuer: a, jwksUri: "ftp://a"}]'),
      '6:35 spec.jwtRules[0].jwksUri: "ftp://a" is not a URL with the scheme "http" or "https"',
    ],
    [
      'a path',
      gatewayApi('HTTPRoute', 'rules: [{matches: [{path: {value: a//b}}]}]'),
      '6:37 spec.rules[0].matches[0].path.value: the path "a//b" does not begin with "/"',
    ],
    [
      'a filter of another type',
      gatewayApi('HTTPRoute', 'rules: [{filters: [{type: URLRewrite, requestRedirect: {hostname: a.com}}]}]'),
      '6:41 spec.rules[0].filters[0].requestRedirect: "requestRedirect" is for the type "RequestRedirect", not for "URLRewrite"',
    ],
    [
      'a filter without settings',
      gatewayApi('HTTPRoute', 'rules: [{filters: [{type: URLRewrite}]}]'),
      '6:23 spec.rules[0].filters[0].urlRewrite: "urlRewrite" is missing: the type "URLRewrite" needs it',
    ],
    [
      'a redirect with backends',
      gatewayApi(
        'HTTPRoute',
        'rules: [{filters: [{type: RequestRedirect, requestRedirect: {hostname: a.com}}], backendRefs: [{name: a, port: 80}]}]',
      ),
      '6:46 spec.rules[0].filters[0].requestRedirect: a redirect answers the request; it cannot be combined with "backendRefs"',
    ],
    [
      'a backend without port',
      gatewayApi('HTTPRoute', 'rules: [{backendRefs: [{name: a}]}]'),
      '6:27 spec.rules[0].backendRefs[0].port: "port" is missing: a reference to a Service needs it',
    ],
    [
      'two equal parents',
      gatewayApi('HTTPRoute', 'parentRefs: [{name: a}, {name: a}]'),
      '6:28 spec.parentRefs[1]: Gateway "a" is a duplicate; such references must differ in "sectionName" or "port"',
    ],
    [
      'timeouts',
      gatewayApi('HTTPRoute', 'rules: [{timeouts: {request: 1s, backendRequest: 2s}}]'),
      '6:52 spec.rules[0].timeouts.backendRequest: backendRequest 2s is longer than the timeout of the whole request, 1s',
    ],
    [
      'TLS on HTTP',
      gatewayApi(
        'Gateway',
        'gatewayClassName: a\nlisteners: [{name: a, port: 80, protocol: HTTP, tls: {certificateRefs: [{name: s}]}}]',
      ),
      '7:51 spec.listeners[0].tls: "tls" must not be set on a listener of protocol HTTP',
    ],
    [
      'equal listeners',
      gatewayApi(
        'Gateway',
        'gatewayClassName: a\nlisteners: [{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: HTTP}]',
      ),
      '7:53 spec.listeners[1]: an earlier listener has the same port 80, protocol HTTP and no hostname',
    ],
    [
      'listeners of one name',
      gatewayApi(
        'Gateway',
        'gatewayClassName: a\nlisteners: [{name: a, port: 80, protocol: HTTP}, {name: a, port: 81, protocol: HTTP}]',
      ),
      '7:59 spec.listeners[1].name: an earlier item of this list has the same name "a"',
    ],
    [
      'certificates',
      gatewayApi('Gateway', 'gatewayClassName: a\nlisteners: [{name: a, port: 443, protocol: HTTPS, tls: {}}]'),
      '7:53 spec.listeners[0].tls.certificateRefs: "certificateRefs" is missing: a listener that terminates TLS requires a certificate (or "options")',
    ],
    [
      'an address as host',
      gatewayApi('TLSRoute', 'hostnames: [1.2.3.4]\nrules: [{backendRefs: [{name: a, port: 1}]}]'),
      '6:15 spec.hostnames[0]: "1.2.3.4" is an IP address; expected a host name',
    ],
  ])('%s', (_, text, ...expected) => expect(said(text)).toEqual(expected));

  test('a rule is not asked about what has another fault', () => {
    const text = istio(
      'ServiceEntry',
      'hosts: ["*"]\nresolution: NON\nendpoints: [{address: 1.2.3.4}]\nports: [{number: 80, name: a, protocol: HTTP}]',
    );
    expect(said(text).map((line) => line.split(':')[2]?.trim())).toHaveLength(2);
    expect(said(text)[0]).toMatch(/^7:15 spec.resolution: "NON" is not one of /);
    expect(said(text)[1]).toBe('6:11 spec.hosts[0]: the host "*" is not allowed; name a host or a domain');
  });
});
