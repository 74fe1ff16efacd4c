import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { read, simulate } from '../src';
import { reportOf } from '../src/simulation/report';
import { Mesh } from '../src/mesh/mesh';
import { simulationText } from '../src/report/simulation';
import { plain } from '../src/report/style';
import { sentenceOf } from './sentence';

// Where a request really ends, in Istio's words first: nothing is made up.

const file = 'fixtures/honest-ends.yaml';
const text = readFileSync(file, 'utf8');
const meshOf = (more = '') => new Mesh([read(file, `${text}\n---\n${more}`)]);

const ENDS: [title: string, request: Parameters<typeof simulate>[1], sentence: string][] = [
  ['a port that the Service does not declare', { from: 'web.shop', url: 'http://cart/' }, 'goes to cart (1 pod)'],
  ['', { from: 'cart.shop', url: 'http://web/' }, 'fails: Service web has no port 80; it has 8000 (503 UF'],
  ['', { from: 'web.shop', url: 'tcp://cart:9999' }, 'fails: Service cart has no port 9999; it has 80, 81'],
  ['', { url: 'http://cart.shop:8080/' }, 'fails: Service cart has no port 8080; it has 80, 81'],
  [
    'an unknown outside host',
    { from: 'web.shop', url: 'http://www.example.org/' },
    'goes to www.example.org:80, outside of the mesh',
  ],
  ['', { from: 'web.shop', url: 'https://www.example.org/' }, 'goes to www.example.org:443, outside of the mesh'],
  ['', { from: 'web.shop', url: 'tcp://db.example.org:5432' }, 'goes to db.example.org:5432, outside of the mesh'],
  [
    'TLS to a plaintext port',
    { from: 'cart.shop', url: 'https://db:9000/' },
    'the client uses TLS, but port 9000 of db.shop is a plaintext port',
  ],
  ['', { url: 'https://cart.shop:80/' }, 'the client uses TLS, but port 8080 of cart.shop is a plaintext port'],
  [
    'plaintext to a TLS port',
    { gateway: 'gate.istio-system', url: 'http://web.example.com:443/shop' },
    'the client uses plaintext, but port 8443 of gate.istio-system requires TLS',
  ],
  [
    'plaintext where mutual TLS is required',
    { url: 'http://web.shop:8000/' },
    'fails: web.shop requires mutual TLS (PeerAuthentication shop/strict), but the client uses plaintext',
  ],
  [
    'a port that annotations exclude',
    { from: 'web.shop', url: 'tcp://cart:81' },
    'fails: the client proxy uses mutual TLS, but annotations of cart.shop exclude port 8081 from its sidecar',
  ],
  ['a pod of a headless Service', { from: 'web.shop', url: 'http://db-1.db:9000/' }, 'goes to db (1 pod)'],
  ['', { from: 'web.shop', url: 'http://db-0.db.shop.svc.cluster.local:9000/' }, 'goes to db (1 pod)'],
  [
    'the port of a node',
    { url: 'http://10.0.0.7:31380/shop', headers: [['host', 'web.example.com']] },
    'goes to web (1 pod)',
  ],
  [
    '',
    { url: 'http://node-1:31380/', headers: [['host', 'web.example.com']] },
    'fails with 404 (NR) at the gateway gate',
  ],
  ['', { url: 'http://node-1:32080/' }, 'web.shop requires mutual TLS (PeerAuthentication shop/strict)'],
  [
    'a host without a route behind filters',
    { gateway: 'gate.istio-system', url: 'http://nowhere.example.com/' },
    'no virtual host takes the host "nowhere.example.com"',
  ],
  [
    '',
    { gateway: 'gate.istio-system', url: 'http://web.example.com/other' },
    'fails with 404 (NR) at the gateway gate: no route',
  ],
];

test.each(ENDS.map(([title, request, sentence]) => ({ title, request, sentence, url: request.url })))(
  '$title $url: $sentence',
  ({ request, sentence }) => expect(sentenceOf(simulate(meshOf(), request))).toContain(sentence),
);

const REGISTRY_ONLY = `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: "outboundTrafficPolicy: {mode: REGISTRY_ONLY}" }
`;

