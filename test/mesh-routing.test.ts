import { delegationOf } from '../src/mesh/traffic/delegates';
import { chosenFor, destinationRuleFor, destinationRulesFor, subsetsOf } from '../src/mesh/traffic/destination-rules';
import { gatewayNamed, listenPortFor, mergedGateways, workloadsOfGateway } from '../src/mesh/gateways/gateways';
import { serverHostsOf } from '../src/mesh/gateways/gateway-hosts';
import type { Mesh } from '../src/mesh/mesh';
import { findProxy } from '../src/mesh/workloads/proxy';
import { serviceFor } from '../src/mesh/services/services';
import { gatewayScopeFor, sidecarScopeFor } from '../src/mesh/traffic/sidecar-scope';
import { policyFor } from '../src/mesh/traffic/traffic-policy';
import { destinationsOf, virtualServices, virtualServicesOf } from '../src/mesh/traffic/virtual-services';
import { configMap, deployment, meshOf, namespace, networking, service } from './mesh-of';

const virtualService = (name: string, spec: string, metadata = '') =>
  networking('VirtualService', name, spec, metadata);
const destinationRule = (name: string, spec: string, metadata = '') =>
  networking('DestinationRule', name, spec, metadata);
const gateway = (name: string, servers: string, metadata = '') =>
  networking('Gateway', name, `selector: {istio: edge}, servers: [${servers}]`, metadata);
const sidecar = (name: string, spec: string) => networking('Sidecar', name, spec);
const created = (year: number) => `creationTimestamp: "${year}-01-01T00:00:00Z"`;

describe('VirtualServices', () => {
  test('the older comes first; of what is not created yet, by name, then namespace', () => {
    const mesh = meshOf(
      virtualService('b', 'hosts: [a]') +
        virtualService('z/a', 'hosts: [a]') +
        virtualService('a', 'hosts: [a]') +
        virtualService('older', 'hosts: [a]', created(2024)) +
        virtualService('x', 'hosts: [a]', created(2025)),
    );
    expect(virtualServices(mesh).map((each) => `${each.namespace}/${each.name}`)).toEqual([
      'default/older',
      'default/x',
      'default/a',
      'z/a',
      'default/b',
    ]);
  });

  test('names are completed from where they are written', () => {
    const [found] = virtualServices(
      meshOf(
        virtualService(
          'shop/a',
          'hosts: [a, b.com], gateways: [web, mesh, edge/web], http: [{match: [{gateways: [web]}], route: [{destination: {host: r}}], mirror: {host: m}}], tls: [{match: [{gateways: [web], sniHosts: [b.com]}], route: [{destination: {host: t.com}}]}], tcp: [{route: [{destination: {host: r}}]}]',
        ),
      ),
    );
    expect(found?.hosts.map(({ name }) => name)).toEqual(['a.shop.svc.cluster.local', 'b.com']);
    expect(found?.gateways.map(({ name }) => name)).toEqual(['shop/web', 'mesh', 'edge/web']);
    expect(found?.http[0]?.value).toEqual({
      match: [{ gateways: ['shop/web'] }],
      route: [{ destination: { host: 'r.shop.svc.cluster.local' } }],
      mirror: { host: 'm.shop.svc.cluster.local' },
    });
    expect(found?.http[0]?.field.value.route?.[0]?.destination?.host).toBe('r');
    expect([...destinationsOf(found!).keys()]).toEqual([
      'r.shop.svc.cluster.local',
      'm.shop.svc.cluster.local',
      't.com',
    ]);
  });

  test('are found by gateway from where they are exported to, the private ones first', () => {
    const mesh = meshOf(
      virtualService('a-all', 'hosts: [x]') +
        virtualService('b-own', 'hosts: [x], exportTo: ["."]') +
        virtualService('c-other', 'hosts: [x], exportTo: [other], gateways: [g, mesh]') +
        virtualService('d-none', 'hosts: [x], exportTo: ["~"]'),
    );
    const names = (name: string, from: string) => virtualServicesOf(mesh, name, from).map((each) => each.name);
    expect([
      names('mesh', 'default'),
      names('mesh', 'other'),
      names('default/g', 'other'),
      names('default/g', 'default'),
    ]).toEqual([['b-own', 'a-all'], ['c-other', 'a-all'], ['c-other'], []]);
    const private_ = meshOf(configMap('defaultVirtualServiceExportTo: ["."]') + virtualService('a', 'hosts: [x]'));
    expect(virtualServicesOf(private_, 'mesh', 'other')).toEqual([]);
  });
});

