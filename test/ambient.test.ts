import { type Journey, reportOf, simulate } from '../src';
import type { Request } from '../src/simulation/request';
import { configMap, deployment, meshOf, namespace, networking, object, security, service } from './mesh-of';
import { sentenceOf } from './sentence';

// What becomes of requests from and to pods in ambient mode.

const AMBIENT = 'istio.io/dataplane-mode: ambient';
const HTTP = 'ports: [{name: http, port: 80, targetPort: 8080}]';
const cart = (labels = '') => service('shop/cart', HTTP, `labels: {${labels}}`);

/** Two namespaces in ambient mode, one with sidecars, and one with neither. */
const world = (labels = ''): string =>
  [
    namespace('shop', `${AMBIENT}, ${labels}`),
    namespace('default'),
    namespace('bare', ''),
    deployment('shop/web', '', '[{containerPort: 8080}]'),
    deployment('shop/cart', '', '[{containerPort: 8080}]'),
    deployment('web'),
    deployment('bare/cron'),
    service('web', HTTP),
  ].join('');

const waypoint = (labels = '', listener = ''): string =>
  object(
    'gateway.networking.k8s.io/v1',
    'Gateway',
    'shop/waypoint',
    `spec: {gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE, ${listener}}]}`,
    `labels: {${labels}}`,
  );

const USE = 'istio.io/use-waypoint: waypoint';

const asked = (yaml: string, request: Partial<Request> = {}): Journey =>
  simulate(meshOf(yaml), { url: 'http://cart.shop/', ...(!request.gateway && { from: 'web.shop' }), ...request });

const said = (yaml: string, request: Partial<Request> = {}): string => sentenceOf(asked(yaml, request));

const ARRIVES = 'the request goes to cart (1 pod)';

/** The proxies of the likeliest way by role, and who proves to be calling at the ztunnel of the server. */
function pathOf({ ways: [way] }: Journey): string {
  const proxies = way.hops.map(({ role, proxy }) => `${role} ${proxy.name}`);
  const { identity } = way.serverZtunnel ?? {};
  return [...proxies, ...(identity ? [`as ${identity.namespace}/${identity.serviceAccount}`] : [])].join(', ');
}

const path = (yaml: string, request: Partial<Request> = {}): string => pathOf(asked(yaml, request));

/** Whether the ztunnel of the client uses a waypoint, and why not. */
const use = (yaml: string, request: Partial<Request> = {}) => asked(yaml, request).ways[0].clientZtunnel?.waypoint;

const THROUGH = 'waypoint waypoint, as shop/waypoint';
const DIRECT = 'as shop/default';

