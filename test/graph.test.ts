import type { Call, RouteEdge } from '../src/graph/connection';
import { around, graph } from '../src/graph';
import { graphDot, graphMermaid } from '../src/report/graph';
import { graphHtml } from '../src/report/graph-html';
import { configMap, deployment, meshOf, namespace, networking, object, security, service } from './mesh-of';

const SHOP = namespace('shop') + deployment('shop/web') + deployment('shop/cart') + service('shop/cart');

const drawn = (text: string) => graph(meshOf(text));

function callTo(text: string, to: string, from?: string): Partial<Call>[] {
  return drawn(text)
    .edges.filter((edge): edge is Call => edge.kind === 'call' && edge.to === to)
    .filter((edge) => from === undefined || edge.from === from)
    .map(({ from, transports, allowed, policies }) => ({ from, transports, allowed, policies }));
}

const CART = 'service shop/cart';
const allowed = (spec: string, from?: string) =>
  callTo(SHOP + security('AuthorizationPolicy', 'shop/guard', spec), CART, from).map((call) => call.allowed);

describe('who may call', () => {
  test('everyone, by mutual TLS, where nothing says otherwise', () => {
    expect(callTo(SHOP, CART)).toEqual([
      { from: 'clients *', transports: ['mutual-tls'], allowed: 'yes', policies: [] },
    ]);
  });

  test('nobody, where a policy allows nothing', () => {
    expect(callTo(SHOP + security('AuthorizationPolicy', 'shop/guard', ''), CART)).toEqual([
      { from: 'clients *', transports: ['mutual-tls'], allowed: 'no', policies: ['shop/guard'] },
    ]);
  });

  test('a service account without a namespace is of the namespace of the policy', () => {
    const named = 'rules: [{from: [{source: {serviceAccounts: [default]}}]}]';
    const text =
      SHOP + namespace('other') + deployment('other/a') + security('AuthorizationPolicy', 'shop/guard', named);
    expect(callTo(text, CART).map(({ from, allowed }) => [from, allowed])).toEqual([
      ['clients shop', 'yes'],
      ['workload other/a', 'no'],
    ]);
  });

  test('those whose identity a policy names', () => {
    const named = 'rules: [{from: [{source: {namespaces: [shop]}}]}]';
    const other = namespace('other') + deployment('other/a') + deployment('other/b');
    const text = SHOP + other + security('AuthorizationPolicy', 'shop/guard', named);
    expect(callTo(text, CART).map(({ from, allowed }) => [from, allowed])).toEqual([
      ['clients shop', 'yes'],
      ['clients other', 'no'],
    ]);
  });

  test.each([
    ['rules: [{to: [{operation: {methods: [GET]}}]}]', 'maybe'],
    ['rules: [{to: [{operation: {paths: [/api]}}]}]', 'maybe'],
    ['rules: [{to: [{operation: {paths: ["*"]}}]}]', 'yes'],
    ['rules: [{to: [{operation: {ports: ["80"]}}]}]', 'yes'],
    ['rules: [{to: [{operation: {ports: ["81"]}}]}]', 'no'],
    ['action: DENY, rules: [{}]', 'no'],
    ['action: DENY', 'yes'],
    ['action: DENY, rules: [{from: [{source: {notNamespaces: [shop]}}]}]', 'yes'],
    ['action: DENY, rules: [{when: [{key: source.namespace, values: [sh*]}]}]', 'no'],
    ['rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/default]}}]}]', 'yes'],
    ['rules: [{from: [{source: {serviceAccounts: [other/default]}}]}]', 'no'],
    ['rules: [{when: [{key: "request.auth.claims[role]", values: [admin]}]}]', 'no'],
    ['action: CUSTOM, provider: {name: ask}, rules: [{}]', 'no'],
    ['selector: {matchLabels: {app: web}}', 'yes'],
  ])('%s: %s', (spec, expected) => expect(allowed(spec)).toEqual([expected]));

  test('claims decide where tokens are read, and are named', () => {
    const tokens = security('RequestAuthentication', 'shop/tokens', 'jwtRules: [{issuer: me, jwks: "{}"}]');
    const role = 'rules: [{when: [{key: "request.auth.claims[role]", values: [admin]}]}]';
    const text = SHOP + tokens + security('AuthorizationPolicy', 'shop/guard', role);
    const [call] = drawn(text).edges.filter((edge): edge is Call => edge.kind === 'call');
    expect(call).toMatchObject({ allowed: 'maybe', dependsOn: [{ kind: 'claim' }] });
  });

  test('a policy for other trust domains that stand for the own one lets its clients in', () => {
    const text =
      configMap('trustDomain: corp.example') +
      SHOP +
      security(
        'AuthorizationPolicy',
        'shop/guard',
        'rules: [{from: [{source: {principals: ["cluster.local/ns/shop/sa/*"]}}]}]',
      );
    expect(callTo(text, CART).map((call) => call.allowed)).toEqual(['yes']);
  });

  test('mutual TLS to a server without a sidecar is broken', () => {
    const bare = object('v1', 'Namespace', 'bare', '') + deployment('bare/old') + service('bare/old');
    const rule = networking(
      'DestinationRule',
      'bare/old',
      'host: old.bare.svc.cluster.local, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}',
    );
    expect(callTo(SHOP + bare + rule, 'service bare/old', 'clients shop')).toEqual([
      { from: 'clients shop', transports: ['broken'], allowed: 'no', policies: [] },
    ]);
  });

  test('a route that answers by itself is no call', () => {
    const closed = networking('VirtualService', 'shop/cart', 'hosts: [cart], http: [{directResponse: {status: 503}}]');
    expect(callTo(SHOP + closed, CART)).toEqual([]);
  });

  test('a client without a sidecar has no identity, and a strict server refuses it', () => {
    const bare = object('v1', 'Namespace', 'bare', '') + deployment('bare/job');
    const strict = security('PeerAuthentication', 'shop/strict', 'mtls: {mode: STRICT}');
    expect(callTo(SHOP + bare, CART, 'workload bare/job')).toMatchObject([
      { transports: ['plaintext'], allowed: 'yes' },
    ]);
    expect(callTo(SHOP + bare + strict, CART, 'workload bare/job')).toMatchObject([
      { transports: ['refused'], allowed: 'no' },
    ]);
  });

  describe('in ambient mode', () => {
    const AMBIENT =
      namespace('shop', 'istio.io/dataplane-mode: ambient') + deployment('shop/web') + deployment('shop/cart');
    const bare = namespace('bare', '') + deployment('bare/job');
    const text = AMBIENT + service('shop/cart') + bare;

    test('ztunnels speak mutual TLS to each other, and a strict one refuses all else', () => {
      const strict = security('PeerAuthentication', 'shop/strict', 'mtls: {mode: STRICT}');
      expect(callTo(text, CART).map(({ from, transports }) => [from, transports])).toEqual([
        ['clients shop', ['mutual-tls']],
        ['workload bare/job', ['plaintext']],
      ]);
      expect(callTo(text + strict, CART, 'workload bare/job')).toMatchObject([
        { transports: ['refused'], allowed: 'no' },
      ]);
    });

    test('ztunnel enforces what policies say of connections', () => {
      const guard = security('AuthorizationPolicy', 'shop/guard', 'rules: [{from: [{source: {namespaces: [shop]}}]}]');
      expect(callTo(text + guard, CART)).toEqual([
        { from: 'clients shop', transports: ['mutual-tls'], allowed: 'yes', policies: ['shop/guard'] },
        { from: 'workload bare/job', transports: ['plaintext'], allowed: 'no', policies: ['shop/guard'] },
      ]);
    });

    const behind = service('shop/cart', 'ports: [{port: 80}]', 'labels: {istio.io/use-waypoint: gate}');
    const gate = (listeners: string) =>
      object(
        'gateway.networking.k8s.io/v1',
        'Gateway',
        'shop/gate',
        `spec: {gatewayClassName: istio-waypoint, listeners: [${listeners}]}`,
      );
    const LISTENER = '{name: mesh, port: 15008, protocol: HBONE}';

    test('a waypoint enforces the policies of the service, and clients without ztunnel pass it by', () => {
      const rules = 'rules: [{from: [{source: {namespaces: [other]}}], to: [{operation: {methods: [GET]}}]}]';
      const policy = security(
        'AuthorizationPolicy',
        'shop/get',
        `targetRefs: [{group: '', kind: Service, name: cart}], ${rules}`,
      );
      const other = namespace('other', 'istio.io/dataplane-mode: ambient') + deployment('other/batch');
      const mesh = AMBIENT + bare + other + behind + gate(LISTENER);
      expect(callTo(mesh, CART).map(({ allowed }) => allowed)).toEqual(['yes', 'yes', 'yes']);
      expect(callTo(mesh + policy, CART)).toEqual([
        { from: 'clients shop', transports: ['mutual-tls'], allowed: 'no', policies: ['shop/get'] },
        { from: 'workload bare/job', transports: ['plaintext'], allowed: 'yes', policies: [] },
        { from: 'workload other/batch', transports: ['mutual-tls'], allowed: 'maybe', policies: ['shop/get'] },
      ]);
    });

    test('a waypoint that takes no tunnels, and one that is not in the input', () => {
      const calls = (yaml: string) => callTo(yaml, CART).map(({ from, allowed }) => [from, allowed]);
      expect(calls(AMBIENT + bare + behind + gate(''))).toEqual([
        ['clients shop', 'no'],
        ['workload bare/job', 'yes'],
      ]);
      expect(calls(AMBIENT + bare + behind)).toEqual([
        ['clients shop', 'maybe'],
        ['workload bare/job', 'yes'],
      ]);
    });

    test('its workloads are not drawn as if they had nothing', () =>
      expect(graphMermaid(drawn(text))).toContain('cart (ambient)'));
  });

  test('a DestinationRule that sends plain text to a strict server', () => {
    const strict = security('PeerAuthentication', 'shop/strict', 'mtls: {mode: STRICT}');
    const rule = networking('DestinationRule', 'shop/cart', 'host: cart, trafficPolicy: {tls: {mode: DISABLE}}');
    expect(callTo(SHOP + strict + rule, CART)).toMatchObject([{ transports: ['refused'], allowed: 'no' }]);
  });

  test('what a Sidecar keeps from its clients is not called where only known hosts are', () => {
    const text =
      SHOP +
      networking(
        'Sidecar',
        'shop/default',
        'egress: [{hosts: ["./none"]}], outboundTrafficPolicy: {mode: REGISTRY_ONLY}',
      );
    expect(callTo(text, CART)).toEqual([]);
  });
});