describe('delegates', () => {
  const root = (match: string, rest = '', to = 'name: d') =>
    virtualService('root', `hosts: [a.com], http: [{match: [${match}], delegate: {${to}}, ${rest}}]`);
  const delegate = (routes: string, spec = '', name = 'd') => virtualService(name, `${spec} http: [${routes}]`);
  const route = (match: string, rest = '') => `{match: [${match}], route: [{destination: {host: r}}], ${rest}}`;
  const routes = (text: string) => virtualServices(meshOf(text))[0]!.http;

  test('give their routes, under the root’s match and with what only the root says', () => {
    const [found] = routes(
      root('{uri: {prefix: /a}, headers: {x: {exact: one}}}', 'name: outer, timeout: 5s, retries: {attempts: 1}') +
        delegate(route('{uri: {prefix: /a/b}}', 'name: inner, timeout: 1s')),
    );
    expect(found?.value).toMatchObject({
      name: 'outer-inner',
      timeout: '1s',
      retries: { attempts: 1 },
      match: [{ uri: { prefix: '/a/b' }, headers: { x: { exact: 'one' } } }],
    });
    expect([found?.field.resource.name, found?.delegatedBy?.resource.name]).toEqual(['d', 'root']);
  });

  test.each([
    ['{uri: {prefix: /a}}', '{uri: {exact: /a/b}}', 1],
    ['{uri: {prefix: /a/b}}', '{uri: {prefix: /a}}', 0],
    ['{uri: {exact: /a}}', '{uri: {prefix: /a}}', 0],
    ['{uri: {exact: /a}}', '{uri: {exact: /a}}', 1],
    ['{uri: {regex: /a}}', '{uri: {regex: /a}}', 0],
    ['{uri: {regex: /a}}', '{headers: {a: {exact: b}}}', 1],
    ['{uri: {prefix: /a}}', '{uri: {regex: /a.*}}', 0],
    ['{port: 80}', '{port: 81}', 0],
    ['{sourceNamespace: a}', '{uri: {prefix: /}}', 0],
    ['{sourceLabels: {a: b}}', '{sourceLabels: {a: c}}', 0],
    ['{sourceLabels: {a: b}}', '{sourceLabels: {c: d}}', 1],
    ['{gateways: [g]}', '{gateways: [g, h]}', 0],
    ['{ignoreUriCase: true, uri: {prefix: /a}}', '{uri: {prefix: /a}}', 0],
    ['{uri: {prefix: /a}}, {uri: {prefix: /b}}', '{uri: {prefix: /b/c}}', 1],
    ['{method: {exact: GET}}', '{method: {exact: GET}}, {method: {exact: PUT}}', 0],
  ])('under %s a route with %s leaves %d', (outer, inner, expected) => {
    expect(routes(root(outer) + delegate(route(inner)))).toHaveLength(expected);
  });

  test('names are completed where the delegate is written', () => {
    const [found] = routes(
      root('{uri: {prefix: /a}}', '', 'name: d, namespace: shop') + delegate(route(''), '', 'shop/d'),
    );
    expect(found?.value.route?.[0]?.destination?.host).toBe('r.shop.svc.cluster.local');
    expect(found?.value.match).toEqual([{ uri: { prefix: '/a' } }]);
  });

  test('one that is not met leaves out its route alone, and says why', () => {
    const because = (text: string) => {
      const mesh = meshOf(text);
      const [field] = mesh.all('VirtualService')[0]!.each('spec.http[]');
      const delegation = delegationOf(mesh, field!);
      return [
        delegation?.met === false ? delegation.because : 'met',
        virtualServices(mesh).find(({ name }) => name === 'root')!.http.length,
      ];
    };
    expect(because(root('{}'))).toEqual(['unknown', 0]);
    expect(because(root('{}') + delegate(route(''), 'hosts: [b.com],'))).toEqual(['has-hosts', 0]);
    expect(
      because(root('{}', '', 'name: d, namespace: shop') + delegate(route(''), 'exportTo: ["."],', 'shop/d')),
    ).toEqual(['not-exported', 0]);
    expect(because(root('{}') + delegate(route('')))).toEqual(['met', 1]);
  });
});