test.each([
  ['http://web/', 'fails: Service web has no port 80; it has 8000 (502)'],
  ['tcp://web:9999', 'fails: Service web has no port 9999; it has 8000'],
  ['https://web:8000/', 'fails: the client uses TLS, but port 8000 of web.shop is a plaintext port'],
  [
    'http://www.example.org/',
    'fails: no Service or ServiceEntry defines www.example.org:80, and outboundTrafficPolicy is REGISTRY_ONLY (502)',
  ],
  ['https://www.example.org/', 'fails: no Service or ServiceEntry defines www.example.org:443, and outbound'],
  ['http://web:8000/', 'goes to web (1 pod)'],
])('REGISTRY_ONLY %s: %s', (url, sentence) =>
  expect(sentenceOf(simulate(meshOf(REGISTRY_ONLY), { from: 'cart.shop', url }))).toContain(sentence),
);

test('REGISTRY_ONLY, and a Service that a Sidecar does not import', () => {
  const sidecar = `${REGISTRY_ONLY}---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec: { egress: [{ hosts: ["istio-system/*"] }] }
`;
  expect(sentenceOf(simulate(meshOf(sidecar), { from: 'cart.shop', url: 'http://web:8000/' }))).toContain(
    'fails: exportTo or a Sidecar keeps Service web.shop from cart.shop, and outboundTrafficPolicy is REGISTRY_ONLY',
  );
});

test('no made-up address is shown', () => {
  const told = reportOf(simulate(meshOf(), { from: 'web.shop', url: 'http://www.example.org/' }));
  expect(
    JSON.stringify(told, (key, value: unknown) => (key === 'origin' || key === 'config' ? undefined : value)),
  ).not.toMatch(/192\.88\.99/);
});

const shown = (request: Parameters<typeof simulate>[1]): string =>
  simulationText(reportOf(simulate(meshOf(), request)), { why: false, config: false, telemetry: false }, plain);

test('a 403 says what each rule would have needed', () => {
  const policy = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: guard, namespace: shop }
spec:
  selector: { matchLabels: { app: cart } }
  rules:
    - from: [{ source: { principals: [cluster.local/ns/shop/sa/other] } }]
    - to: [{ operation: { methods: [POST] } }]
`;
  const journey = simulate(meshOf(policy), { from: 'web.shop', url: 'http://cart/' });
  const text = simulationText(reportOf(journey), { why: false, config: false, telemetry: false }, plain);
  expect(text).toContain(
    'not AuthorizationPolicy shop/guard spec.rules[0]: the client is "spiffe://cluster.local/ns/shop/sa/default", not exactly',
  );
  expect(text).toContain('not AuthorizationPolicy shop/guard spec.rules[1]: the method is "GET", not exactly "POST"');
});

test('--why shows routes that match as well and come later, and only virtual hosts that take the host', () => {
  const routes = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: cart, namespace: shop }
spec:
  hosts: [cart]
  http:
    - match: [{ uri: { prefix: /api } }]
      route: [{ destination: { host: cart } }]
    - match: [{ uri: { prefix: /other } }]
      route: [{ destination: { host: cart } }]
    - match: [{ uri: { prefix: /api/v1 } }]
      route: [{ destination: { host: web } }]
`;
  const journey = simulate(meshOf(routes), { from: 'web.shop', url: 'http://cart/api/v1/x' });
  const text = simulationText(reportOf(journey), { why: true, config: false, telemetry: false }, plain);
  expect(text).toContain('later prefix /api/v1: it matches as well, but comes later');
  expect(text).not.toContain('prefix /other');
  expect(text).toContain('later allow_any: its domain "*" is less specific');
  expect(text).not.toMatch(/not .*is none of its domains/);
});

test('the client side says how it connects, and as whom', () => {
  expect(shown({ from: 'web.shop', url: 'http://cart/' })).toContain(
    'connects with       mutual TLS (automatic) as spiffe://cluster.local/ns/shop/sa/default',
  );
});

test('an answer that depends on something else says so', () => {
  const folder = 'fixtures/pilot/local-rate-limit-by-route/input';
  const files = ['00-part.yaml', '01-part.yaml', '02-part.yaml'].map((name) => join(folder, name));
  const mesh = new Mesh(files.map((path) => read(path, readFileSync(path, 'utf8'))));
  const journey = simulate(mesh, { url: 'http://pay/pay/1' });
  expect(sentenceOf(journey)).toContain('until 1 request in 3600s');
  expect(reportOf(journey).ways[0]!.conditions).toEqual([
    { kind: 'rate limit', tokens: 1, interval: '3600s', status: 429 },
  ]);
});