describe('how clients reach servers', () => {
  const NOT_INJECTED = object('v1', 'Namespace', 'bare', '') + deployment('bare/job') + service('bare/job');
  const STRICT = security('PeerAuthentication', 'shop/strict', 'mtls: {mode: STRICT}');
  const DISABLED = security('PeerAuthentication', 'shop/plain', 'mtls: {mode: DISABLE}');
  const rule = (tls: string) => networking('DestinationRule', 'shop/cart', `host: cart, trafficPolicy: {tls: ${tls}}`);
  const TCP = service('shop/cart', 'ports: [{name: tcp, port: 80}]');
  const workloadsOnly = namespace('shop') + deployment('shop/web') + deployment('shop/cart');
  const OWN = 'spiffe://cluster.local/ns/shop/sa/default';

  function connectionsTo(text: string, to: string, from: string): unknown[] {
    const calls = drawn(text).edges.filter(
      (edge): edge is Call => edge.kind === 'call' && edge.to === to && edge.from === from,
    );
    return calls.flatMap(({ connections }) =>
      connections.map(({ transport, reason, identity, places }) => [
        transport,
        reason,
        identity,
        ...places.map(({ resource, pathText }) => `${resource?.title} ${pathText}`),
      ]),
    );
  }

  const TLS_FIELD = 'DestinationRule shop/cart spec.trafficPolicy.tls.mode';
  const STRICT_FIELD = 'PeerAuthentication shop/strict spec.mtls.mode';
  const PLAIN_FIELD = 'PeerAuthentication shop/plain spec.mtls.mode';
  const NONE = undefined;

  test.each<[string, string, unknown[]]>([
    ['nothing is said', SHOP, ['mutual-tls', 'automatic', OWN]],
    ['a rule sets it', SHOP + rule('{mode: ISTIO_MUTUAL}'), ['mutual-tls', 'configured', OWN, TLS_FIELD]],
    ['a rule disables it', SHOP + rule('{mode: DISABLE}'), ['plaintext', 'configured', NONE, TLS_FIELD]],
    ['the policy of the namespace disables it', SHOP + DISABLED, ['plaintext', 'configured', NONE, PLAIN_FIELD]],
    [
      'a server requires it',
      SHOP + STRICT + rule('{mode: DISABLE}'),
      ['refused', 'mutual TLS required', NONE, TLS_FIELD, STRICT_FIELD],
    ],
    [
      'a server takes no other TLS',
      SHOP + rule('{mode: SIMPLE}'),
      ['refused', 'TLS at plaintext port', NONE, TLS_FIELD],
    ],
    [
      'a server does not end it',
      SHOP + DISABLED + rule('{mode: ISTIO_MUTUAL}'),
      ['broken', 'mutual TLS disabled', NONE, TLS_FIELD, PLAIN_FIELD],
    ],
    [
      'its application receives the handshake',
      workloadsOnly + TCP + DISABLED + rule('{mode: ISTIO_MUTUAL}'),
      ['broken', 'handshake at application', NONE, TLS_FIELD, PLAIN_FIELD],
    ],
    [
      'TCP with TLS that the application may end',
      workloadsOnly + TCP + rule('{mode: SIMPLE}'),
      ['tls', 'configured', NONE, TLS_FIELD],
    ],
  ])('%s', (_, text, expected) => expect(connectionsTo(text, CART, 'clients *')).toEqual([expected]));

  test('a client or a server without a sidecar', () => {
    expect(connectionsTo(SHOP + NOT_INJECTED, CART, 'workload bare/job')).toEqual([
      ['plaintext', 'client without proxy', NONE],
    ]);
    expect(connectionsTo(SHOP + NOT_INJECTED, 'service bare/job', 'clients shop')).toEqual([
      ['plaintext', 'automatic', NONE],
    ]);
  });

  test('ports of one service are told apart', () => {
    const ports = service('shop/cart', 'ports: [{name: http, port: 80}, {name: http-two, port: 81}]');
    const byPort = security(
      'PeerAuthentication',
      'shop/ports',
      'selector: {matchLabels: {app: cart}}, mtls: {mode: STRICT}, portLevelMtls: {81: {mode: PERMISSIVE}}',
    );
    expect(
      connectionsTo(workloadsOnly + ports + byPort + rule('{mode: DISABLE}'), CART, 'clients *').map(
        (each) => (each as string[])[0],
      ),
    ).toEqual(['refused', 'plaintext']);
  });

  test('automatic mutual TLS leaves ports in plaintext that do not take it', () => {
    const ports = service('shop/cart', 'ports: [{name: http, port: 80}, {name: http-two, port: 81}]');
    const policies = {
      'shop/port': 'selector: {matchLabels: {app: cart}}, portLevelMtls: {81: {mode: DISABLE}}',
      'shop/all': 'selector: {matchLabels: {app: cart}}, mtls: {mode: DISABLE}, portLevelMtls: {80: {mode: STRICT}}',
    };
    const origins = Object.entries(policies).map(([name, spec]) => {
      const text = workloadsOnly + ports + security('PeerAuthentication', name, spec);
      return connectionsTo(text, CART, 'clients *');
    });
    expect(origins).toEqual([
      [
        ['mutual-tls', 'automatic', OWN],
        ['plaintext', 'automatic', NONE, 'PeerAuthentication shop/port spec.portLevelMtls["81"].mode'],
      ],
      [
        ['mutual-tls', 'automatic', OWN],
        ['plaintext', 'automatic', NONE, 'PeerAuthentication shop/all spec.mtls.mode'],
      ],
    ]);
  });

  test('workloads of several accounts have no identity in common', () => {
    const account = deployment('shop/desk').replace('containers:', 'serviceAccountName: desk, containers:');
    const withAccounts = SHOP + account + object('v1', 'ServiceAccount', 'shop/desk', '');
    expect(connectionsTo(withAccounts, CART, 'clients *')).toEqual([['mutual-tls', 'automatic', NONE]]);
  });

  test('refused calls are in every picture', () => {
    const refused = drawn(SHOP + STRICT + rule('{mode: DISABLE}'));
    expect(graphMermaid(refused)).toContain('-.-x|"refused: no mTLS"|');
    expect(graphDot(refused)).toContain('color=red');
  });
});

