import { type Journey, RequestError, reportOf, simulate } from '../src';
import type { Mesh } from '../src/mesh/mesh';
import type { Request } from '../src/simulation/request';
import { configMap, deployment, meshOf, namespace, networking, object, security, service } from './mesh-of';
import { sentenceOf } from './sentence';

// What becomes of requests from end to end: what each proxy by itself decides is judged against the real Envoy elsewhere.

const HTTP = 'ports: [{name: http, port: 80, targetPort: 8080}]';
const PORTS = '[{containerPort: 8080}]';

/** Two namespaces with sidecars and one without, and a service in each. */
const WORLD = [
  namespace('default'),
  namespace('shop'),
  namespace('bare', ''),
  service('web', HTTP),
  deployment('web', 'version: v1', PORTS),
  service('shop/cart', HTTP),
  deployment('shop/cart', 'version: v1', PORTS),
  service('bare/old', HTTP),
  deployment('bare/old', '', PORTS),
].join('');

const ask = (mesh: Mesh, url: string, request: Partial<Request> = {}): Journey =>
  simulate(mesh, { from: 'web.default', url, ...request });

const asked = (yaml: string, url: string, request: Partial<Request> = {}): Journey =>
  ask(meshOf(WORLD + yaml), url, request);

/** Proxies, status and flags of the likeliest way. */
function seen({ ways: [way] }: Journey): string {
  const proxies = way.hops.map(({ proxy, role }) => `${role} ${proxy.name}`);
  const { answer } = way;
  const end = answer.kind === 'response' ? `${answer.status} ${answer.flags.join() || '-'}` : answer.kind;
  return [...proxies, end].join(', ');
}

describe('from sidecar to sidecar', () => {
  test('a call goes through both, with mutual TLS and the identity of the caller', () => {
    const journey = asked('', 'http://cart.shop/');
    expect(seen(journey)).toBe('client web, server cart, 200 -');
    expect(sentenceOf(journey)).toBe('the request goes to cart v1 (1 pod)');
    expect(journey.ways[0].hops[1]!.arrival.tls?.certificate?.uriSans).toEqual([
      'spiffe://cluster.local/ns/default/sa/default',
    ]);
  });

  test.each(['cart.shop', 'cart.shop.svc', 'cart.shop.svc.cluster.local', 'cart.shop.svc.cluster.local.'])(
    'the name %s leads to the service',
    (host) => expect(seen(asked('', `http://${host}/`))).toBe('client web, server cart, 200 -'),
  );

  test('a name that leads nowhere is told, with the one that was meant', () => {
    const journey = asked('', 'http://crat.shop/');
    const { ways } = journey;
    const sentence = sentenceOf(journey);
    expect(sentence).toContain('did you mean "cart.shop"?');
    expect(ways[0].hops).toEqual([]);
  });

  test('the answer of the server goes back through the client', () => {
    const deny = security('AuthorizationPolicy', 'shop/deny-all', '');
    const journey = asked(deny, 'http://cart.shop/');
    expect(seen(journey)).toBe('client web, server cart, 403 -');
    expect(sentenceOf(journey)).toBe(
      'the request is refused with 403 by AuthorizationPolicy shop/deny-all, which does not allow it, at the sidecar of cart',
    );
    const [client] = journey.ways[0].hops;
    expect(client!.outcome).toMatchObject({ status: 403, details: 'via_upstream' });
  });

  test('a policy that denies is named', () => {
    const rules =
      'action: DENY, rules: [{from: [{source: {namespaces: [default]}}], to: [{operation: {methods: [POST]}}]}]';
    const deny = security('AuthorizationPolicy', 'shop/no-posts', rules);
    expect(seen(asked(deny, 'http://cart.shop/'))).toBe('client web, server cart, 200 -');
    const sentence = sentenceOf(asked(deny, 'http://cart.shop/', { method: 'POST' }));
    expect(sentence).toBe(
      'the request is refused with 403 by AuthorizationPolicy shop/no-posts, at the sidecar of cart',
    );
  });

  test('plaintext to a server that wants mutual TLS ends in a connection that is cut', () => {
    const strict = security('PeerAuthentication', 'shop/default', 'mtls: {mode: STRICT}');
    const plain = networking(
      'DestinationRule',
      'default/cart',
      'host: cart.shop.svc.cluster.local, trafficPolicy: {tls: {mode: DISABLE}}',
    );
    expect(seen(asked(strict, 'http://cart.shop/'))).toBe('client web, server cart, 200 -');
    const journey = asked(strict + plain, 'http://cart.shop/');
    expect(seen(journey)).toBe('client web, server cart, 503 UC');
    expect(sentenceOf(journey)).toContain('cart.shop requires mutual TLS (PeerAuthentication shop/default)');
  });

  test('mutual TLS to a workload without sidecar finds nobody who speaks it', () => {
    const mutual = networking(
      'DestinationRule',
      'default/old',
      'host: old.bare.svc.cluster.local, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}',
    );
    expect(seen(asked('', 'http://old.bare/'))).toBe('client web, 200 -');
    const journey = asked(mutual, 'http://old.bare/');
    expect(seen(journey)).toBe('client web, 503 UF,URX');
    expect(sentenceOf(journey)).toContain('old.bare has no sidecar');
  });

  test('a port that annotations keep away from the sidecar comes to the application directly', () => {
    const without = object(
      'apps/v1',
      'Deployment',
      'shop/cart',
      `spec: {template: {metadata: {annotations: {traffic.sidecar.istio.io/excludeInboundPorts: "8080"}, labels: {app: cart}}, spec: {containers: [{name: c}]}}}`,
    );
    const plain = networking(
      'DestinationRule',
      'default/cart',
      'host: cart.shop.svc.cluster.local, trafficPolicy: {tls: {mode: DISABLE}}',
    );
    expect(seen(asked(without + plain, 'http://cart.shop/'))).toBe('client web, 200 -');
  });
});