describe('a waypoint', () => {
  test('is where requests of ambient clients go first', () => {
    const journey = asked(world(USE) + cart() + waypoint());
    const { notes, ways } = journey;
    expect(sentenceOf(journey)).toBe(ARRIVES);
    expect(pathOf(journey)).toBe(THROUGH);
    expect(ways[0].clientZtunnel).toMatchObject({
      waypoint: { kind: 'used', waypoint: { name: 'waypoint', namespace: 'shop' } },
      transport: 'HBONE',
    });
    expect(ways[0].hops[0]!.arrival.inTunnel?.certificate.uriSans).toEqual([
      'spiffe://cluster.local/ns/shop/sa/default',
    ]);
    expect(notes).toEqual([{ kind: 'ambient mode', workload: { name: 'web', namespace: 'shop' } }]);
  });

  test('routes requests: HTTPRoutes and VirtualServices of the Service', () => {
    const canary = deployment('shop/new', '', '[{containerPort: 8080}]') + service('shop/new', HTTP);
    const route = object(
      'gateway.networking.k8s.io/v1',
      'HTTPRoute',
      'shop/cart',
      "spec: {parentRefs: [{group: '', kind: Service, name: cart}], rules: [{matches: [{path: {value: /new}}], backendRefs: [{name: new, port: 80}]}]}",
    );
    const virtual = networking('VirtualService', 'shop/cart', 'hosts: [cart], http: [{directResponse: {status: 418}}]');
    const mesh = world(USE) + cart() + canary + waypoint();
    expect(said(mesh + route, { url: 'http://cart.shop/new' })).toBe('the request goes to new (1 pod)');
    expect(said(mesh + route)).toContain('fails with 404 (NR) at the waypoint waypoint');
    expect(said(mesh + virtual)).toBe('the request is answered with 418 at the waypoint waypoint');
  });

  test('enforces the policies that target it or the Service, and knows the client', () => {
    const policy = (target: string, rules: string) =>
      security('AuthorizationPolicy', 'shop/x', `targetRefs: [${target}], action: DENY, rules: [${rules}]`);
    const ofService = "{group: '', kind: Service, name: cart}";
    const ofGateway = '{group: gateway.networking.k8s.io, kind: Gateway, name: waypoint}';
    const web = '{from: [{source: {serviceAccounts: [shop/default]}}], to: [{operation: {methods: [GET]}}]}';
    const mesh = world(USE) + cart() + waypoint();
    const refused = 'the request is refused with 403 by AuthorizationPolicy shop/x, at the waypoint waypoint';
    expect(said(mesh + policy(ofService, web))).toBe(refused);
    expect(said(mesh + policy(ofGateway, web))).toBe(refused);
    expect(said(mesh + policy(ofService, web), { method: 'POST' })).toBe(ARRIVES);
    expect(said(mesh + policy(ofService, web.replace('shop/default', 'shop/other')))).toBe(ARRIVES);
  });

  test('counts requests with the client, as the reporter "waypoint"', () => {
    const metrics = configMap('defaultProviders: {metrics: [prometheus]}');
    const [way] = reportOf(asked(world(USE) + cart() + waypoint() + metrics)).ways;
    expect(way!.hops[0]!.metric?.labels).toMatchObject({
      reporter: 'waypoint',
      source_workload: 'web',
      source_principal: 'spiffe://cluster.local/ns/shop/sa/default',
      destination_workload: 'cart',
      connection_security_policy: 'mutual_tls',
    });
  });

  test('is denied by policies of the server that do not allow it', () => {
    const client = security(
      'AuthorizationPolicy',
      'shop/web',
      'rules: [{from: [{source: {serviceAccounts: [default]}}]}]',
    );
    const both = client.replace('[default]', '[default, waypoint]');
    const mesh = world(USE) + cart() + waypoint();
    expect(said(mesh + client)).toBe(
      'the request fails with 503 (UC): its connection is closed by AuthorizationPolicy shop/web, which does not allow it, at the ztunnel of cart',
    );
    expect(said(mesh + both)).toBe(ARRIVES);
  });

  test('and its canary get their shares', () => {
    const green = waypoint().replace('name: waypoint', 'name: green');
    const labels = `${USE}, istio.io/use-waypoint-canary: green`;
    const given = object(
      'v1',
      'Service',
      'shop/cart',
      `spec: {selector: {app: cart}, ${HTTP}}`,
      `labels: {${labels}}, annotations: {istio.io/use-waypoint-canary-weight: '25'}`,
    );
    const { ways } = asked(world() + given + waypoint() + green);
    expect(ways.map(({ share, hops }) => [share, hops[0]!.proxy.name])).toEqual([
      [0.75, 'waypoint'],
      [0.25, 'green'],
    ]);
  });

  test('sends to sidecars in tunnels too', () => {
    const mesh =
      world() +
      service('default/web', HTTP, `labels: {${USE}}`) +
      waypoint().replace('namespace: shop', 'namespace: default');
    expect(path(mesh, { url: 'http://web.default/' })).toBe('waypoint waypoint, server web');
  });

  test('sends requests out of the mesh, also for wildcards', () => {
    const entry = (host: string, resolution: string) =>
      object(
        'networking.istio.io/v1',
        'ServiceEntry',
        'shop/out',
        `spec: {hosts: ['${host}'], resolution: ${resolution}, ports: [{number: 80, name: http, protocol: HTTP}]}`,
        `labels: {${USE}}`,
      );
    const url = 'http://api.example.com/';
    for (const given of [entry('api.example.com', 'DNS'), entry('*.example.com', 'DYNAMIC_DNS')]) {
      const mesh = world() + given + waypoint();
      expect(path(mesh, { url })).toBe('waypoint waypoint');
      expect(said(mesh, { url })).toMatch(/^the request goes to .*, outside of the mesh$/);
    }
    const without = world() + entry('*.example.com', 'NONE') + waypoint();
    expect(path(without, { url })).toBe('');
  });

  test('that takes no tunnels closes connections', () => {
    const http = waypoint().replace('15008', '8080').replace('HBONE', 'HTTP');
    expect(said(world(USE) + cart() + http)).toBe(
      'the request fails: the waypoint shop/waypoint of cart.shop has no pod that takes HBONE on port 15008',
    );
  });

  test('is passed by from sidecars and from clients without any proxy', () => {
    const mesh = world(USE) + cart() + waypoint();
    expect(path(mesh, { from: 'web.default' })).toBe('client web, as default/default');
    expect(asked(mesh, { from: 'web.default' }).ways[0].hops[0]!.waypoint).toMatchObject({
      kind: 'passed by',
      because: 'sidecars do not use waypoints',
    });
    expect(path(mesh, { from: 'cron.bare' })).toBe('');
    expect(said(mesh, { from: 'cron.bare' })).toBe(ARRIVES);
  });

  test('is not before a Service that names none', () => {
    const optedOut = world(USE) + cart('istio.io/use-waypoint: none') + waypoint();
    expect(path(optedOut)).toBe(DIRECT);
    expect(use(optedOut)).toEqual({ kind: 'not used', because: { kind: 'opted out' } });
    expect(path(world() + cart() + waypoint())).toBe(DIRECT);
    expect(use(world() + cart() + waypoint())).toEqual({ kind: 'not used', because: { kind: 'none named' } });
    expect(path(world() + cart(USE) + waypoint())).toBe(THROUGH);
  });

  test('for workloads stands before pods, and not before Services', () => {
    const mesh = world(USE) + cart() + waypoint('istio.io/waypoint-for: workload');
    expect(path(mesh)).toBe(DIRECT);
    expect(use(mesh)).toMatchObject({ kind: 'not used', because: { kind: 'other traffic', isFor: 'workload' } });
    const { ways } = asked(mesh);
    const [address] = ways[0].end.kind === 'arrived' ? ways[0].end.destination.addresses : [];
    expect(path(mesh, { url: `http://${address}:8080/` })).toBe(THROUGH);
  });

  test('takes the traffic of other namespaces only where it is open to them', () => {
    const elsewhere = `${USE}, istio.io/use-waypoint-namespace: shop`;
    const open = 'allowedRoutes: {namespaces: {from: All}}';
    const other = namespace('other', `${AMBIENT}, ${elsewhere}`) + deployment('other/old') + service('other/old', HTTP);
    const url = 'http://old.other/';
    expect(path(world() + other + waypoint(), { url })).toBe(DIRECT);
    expect(use(world() + other + waypoint(), { url })).toMatchObject({ because: { kind: 'not allowed' } });
    expect(path(world() + other + waypoint('', open), { url })).toBe(THROUGH);
  });

  test('that is not in the input is not taken to be none', () =>
    expect(said(world(USE) + cart())).toBe(
      'the request cannot be followed further: cart.shop uses the waypoint shop/waypoint, which is not in the input',
    ));

  test('gets what gateways send only where the Service asks for it', () => {
    const gateway =
      object(
        'apps/v1',
        'Deployment',
        'edge',
        'spec: {template: {metadata: {labels: {istio: edge}}, spec: {containers: [{name: istio-proxy, args: [proxy, router]}]}}}',
      ) +
      networking(
        'Gateway',
        'edge',
        "selector: {istio: edge}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]",
      ) +
      networking(
        'VirtualService',
        'edge',
        "hosts: ['*'], gateways: [edge], http: [{route: [{destination: {host: cart.shop.svc.cluster.local}}]}]",
      );
    const mesh = world(USE) + waypoint() + gateway;
    const request = { gateway: 'edge.default', url: 'http://shop.example/' };
    expect(path(mesh + cart(), request)).toBe('gateway edge, as default/default');
    expect(asked(mesh + cart(), request).ways[0].hops[0]!.waypoint).toMatchObject({ because: 'no ingress label' });
    const labelled = mesh + cart("istio.io/ingress-use-waypoint: 'true'");
    expect(path(labelled, request)).toBe('gateway edge, waypoint waypoint, as shop/waypoint');
    expect(said(labelled, request)).toBe(ARRIVES);
  });
});