describe('where routes lead', () => {
  const SUBSETS = networking('DestinationRule', 'shop/cart', 'host: cart, subsets: [{name: all, labels: {app: cart}}]');

  const leadsFrom = (text: string, from: string): Partial<RouteEdge>[] =>
    drawn(text)
      .edges.filter((edge): edge is RouteEdge => edge.kind === 'route' && edge.from === from)
      .map(({ kind, from, place, ...edge }) => edge);

  test('a service leads to what it selects', () => {
    expect(leadsFrom(SHOP, CART)).toEqual([{ to: 'workload shop/cart', conditions: [] }]);
  });

  test('routes lead to subsets, by condition and share', () => {
    const routes = networking(
      'VirtualService',
      'shop/cart',
      'hosts: [cart], http: [{match: [{headers: {user: {exact: ann}}, uri: {prefix: /a}}], route: [{destination: {host: cart, subset: all}, weight: 90}, {destination: {host: web}, weight: 10}]}]',
    );
    expect(leadsFrom(SHOP + service('shop/web') + SUBSETS + routes, CART)).toEqual([
      { to: 'workload shop/cart', conditions: ['/a*, user: ann'], share: 90, subset: 'all' },
      { to: 'workload shop/web', conditions: ['/a*, user: ann'], share: 10 },
    ]);
  });

  test('a gateway leads to services', () => {
    const gateway = networking(
      'Gateway',
      'shop/door',
      'selector: {istio: door}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]',
    );
    const routes = networking(
      'VirtualService',
      'shop/cart',
      'hosts: ["*"], gateways: [door], http: [{route: [{destination: {host: cart}}]}]',
    );
    expect(leadsFrom(SHOP + gateway + routes, 'gateway shop/door')).toEqual([{ to: CART, conditions: [] }]);
  });
});

