import { readFileSync } from 'node:fs';
import { read, simulate } from '../src';
import { Mesh, type World } from '../src/mesh/mesh';
import { sentenceOf } from './sentence';

// A certificate that cannot be used ends the handshake, as the rules about certificates say.

const now = Date.parse('2026-06-01') / 1000;
const GATEWAY = 'istio-ingressgateway.istio-ingress';

const meshOf = (name: string, world: World = 'auto', change = (text: string) => text): Mesh =>
  new Mesh([read(name, change(readFileSync(`fixtures/rules/${name}.yaml`, 'utf8')))], { world });

const over = (mesh: Mesh, more: object = {}, url = 'https://shop.example.com/') =>
  simulate(mesh, { gateway: GATEWAY, url, ...more }, { now });

const IDENTITY = { certificate: { uriSans: ['spiffe://cluster.local/ns/shop/sa/web'] } };

test.each([
  ['expired-certificate/expired', {}, 'the certificate in Secret "shop-tls" expired on 2026-04-01'],
  ['unusable-credential/missing-key', {}, 'Secret "shop-tls" has no "tls.key"'],
  ['mismatched-private-key/renewed', {}, 'the private key in Secret "shop-tls" does not belong to its certificate'],
  ['unusable-credential/no-authority', IDENTITY, 'Secret "shop-tls" has no "ca.crt"'],
])('%s', (name, more, words) => {
  const journey = over(meshOf(name), more);
  expect(sentenceOf(journey)).toContain(`the TLS handshake with ${GATEWAY} fails: ${words}`);
  expect(journey.ways[0].answer).toEqual({ kind: 'closed', flags: [] });
});

test('an RSA key that is too short gives the gateway no certificate', () => {
  const journey = over(meshOf('weak-certificate/short-key'), {}, 'https://a.example.com/');
  expect(sentenceOf(journey)).toContain('the RSA key in Secret "short" has 1024 bits, less than proxies take');
  expect(journey.ways[0].answer).toEqual({ kind: 'closed', flags: [] });
});

test('without a date no certificate expires', () => {
  const journey = simulate(meshOf('expired-certificate/expired'), {
    gateway: GATEWAY,
    url: 'https://shop.example.com/',
  });
  expect(journey.ways[0].answer.kind).toBe('response');
});

test('a Secret that is not in the input is missing where the input is complete', () => {
  const missing = 'Secret "shop-tls" does not exist in namespace "istio-ingress"';
  expect(sentenceOf(over(meshOf('unknown-credential/elsewhere', 'closed')))).toContain(missing);
  expect(sentenceOf(over(meshOf('unknown-credential/elsewhere')))).not.toContain(missing);
});

test('a Secret that another object creates is not missing', () => {
  const text = readFileSync('fixtures/rules/unknown-credential/elsewhere.yaml', 'utf8');
  const made = `---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: shop, namespace: istio-ingress }
spec: { secretName: shop-tls }
`;
  const mesh = new Mesh([read('made.yaml', `${text}\n${made}`)], { world: 'closed' });
  expect(over(mesh).ways[0].answer.kind).toBe('response');
});

describe('a gateway that is a client', () => {
  const text = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: istio-ingressgateway, namespace: istio-ingress }
spec:
  selector: { matchLabels: { istio: ingressgateway } }
  template:
    metadata: { labels: { istio: ingressgateway, sidecar.istio.io/inject: "true" } }
    spec: { containers: [{ name: istio-proxy, image: auto }] }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: out, namespace: istio-ingress }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [api.example.com] }]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: api, namespace: istio-ingress }
spec:
  hosts: [api.example.com]
  ports: [{ number: 443, name: https, protocol: HTTPS }]
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: api, namespace: istio-ingress }
spec:
  hosts: [api.example.com]
  gateways: [out]
  http: [{ route: [{ destination: { host: api.example.com, port: { number: 443 } } }] }]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: api, namespace: istio-ingress }
spec: { host: api.example.com, trafficPolicy: { tls: { mode: MUTUAL, credentialName: api-client, sni: api.example.com } } }
`;
  const end = (more: string, world: World) =>
    over(new Mesh([read('egress.yaml', text + more)], { world }), {}, 'http://api.example.com/');

  test('without its Secret it gets no connection', () => {
    const journey = end('', 'closed');
    expect(sentenceOf(journey)).toContain(
      `fails: ${GATEWAY} has no usable certificate for the connection: Secret "api-client" does not exist in namespace "istio-ingress" (503 UF`,
    );
    expect(journey.ways[0].answer).toMatchObject({ kind: 'response', status: 503 });
  });

  test('a Secret that may exist is taken to be good', () => {
    expect(end('', 'open').ways[0].answer).toMatchObject({ status: 200 });
  });
});