describe('DestinationRules', () => {
  const subset = (name: string) => `subsets: [{name: ${name}, labels: {version: ${name}}}]`;
  const names = (mesh: Mesh, host: string, from: string) => subsetsOf(mesh, host, from).map(({ value }) => value.name);

  test('the client’s namespace counts before the service’s, and that before the root namespace', () => {
    const rules = {
      client: destinationRule('client/r', `host: w.default.svc.cluster.local, ${subset('client')}`),
      service: destinationRule('r', `host: w, ${subset('service')}`),
      root: destinationRule('istio-system/r', `host: "*.local", ${subset('root')}`),
    };
    const seen = (...given: string[]) =>
      names(meshOf(service('w') + given.join('')), 'w.default.svc.cluster.local', 'client');
    expect([
      seen(rules.root, rules.service, rules.client),
      seen(rules.root, rules.service),
      seen(rules.root),
      seen(),
    ]).toEqual([['client'], ['service'], ['root'], []]);
    const [field] = subsetsOf(meshOf(service('w') + rules.service), 'w.default.svc.cluster.local', 'client');
    expect([field?.resource.name, field?.pathText]).toEqual(['r', 'spec.subsets[0]']);
  });

  test('a rule that is not exported is no rule for others; in the root namespace it is one for the root’s own clients', () => {
    const mesh = meshOf(
      service('w') +
        destinationRule('r', `host: w, exportTo: ["."], ${subset('own')}`) +
        destinationRule('istio-system/r', `host: w.default.svc.cluster.local, exportTo: ["."], ${subset('root')}`),
    );
    const host = 'w.default.svc.cluster.local';
    expect([names(mesh, host, 'default'), names(mesh, host, 'other'), names(mesh, host, 'istio-system')]).toEqual([
      ['own'],
      [],
      ['root'],
    ]);
    const private_ = meshOf(
      configMap('defaultDestinationRuleExportTo: ["."]') +
        service('w') +
        destinationRule('r', `host: w, ${subset('own')}`),
    );
    expect([names(private_, host, 'default'), names(private_, host, 'other')]).toEqual([['own'], []]);
  });

  test('in one namespace the most specific host counts, whatever it declares', () => {
    const mesh = meshOf(
      service('w') +
        destinationRule('a', `host: "*.default.svc.cluster.local", ${subset('wide')}`) +
        destinationRule('b', 'host: w'),
    );
    expect([names(mesh, 'w', 'default'), names(mesh, 'x', 'default')]).toEqual([[], ['wide']]);
  });

  test('rules of one host are merged: subsets add up, the first policy and the first of each name count', () => {
    const policy = (attempts: number) => `trafficPolicy: {connectionPool: {http: {maxRetries: ${attempts}}}}`;
    const mesh = meshOf(
      service('w') +
        destinationRule('b', `host: w, ${policy(2)}, subsets: [{name: v1, labels: {from: b}}, {name: v2}]`) +
        destinationRule('a', `host: w, ${subset('v1')}`) +
        destinationRule('c', `host: w, ${policy(3)}`),
    );
    const rule = destinationRuleFor(mesh, 'w', 'default');
    expect(rule?.from.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(rule?.subsets.map(({ value, resource }) => `${value.name} ${resource.name}`)).toEqual(['v1 a', 'v2 b']);
    expect(rule?.trafficPolicy?.resource.name).toBe('b');
  });

  test('rules that are exported differently stay apart', () => {
    const mesh = meshOf(
      service('w') +
        destinationRule('a', `host: w, exportTo: [other], ${subset('v1')}`) +
        destinationRule('b', `host: w, exportTo: [third], ${subset('v2')}`),
    );
    const host = 'w.default.svc.cluster.local';
    expect([names(mesh, host, 'other'), names(mesh, host, 'third'), names(mesh, host, 'default')]).toEqual([
      ['v1'],
      ['v2'],
      [],
    ]);
  });

  test('one for chosen clients holds for them, another for the rest', () => {
    const mesh = meshOf(
      service('w') +
        destinationRule('a', `host: w, ${subset('all')}`) +
        destinationRule('b', `host: w, workloadSelector: {matchLabels: {app: c}}, ${subset('chosen')}`),
    );
    const rules = destinationRulesFor(mesh, serviceFor(mesh, 'w', 'default')!, 'default');
    const chosen = (app: string) => chosenFor(rules, { namespace: 'default', labels: { app } })?.name;
    expect([chosen('c'), chosen('d')]).toEqual(['b', 'a']);
  });

  test('of a Service that is not in the input the name tells the namespace', () => {
    const mesh = meshOf(destinationRule('shop/r', `host: w, ${subset('v1')}`));
    expect(names(mesh, 'w.shop.svc.cluster.local', 'default')).toEqual(['v1']);
  });

  test('settings of a port replace all others, those of a subset only what they set', () => {
    const settings = 'connectionPool: {tcp: {maxConnections: 1}}, tls: {mode: DISABLE}';
    const perPort = 'portLevelSettings: [{port: {number: 81}, loadBalancer: {simple: RANDOM}}]';
    const mesh = meshOf(
      service('w') +
        destinationRule(
          'a',
          `host: w, trafficPolicy: {${settings}, ${perPort}}, subsets: [{name: v1, trafficPolicy: {tls: {mode: SIMPLE}}}, {name: v2, trafficPolicy: {${perPort}}}]`,
        ),
    );
    const rule = destinationRuleFor(mesh, 'w', 'default')!;
    const policy = (port: number, subset?: number) => {
      const found = policyFor(rule.trafficPolicy, port, subset === undefined ? undefined : rule.subsets[subset]);
      return Object.entries(found).map(([name, field]) => `${name} ${(field as { pathText: string }).pathText}`);
    };
    expect(policy(80)).toEqual(['connectionPool spec.trafficPolicy.connectionPool', 'tls spec.trafficPolicy.tls']);
    expect(policy(81)).toEqual(['loadBalancer spec.trafficPolicy.portLevelSettings[0].loadBalancer']);
    expect(policy(80, 0)).toEqual([
      'connectionPool spec.trafficPolicy.connectionPool',
      'tls spec.subsets[0].trafficPolicy.tls',
    ]);
    expect(policy(81, 0)).toEqual([
      'loadBalancer spec.trafficPolicy.portLevelSettings[0].loadBalancer',
      'tls spec.subsets[0].trafficPolicy.tls',
    ]);
    expect(policy(81, 1)).toEqual(['loadBalancer spec.subsets[1].trafficPolicy.portLevelSettings[0].loadBalancer']);
  });
});

// Asked of the real Pilot: these are the clusters that it sends to the client.
describe('what a sidecar knows', () => {
  const world =
    service('a') +
    service('client') +
    service('third/b') +
    service('third/multi', 'ports: [{name: http, port: 80}, {name: http-b, port: 90}, {name: tcp, port: 100}]') +
    service('third/hidden') +
    service('private/p', 'ports: [{name: http, port: 80}]', 'annotations: {networking.istio.io/exportTo: "."}');
  const known = (text: string, from = 'default', labels: Record<string, string> = {}) =>
    [...sidecarScopeFor(meshOf(world + text), from, labels).services.values()]
      .map(({ name, ports }) => `${name}:${ports.map(({ number }) => number).join('+')}`)
      .sort();
  const all = ['a:80', 'b:80', 'client:80', 'hidden:80', 'multi:80+90+100'];

  test('without a Sidecar everything that is exported to it', () => {
    expect(known('')).toEqual(all);
    expect(known('', 'private')).toEqual([...all, 'p:80'].sort());
  });

  test.each([
    ['./*', ['a:80', 'client:80']],
    ['third/*', ['b:80', 'hidden:80', 'multi:80+90+100']],
    ['*/b.third.svc.cluster.local', ['b:80']],
    ['./b.third.svc.cluster.local', []],
    ['third/*.svc.cluster.local', ['b:80', 'hidden:80', 'multi:80+90+100']],
    ['private/*', []],
    ['~/*', []],
  ])('with egress to %s: %j', (host, expected) => {
    expect(known(sidecar('s', `egress: [{hosts: ["${host}"]}]`))).toEqual(expected);
  });

  test('what is kept out stays out', () => {
    expect(known(sidecar('s', 'egress: [{hosts: ["*/*", "~third/hidden.third.svc.cluster.local"]}]'))).toEqual([
      'a:80',
      'b:80',
      'client:80',
      'multi:80+90+100',
    ]);
  });

  test('a listener with a port lets in services with that port, and of these only it', () => {
    const found = known(
      sidecar(
        's',
        'egress: [{port: {number: 90, protocol: HTTP, name: p}, hosts: ["third/*"]}, {hosts: ["./a.default.svc.cluster.local"]}]',
      ),
    );
    expect(found).toEqual(['a:80', 'multi:90']);
  });

  test('the routes of what it knows lead further, for requests from its namespace', () => {
    const routed = virtualService(
      'v',
      'hosts: [client], http: [{route: [{destination: {host: multi.third.svc.cluster.local, port: {number: 90}}}]}, {match: [{sourceNamespace: other}], route: [{destination: {host: hidden.third.svc.cluster.local}}]}]',
    );
    expect(known(sidecar('s', 'egress: [{hosts: ["./client.default.svc.cluster.local"]}]') + routed)).toEqual([
      'client:80',
      'multi:90',
    ]);
  });

  test('the Sidecar that selects counts before that of the namespace, and that before the root namespace’s', () => {
    const egress = (host: string) => `egress: [{hosts: ["${host}"]}]`;
    const text =
      sidecar('istio-system/root', egress('third/b.third.svc.cluster.local')) +
      sidecar('ns', egress('./*')) +
      sidecar('sel', `workloadSelector: {labels: {app: a}}, ${egress('third/hidden.third.svc.cluster.local')}`);
    expect([known(text, 'default', { app: 'a' }), known(text), known(text, 'other')]).toEqual([
      ['hidden:80'],
      ['a:80', 'client:80'],
      ['b:80'],
    ]);
    const gateway = gatewayScopeFor(meshOf(world + text), 'default');
    expect([...gateway.services.keys()]).toHaveLength(5);
  });

  test('one service is found without importing all', () => {
    const scope = sidecarScopeFor(meshOf(world), 'default', {});
    expect([scope.service('b.third.svc.cluster.local')?.name, scope.service('p.private.svc.cluster.local')]).toEqual([
      'b',
      undefined,
    ]);
    const narrow = sidecarScopeFor(meshOf(world + sidecar('s', 'egress: [{hosts: ["./*"]}]')), 'default', {});
    expect(narrow.service('b.third.svc.cluster.local')).toBeUndefined();
  });

  test('where calls to the unknown go', () => {
    const mode = (text: string) => sidecarScopeFor(meshOf(text), 'default', {}).outbound.mode;
    expect([
      mode(''),
      mode(configMap('outboundTrafficPolicy: {mode: REGISTRY_ONLY}')),
      mode(sidecar('s', 'outboundTrafficPolicy: {mode: REGISTRY_ONLY}')),
      mode(
        configMap('outboundTrafficPolicy: {mode: REGISTRY_ONLY}') +
          sidecar('s', 'outboundTrafficPolicy: {mode: ALLOW_ANY}'),
      ),
    ]).toEqual(['ALLOW_ANY', 'REGISTRY_ONLY', 'REGISTRY_ONLY', 'ALLOW_ANY']);
  });

  test('the VirtualService with the most specific host holds for a service, the older of two', () => {
    const text =
      virtualService('wide', 'hosts: ["*.default.svc.cluster.local"]', created(2020)) +
      virtualService('z', 'hosts: [a]') +
      virtualService('older', 'hosts: [a]', created(2024)) +
      virtualService('other/x', 'hosts: [a.default.svc.cluster.local], exportTo: ["."]');
    const [listener] = sidecarScopeFor(meshOf(world + text), 'default', {}).egress;
    const held = (host: string) => listener?.virtualServiceFor(host)?.name;
    expect([
      held('a.default.svc.cluster.local'),
      held('client.default.svc.cluster.local'),
      held('b.third.svc.cluster.local'),
    ]).toEqual(['older', 'wide', undefined]);
  });

  test('a VirtualService comes in by a host that is let in, also one that is wider', () => {
    const text =
      sidecar('s', 'egress: [{hosts: ["./a.default.svc.cluster.local"]}]') +
      virtualService('exact', 'hosts: [a]') +
      virtualService('wide', 'hosts: ["*.default.svc.cluster.local"]') +
      virtualService('no', 'hosts: [client]');
    const [listener] = sidecarScopeFor(meshOf(world + text), 'default', {}).egress;
    expect(listener?.virtualServices.map(({ name }) => name)).toEqual(['exact', 'wide']);
  });
});

describe('Gateways', () => {
  const proxies =
    namespace('edge') +
    deployment('edge/gw', 'istio: edge, inject: x') +
    service('edge/gw', 'ports: [{name: http, port: 80, targetPort: 8080}]');
  const merge = (text: string) => {
    const mesh = meshOf(proxies + text);
    const found = findProxy(mesh, 'gw.edge');
    if (!('proxy' in found)) throw new Error(found.because);
    return mergedGateways(mesh, found.proxy);
  };
  const server = (number: number, protocol: string, host: string, rest = '') =>
    `{port: {number: ${number}, name: p${number}${protocol}${host.length}, protocol: ${protocol}}, hosts: ["${host}"], ${rest}}`;
  const simple = 'tls: {mode: SIMPLE, credentialName: c}';
  const ports = (text: string) =>
    merge(text).ports.map(
      ({ listenPort, protocol, bind, servers }) => `${bind}:${listenPort} ${protocol} ${servers.length}`,
    );
  const rejected = (text: string) =>
    merge(text).rejected.map(({ server, rejection }) => `${server.pathText} ${rejection.because}`);

  test('hold for the workloads that they select, wherever these are', () => {
    const mesh = meshOf(proxies + gateway('shop/g', server(80, 'HTTP', '*')));
    const found = gatewayNamed(mesh, 'g', 'shop');
    expect(workloadsOfGateway(mesh, found!).map(({ name, namespace }) => `${namespace}/${name}`)).toEqual(['edge/gw']);
    expect([gatewayNamed(mesh, 'shop/g', 'other')?.name, gatewayNamed(mesh, 'g', 'other')]).toEqual(['g', undefined]);
  });

  test('a port that a Service of the proxy has is heard at its target', () => {
    expect(ports(gateway('g', server(80, 'HTTP', '*') + ',' + server(9000, 'HTTP', '*')))).toEqual([
      ':8080 HTTP 1',
      ':9000 HTTP 1',
    ]);
    expect(listenPortFor(80, [])).toBe(80);
  });

  test('HTTP joins HTTP, with one route configuration', () => {
    const merged = merge(
      gateway('g', [server(80, 'HTTP', 'a.com'), server(80, 'GRPC', 'b.com')].join()) +
        gateway('shop/h', server(80, 'HTTP', 'c.com')),
    );
    expect(merged.ports).toHaveLength(1);
    expect([...merged.byRouteName].map(([name, servers]) => [name, servers.length])).toEqual([['http.8080', 3]]);
  });

  test('what cannot share a port with what came first has no effect, unless it has an address of its own', () => {
    const text = gateway(
      'g',
      [
        server(80, 'HTTP', '*'),
        server(80, 'TCP', '*'),
        server(80, 'TCP', '*', 'bind: 10.0.0.1'),
        server(9000, 'TCP', '*'),
        server(9000, 'TCP', '*'),
        server(9000, 'MONGO', '*'),
      ].join(),
    );
    expect(rejected(text)).toEqual([
      'spec.servers[1] protocol-conflict',
      'spec.servers[4] protocol-conflict',
      'spec.servers[5] protocol-conflict',
    ]);
    expect(ports(text)).toEqual([':8080 HTTP 1', '10.0.0.1:8080 TCP 1', ':9000 TCP 1']);
  });

  test('TLS is told apart by host; a host that is taken is taken', () => {
    const text =
      gateway(
        'g',
        [
          server(443, 'HTTPS', 'a.com', simple),
          server(443, 'TLS', 'bb.com', 'tls: {mode: PASSTHROUGH}'),
          server(443, 'HTTPS', 'ccc.com', simple),
        ].join(),
      ) + gateway('h', server(443, 'HTTPS', 'a.com', simple));
    expect(ports(text)).toEqual([':443 HTTPS 2', ':443 TLS 1']);
    expect(rejected(text)).toEqual(['spec.servers[0] same-hosts']);
    expect([...merge(text).byRouteName.keys()]).toEqual([
      'https.443.p443HTTPS5.g.default',
      'https.443.p443HTTPS7.g.default',
    ]);
  });

  test('the hosts of a server may be for one namespace', () => {
    const merged = merge(
      gateway(
        'g',
        [server(80, 'HTTP', './*.com'), server(9000, 'HTTP', '*/a.com'), server(9001, 'HTTP', 'other/a.com')].join(),
      ),
    );
    const servers = merged.ports.flatMap(({ servers }) => servers);
    expect(servers.map(({ hosts }) => hosts.join())).toEqual(['default/*.com', 'a.com', 'other/a.com']);
    const [found] = virtualServices(meshOf(virtualService('v', 'hosts: [a.com, b.org]')));
    expect(servers.map((each) => serverHostsOf(each, found!).map(({ host }) => host.name))).toEqual([
      ['a.com'],
      ['a.com'],
      [],
    ]);
  });
});