describe('ztunnel', () => {
  describe('between networks', () => {
    const remote = (className: string): string =>
      object(
        'gateway.networking.k8s.io/v1',
        'Gateway',
        'istio-system/far',
        `spec: {gatewayClassName: ${className}, addresses: [{type: IPAddress, value: 34.1.1.1}], listeners: [{name: hbone, port: 15008, protocol: HBONE}]}`,
        'labels: {topology.istio.io/network: far}',
      );
    const machine = networking('WorkloadEntry', 'shop/vm', 'address: 192.168.7.7, network: far, labels: {app: cart}');
    const request = { url: 'http://cart.shop/' };
    const mesh = namespace('shop', AMBIENT) + deployment('shop/web') + cart() + machine;

    test('connections leave through the gateway of the other network', () => {
      expect(said(mesh + remote('istio-remote'), request)).toContain(
        'through its gateway 34.1.1.1:15008, in two HBONE tunnels',
      );
    });

    test('connections are refused where no gateway of that class is known', () => {
      const refused = 'the server is on network "far", to which no gateway is known';
      expect(said(mesh, request)).toContain(refused);
      expect(said(mesh + remote('istio'), request)).toContain(refused);
    });
  });

  const policy = (spec: string): string => security('AuthorizationPolicy', 'shop/x', spec);
  const strict = security('PeerAuthentication', 'shop/strict', 'mtls: {mode: STRICT}');
  const mesh = world() + cart();

  test('refuses clients outside of the mesh where mutual TLS is asked for', () => {
    expect(said(mesh + strict)).toBe(ARRIVES);
    expect(said(mesh + strict, { from: 'web.default' })).toBe(ARRIVES);
    expect(said(mesh + strict, { from: 'cron.bare' })).toBe(
      'the request fails, its connection is closed by PeerAuthentication shop/strict, at the ztunnel of cart',
    );
  });

  test.each([
    ['{8080: {mode: DISABLE}}', false],
    ['{8080: {mode: PERMISSIVE}}', true],
    ['{8080: {mode: DISABLE}, 9090: {mode: PERMISSIVE}}', true],
    ['{8080: {mode: DISABLE}, 9090: {mode: STRICT}}', false],
  ])('of ports of their own under an inherited STRICT, %s lets plaintext in: %s', (ports, isOpen) => {
    const own = security(
      'PeerAuthentication',
      'shop/own',
      `selector: {matchLabels: {app: cart}}, portLevelMtls: ${ports}`,
    );
    expect(said(mesh + strict + own, { from: 'cron.bare' }) === ARRIVES).toBe(isOpen);
  });

  test('proves who calls, and closes what policies forbid', () => {
    const allow = policy('rules: [{from: [{source: {namespaces: [default]}}]}]');
    expect(said(mesh + allow, { from: 'web.default' })).toBe(ARRIVES);
    expect(said(mesh + allow)).toBe(
      'the request fails, its connection is closed by AuthorizationPolicy shop/x, which does not allow it, at the ztunnel of cart',
    );
    const deny = policy('action: DENY, rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/default]}}]}]');
    expect(said(mesh + deny)).toBe(
      'the request fails, its connection is closed by AuthorizationPolicy shop/x, at the ztunnel of cart',
    );
    expect(said(mesh + deny, { from: 'web.default' })).toBe(ARRIVES);
  });

  test('a sidecar whose connection is closed answers with 503', () => {
    const journey = asked(mesh + policy('rules: [{from: [{source: {namespaces: [shop]}}]}]'), { from: 'web.default' });
    expect(journey.ways[0].answer).toMatchObject({ status: 503, flags: ['UC'] });
    expect(sentenceOf(journey)).toBe(
      'the request fails with 503 (UC): its connection is closed by AuthorizationPolicy shop/x, which does not allow it, at the ztunnel of cart',
    );
  });

  test.each([
    ['an ALLOW about requests lets nothing in', 'rules: [{to: [{operation: {methods: [GET]}}]}]', true],
    ['a DENY about requests alone is never met', 'action: DENY, rules: [{to: [{operation: {methods: [GET]}}]}]', false],
    [
      'a DENY is met by what is left of it',
      "action: DENY, rules: [{to: [{operation: {methods: [DELETE], ports: ['8080']}}]}]",
      true,
    ],
    ['a port is that of the pod', "action: DENY, rules: [{to: [{operation: {ports: ['80']}}]}]", false],
    ['a rule without conditions is met', 'action: DENY, rules: [{}]', true],
    ['AUDIT closes nothing', 'action: AUDIT, rules: [{}]', false],
    ['an address may lie in a block', 'action: DENY, rules: [{from: [{source: {ipBlocks: [10.0.0.0/8]}}]}]', true],
    [
      'service accounts of when are about requests',
      'rules: [{when: [{key: source.serviceAccount, values: [default]}]}]',
      true,
    ],
    [
      'a waypoint, not ztunnel, enforces what has targets',
      "targetRefs: [{group: '', kind: Service, name: cart}]",
      false,
    ],
  ])('%s', (_, spec, isClosed) => expect(said(mesh + policy(spec)) !== ARRIVES).toBe(isClosed));

  test('opens tunnels to sidecars, whose policies see the client', () => {
    const journey = asked(mesh, { url: 'http://web.default/' });
    expect(pathOf(journey)).toBe('server web');
    expect(journey.ways[0].hops[0]!.arrival.inTunnel?.certificate.uriSans).toEqual([
      'spiffe://cluster.local/ns/shop/sa/default',
    ]);
    const deny = security(
      'AuthorizationPolicy',
      'default/x',
      'action: DENY, rules: [{from: [{source: {namespaces: [shop]}}]}]',
    );
    expect(said(mesh + deny, { url: 'http://web.default/' })).toBe(
      'the request is refused with 403 by AuthorizationPolicy default/x, at the sidecar of web',
    );
  });

  test('closes connections to ports that no endpoint serves', () =>
    expect(said(world() + service('shop/none', HTTP), { url: 'http://none.shop/' })).toBe(
      'the request fails: service "none.shop.svc.cluster.local" has no endpoints',
    ));

  test('sends what it does not know as it is', () =>
    expect(said(mesh, { url: 'http://198.51.100.7/' })).toBe(
      'the request goes to 198.51.100.7:80, outside of the mesh',
    ));
});
