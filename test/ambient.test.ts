import { type Journey, simulate } from '../src';
import type { Request } from '../src/simulation/request';
import { deployment, meshOf, namespace, networking, object, security, service } from './mesh-of';
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
  simulate(meshOf(yaml), { from: 'web.shop', url: 'http://cart.shop/', ...request });

const said = (yaml: string, request: Partial<Request> = {}): string => sentenceOf(asked(yaml, request));

const ARRIVES = 'the request goes to cart (1 pod)';
const BEHIND =
  'the request cannot be followed further: cart.shop is behind the waypoint shop/waypoint, which is not simulated';

describe('a waypoint', () => {
  test('is where requests of ambient clients cannot be followed further', () => {
    const journey = asked(world(USE) + cart() + waypoint());
    const { notes, ways } = journey;
    const sentence = sentenceOf(journey);
    expect(sentence).toBe(BEHIND);
    expect(ways[0].answer.kind).toBe('unknown');
    expect(notes).toEqual([{ kind: 'ambient mode', workload: { name: 'web', namespace: 'shop' } }]);
  });

  test('is passed by from sidecars and from clients without any proxy', () => {
    const mesh = world(USE) + cart() + waypoint();
    expect(said(mesh, { from: 'web.default' })).toBe(ARRIVES);
    expect(said(mesh, { from: 'cron.bare' })).toBe(ARRIVES);
  });

  test('is not before a Service that names none', () => {
    expect(said(world(USE) + cart('istio.io/use-waypoint: none') + waypoint())).toBe(ARRIVES);
    expect(said(world() + cart() + waypoint())).toBe(ARRIVES);
    expect(said(world() + cart(USE) + waypoint())).toBe(BEHIND);
  });

  test('for workloads stands before pods, and not before Services', () => {
    const mesh = world(USE) + cart() + waypoint('istio.io/waypoint-for: workload');
    expect(said(mesh)).toBe(ARRIVES);
    const { ways } = asked(mesh);
    const [address] = ways[0].end.kind === 'arrived' ? ways[0].end.destination.addresses : [];
    expect(said(mesh, { url: `http://${address}:8080/` })).toBe(BEHIND);
  });

  test('takes the traffic of other namespaces only where it is open to them', () => {
    const elsewhere = `${USE}, istio.io/use-waypoint-namespace: shop`;
    const open = 'allowedRoutes: {namespaces: {from: All}}';
    const other = namespace('other', `${AMBIENT}, ${elsewhere}`) + deployment('other/old') + service('other/old', HTTP);
    const url = 'http://old.other/';
    expect(said(world() + other + waypoint(), { url })).toBe('the request goes to old (1 pod)');
    expect(said(world() + other + waypoint('', open), { url })).toContain('old.other is behind the waypoint');
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
    const request = { from: undefined, gateway: 'edge.default', url: 'http://shop.example/' };
    expect(said(mesh + cart(), request)).toBe(ARRIVES);
    expect(said(mesh + cart("istio.io/ingress-use-waypoint: 'true'"), request)).toBe(BEHIND);
  });
});

describe('ztunnel', () => {
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

  test('what it sends to sidecars is not known', () =>
    expect(said(mesh, { url: 'http://web.default/' })).toContain(
      'cannot be followed further: web.default has a sidecar',
    ));
});