describe('who calls', () => {
  test('a workload without sidecar reaches the endpoints of the service itself', () => {
    const journey = asked('', 'http://cart.shop/', { from: 'old.bare' });
    expect(seen(journey)).toBe('server cart, 200 -');
    expect(journey.notes).toMatchObject([{ kind: 'no sidecar', workload: { name: 'old', namespace: 'bare' } }]);
  });

  test('a workload without sidecar is not let in where mutual TLS is wanted', () => {
    const strict = security('PeerAuthentication', 'shop/default', 'mtls: {mode: STRICT}');
    expect(seen(asked(strict, 'http://cart.shop/', { from: 'old.bare' }))).toBe('server cart, closed');
  });

  test.each([
    [{ from: 'nobody.default' }, 'unknown workload'],
    [{ from: undefined, gateway: 'web.default' }, 'not a gateway'],
    [{ url: 'web' }, 'no scheme'],
    [{ sourceIp: '1.2.3.4' }, 'workload with an address'],
    [{ headers: [['a b', 'c']] as [string, string][] }, 'bad header name'],
  ])('%j is refused', (request, kind) => {
    const { from, ...rest } = { from: 'web.default', url: 'http://web/', ...request };
    const whole = { ...rest, ...(from !== undefined && { from }) };
    expect(() => simulate(meshOf(WORLD), whole)).toThrow(RequestError);
    expect(() => simulate(meshOf(WORLD), whole)).toThrow(kind);
  });
});

describe('tokens', () => {
  const rules = 'jwtRules: [{issuer: "https://issuer.example", jwks: "{\\"keys\\": []}"}]';
  const wanted = security('RequestAuthentication', 'shop/tokens', rules);
  const staff =
    'rules: [{from: [{source: {requestPrincipals: ["*"]}}], when: [{key: "request.auth.claims[group]", values: [staff]}]}]';
  const yaml = wanted + security('AuthorizationPolicy', 'shop/staff', staff);

  test('no token: the policy refuses', () => {
    expect(seen(asked(yaml, 'http://cart.shop/'))).toBe('client web, server cart, 403 -');
  });

  test('claims that are taken to be valid let the request in', () => {
    expect(seen(asked(yaml, 'http://cart.shop/', { claims: { sub: 'ada', group: 'staff' } }))).toBe(
      'client web, server cart, 200 -',
    );
    expect(seen(asked(yaml, 'http://cart.shop/', { claims: { sub: 'ada', group: 'guests' } }))).toBe(
      'client web, server cart, 403 -',
    );
  });
});