describe('pictures', () => {
  const names = SHOP + security('AuthorizationPolicy', 'shop/guard', 'rules: [{to: [{operation: {methods: [GET]}}]}]');

  test('Mermaid escapes what it would read as its own', () => {
    const routes = networking(
      'VirtualService',
      'shop/cart',
      `hosts: [cart], http: [{match: [{uri: {regex: '"<#'}}], route: [{destination: {host: cart}}]}]`,
    );
    expect(graphMermaid(drawn(names + routes))).toContain('|"~#34;#60;#35;"|');
  });

  test('DOT says how and by whose leave', () => {
    expect(graphDot(drawn(names))).toContain(
      '"clients *" -> "service shop/cart" [label="mTLS, some requests by shop/guard", style=dashed];',
    );
  });

  test('calls that never come through are not drawn', () => {
    expect(graphMermaid(drawn(SHOP + security('AuthorizationPolicy', 'shop/guard', '')))).not.toContain('-.->');
  });

  test('a part holds what touches it', () => {
    const { nodes } = around(drawn(SHOP + service('shop/web')), ({ name }) => name === 'web');
    expect(nodes.map(({ id }) => id).sort()).toEqual(['clients *', 'service shop/web', 'workload shop/web']);
  });
});

describe('a graph as a page', () => {
  const PARTS = { style: { text: '', hash: '' }, script: { text: '', hash: '' } };
  const star = (size: number) => {
    const point = (name: string) => ({ id: `service a/${name}`, kind: 'service' as const, name, namespace: 'a' });
    const others = Array.from({ length: size }, (_, index) => point(`s${index}`));
    const edges = others.map(({ id }) => ({ kind: 'route' as const, from: 'service a/hub', to: id, conditions: [] }));
    return { nodes: [point('hub'), ...others], edges };
  };

  test('is drawn up to 200 arrows, each of which is in the table', () => {
    const page = graphHtml(star(200), PARTS);
    expect(page.match(/class="edge route"/g)).toHaveLength(200);
    expect(page.match(/<tr data-points/g)).toHaveLength(200);
  });

  test('is a table only where it has more', () => {
    const page = graphHtml(star(201), PARTS);
    expect(page).toContain('The picture would have 201 arrows; use --around to draw a part of it.');
    expect(page).not.toContain('<svg');
    expect(page.match(/<tr data-points/g)).toHaveLength(201);
  });
});