describe('out of the mesh', () => {
  const registryOnly = configMap('outboundTrafficPolicy: {mode: REGISTRY_ONLY}');
  const entry = networking(
    'ServiceEntry',
    'default/api',
    'hosts: [api.example.com], ports: [{number: 80, name: http, protocol: HTTP}], resolution: DNS',
  );

  test('an unknown host is let through, or not', () => {
    expect(seen(asked('', 'http://api.example.com/'))).toBe('client web, 200 -');
    expect(sentenceOf(asked('', 'http://api.example.com/'))).toContain('outside of the mesh');
    expect(seen(asked(registryOnly, 'http://api.example.com/'))).toBe('client web, 502 -');
    expect(seen(asked(registryOnly + entry, 'http://api.example.com/'))).toBe('client web, 200 -');
  });

  test('through an egress gateway', () => {
    const gateway = [
      namespace('istio-system', ''),
      service('istio-system/egress', 'ports: [{name: http, port: 80, targetPort: 8080}]'),
      object(
        'apps/v1',
        'Deployment',
        'istio-system/egress',
        'spec: {template: {metadata: {labels: {app: egress, istio: egress, sidecar.istio.io/inject: "true"}, annotations: {inject.istio.io/templates: gateway}}, spec: {containers: [{name: istio-proxy, image: auto}]}}}',
      ),
      networking(
        'Gateway',
        'default/out',
        'selector: {istio: egress}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [api.example.com]}]',
      ),
      networking(
        'VirtualService',
        'default/out',
        'hosts: [api.example.com], gateways: [mesh, out], http: [{match: [{gateways: [mesh], port: 80}], route: [{destination: {host: egress.istio-system.svc.cluster.local, port: {number: 80}}}]}, {match: [{gateways: [out], port: 80}], route: [{destination: {host: api.example.com, port: {number: 80}}}]}]',
      ),
    ].join('');
    const journey = asked(registryOnly + entry + gateway, 'http://api.example.com/');
    expect(seen(journey)).toBe('client web, gateway egress, 200 -');
    expect(journey.ways[0].end).toMatchObject({ kind: 'arrived', destination: { party: { name: 'api.example.com' } } });
  });
});

describe('shares', () => {
  const yaml =
    deployment('shop/cart-v2', 'app: cart, version: v2', PORTS).replace('app: cart-v2, ', '') +
    networking(
      'DestinationRule',
      'shop/cart',
      'host: cart, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]',
    ) +
    networking(
      'VirtualService',
      'shop/cart',
      'hosts: [cart], http: [{route: [{destination: {host: cart, subset: v1}, weight: 80}, {destination: {host: cart, subset: v2}, weight: 20}]}]',
    );

  test('every way has its share, and all of them make up one', () => {
    const journey = asked(yaml, 'http://cart.shop/');
    const { ways } = journey;
    const sentence = sentenceOf(journey);
    expect(ways.map(({ share }) => share)).toEqual([0.8, 0.2]);
    expect(sentence).toBe('the request goes to cart v1 (1 pod, 80 %) or cart v2 (1 pod, 20 %)');
  });

  test('the pods of a workload are told together', () => {
    const three = deployment('shop/cart', 'version: v1', PORTS).replace('spec: {', 'spec: {replicas: 3, ');
    const journey = asked(three, 'http://cart.shop/');
    const { ways } = journey;
    const sentence = sentenceOf(journey);
    expect(ways).toHaveLength(1);
    expect(sentence).toBe('the request goes to cart v1 (3 pods)');
    expect(sentenceOf(asked(three, 'http://cart.shop/', { from: 'old.bare' }))).toBe(
      'the request goes to cart v1 (3 pods)',
    );
  });

  test('a number drawn decides', () => {
    const mesh = meshOf(WORLD + yaml);
    const { ways } = simulate(mesh, { from: 'web.default', url: 'http://cart.shop/' }, { random: 85 });
    expect(ways).toHaveLength(1);
    expect(ways[0].end).toMatchObject({ destination: { subset: 'v2' } });
  });
});

test('an account is plain data with the lines of the YAML', () => {
  const { ways } = reportOf(asked('', 'http://cart.shop/'));
  const [client, server] = ways[0]!.hops;
  expect(client!.decisions.map(({ stage }) => stage)).toEqual(
    expect.arrayContaining(['listener', 'virtual host', 'route', 'cluster']),
  );
  expect(client!.accessLog.line).toContain('"GET / HTTP/1.1" 200 - via_upstream');
  expect(server!.decisions.find(({ stage }) => stage === 'cluster')!.origin!.pathText).toBe('spec.ports[0]');
});
