import { accessLogs, tracing } from '../src/mesh/telemetry/telemetry';
import { authorizationPolicies } from '../src/mesh/policies/authorization';
import { inferredMtls, clientTls } from '../src/mesh/traffic/client-tls';
import { envoyFilters, envoyPatches } from '../src/mesh/settings/envoy-filters';
import { extensions, isForListener } from '../src/mesh/settings/extensions';
import { HostIndex } from '../src/mesh/services/host-index';
import {
  bySpecificity,
  covers,
  fullGatewayName,
  fullHost,
  intersection,
  namesForNamespace,
  overlaps,
} from '../src/mesh/services/hostname';
import { mtlsOf, namespaceMtls, requestAuthentications } from '../src/mesh/policies/authentication';
import { meshConfig, meshConfigSource, meshNetworks } from '../src/mesh/settings/mesh-config';
import { metrics } from '../src/mesh/telemetry/metrics';
import { isDiscovered, namespaceOf, namespaces } from '../src/mesh/settings/namespaces';
import { protocolOfPort } from '../src/mesh/services/protocol';
import { proxyConfigOf } from '../src/mesh/workloads/proxy-config';
import { findProxy } from '../src/mesh/workloads/proxy';
import { serviceFor } from '../src/mesh/services/services';
import { UnreadableYaml } from '../src/source/values';
import { configMap, deployment, meshOf, namespace, object, security, service } from './mesh-of';

describe('host names', () => {
  test.each([
    ['foo.com', 'foo.com', true],
    ['foo.com', 'bar.com', false],
    ['*.com', 'foo.com', true],
    ['bar.com', '*.com', true],
    ['*.foo.com', 'foo.com', false],
    ['*', 'foo.com', true],
    ['*', '*.com', true],
    ['*.foo.com', '*.com', true],
    ['*.foo.com', '*.bar.com', false],
    ['*-shop.com', 'a-shop.com', true],
  ])('%s and %s overlap: %s', (one, other, expected) => {
    expect(overlaps(one, other)).toBe(expected);
    expect(overlaps(other, one)).toBe(expected);
  });

  test.each([
    ['*.com', 'foo.com', true],
    ['foo.com', '*.com', false],
    ['*.com', '*.foo.com', true],
    ['*.foo.com', '*.com', false],
    ['*', '*', true],
  ])('%s covers %s: %s', (wide, narrow, expected) => {
    expect(covers(wide, narrow)).toBe(expected);
  });

  test('the narrower of two that overlap is what they share', () => {
    expect(intersection(['foo.com', '*.net'], ['*.com', 'bar.net'])).toEqual(['foo.com', 'bar.net']);
    expect(intersection(['foo.com'], ['bar.com'])).toEqual([]);
  });

  test('exact before wildcard, long before short, then by the alphabet', () => {
    expect(['*', '*.a.com', 'a.com', 'b.com', 'aa.com', '*.com'].sort(bySpecificity)).toEqual([
      'aa.com',
      'a.com',
      'b.com',
      '*.a.com',
      '*.com',
      '*',
    ]);
  });

  test('a host in a Gateway may be for one namespace', () => {
    expect(namesForNamespace(['shop/a.com', '*/b.com', 'c.com'], 'shop')).toEqual(['a.com', 'b.com', 'c.com']);
    expect(namesForNamespace(['shop/a.com', '*/b.com', 'c.com'], 'other')).toEqual(['b.com', 'c.com']);
  });

  test.each([
    ['reviews', 'reviews.shop.svc.cluster.local'],
    ['reviews.shop', 'reviews.shop'],
    ['reviews.shop.svc.cluster.local', 'reviews.shop.svc.cluster.local'],
    ['*', '*'],
    ['2001:db8::1', '2001:db8::1'],
    ['', ''],
  ])('%s, written in shop, is %s', (host, expected) => {
    expect(fullHost(host, 'shop', 'cluster.local')).toBe(expected);
  });

  test.each([
    ['mesh', 'mesh'],
    ['web', 'shop/web'],
    ['./web', 'shop/web'],
    ['edge/web', 'edge/web'],
    ['web.edge', 'edge/web'],
    ['web.edge.svc.cluster.local', 'edge/web'],
  ])('the gateway %s, named in shop, is %s', (name, expected) => {
    expect(fullGatewayName(name, 'shop')).toBe(expected);
  });

  test('an index finds the most specific name that covers another', () => {
    const index = new HostIndex<number>();
    for (const [position, host] of ['*', '*.com', '*.foo.com', 'a.foo.com', '*.b.foo.com'].entries())
      index.set(host, position);
    const found = (host: string) => index.mostSpecific(host)?.host;
    expect(['a.foo.com', 'c.foo.com', 'x.b.foo.com', '*.foo.com', '*.c.foo.com', 'foo.com', 'org'].map(found)).toEqual([
      'a.foo.com',
      '*.foo.com',
      '*.b.foo.com',
      '*.foo.com',
      '*.foo.com',
      '*.com',
      '*',
    ]);
    expect([...index.covering('a.foo.com')].map(({ host }) => host)).toEqual(['a.foo.com', '*.foo.com', '*.com', '*']);
    expect(new HostIndex<number>().mostSpecific('a')).toBeUndefined();
  });
});

describe('resources', () => {
  test('of several with one name the last counts, in the place of the first', () => {
    const mesh = meshOf(service('a', 'ports: [{port: 1}]') + service('b') + service('a', 'ports: [{port: 2}]'));
    expect(mesh.all('Service').map(({ name, value }) => [name, value.spec?.ports?.[0]?.port])).toEqual([
      ['a', 2],
      ['b', 80],
    ]);
  });

  test('a kind of somebody else with a known name is another kind', () => {
    const mesh = meshOf(service('a') + object('serving.knative.dev/v1', 'Service', 'k', 'spec: {}'));
    expect(mesh.all('Service').map(({ name }) => name)).toEqual(['a']);
  });

  test('what has the wrong type is left out, and what stands behind it keeps its line', () => {
    const mesh = meshOf(`apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a}
spec:
  hosts:
  - 7
  - reviews
  http:
  -
  - route: wrong
  - route:
    - destination: {host: reviews}
`);
    const [virtualService] = mesh.all('VirtualService');
    expect(virtualService?.value.spec?.hosts).toEqual(['reviews']);
    const [host] = virtualService!.each('spec.hosts[]');
    expect([host?.pathText, host?.range.start.line]).toEqual(['spec.hosts[1]', 7]);
    const destinations = virtualService!.each('spec.http[].route[].destination.host');
    expect(destinations.map(({ pathText }) => pathText)).toEqual(['spec.http[2].route[0].destination.host']);
    expect(virtualService!.root.get('spec').get('http').items()[1]?.pathText).toBe('spec.http[2]');
  });

  test('a version that is not served is read like one that is', () => {
    const mesh = meshOf(
      object('networking.istio.io/v1alpha1', 'Gateway', 'a', 'spec: {servers: [{port: {number: 80}}]}'),
    );
    expect(mesh.all('Gateway')[0]?.value.spec?.servers?.[0]?.port?.number).toBe(80);
  });
});

describe('MeshConfig', () => {
  test('is Istio’s own where the input has none', () => {
    const config = meshConfig(meshOf(''));
    expect([config.rootNamespace, config.enableAutoMtls, config.outboundTrafficPolicy.mode]).toEqual([
      'istio-system',
      true,
      'ALLOW_ANY',
    ]);
    expect(config.extensionProviders.map(({ name }) => name)).toEqual(['prometheus', 'stackdriver', 'envoy']);
  });

  test('comes from the ConfigMap: messages are replaced, providers and the proxy’s configuration merged', () => {
    const mesh = meshOf(
      configMap(`
rootNamespace: config
localityLbSetting: {failoverPriority: [a]}
trustDomainAliases: [b, a, b]
defaultConfig: {concurrency: 3}
extensionProviders:
- {name: envoy, envoyFileAccessLog: {path: /dev/null}}
- {name: mine, zipkin: {service: zipkin, port: 9411}}
`),
    );
    const config = meshConfig(mesh);
    expect(config.rootNamespace).toBe('config');
    expect(config.localityLbSetting).toEqual({ failoverPriority: ['a'] });
    expect(config.trustDomainAliases).toEqual(['a', 'b']);
    expect([config.defaultConfig.concurrency, config.defaultConfig.statusPort]).toEqual([3, 15020]);
    expect(config.extensionProviders.map(({ name }) => name)).toEqual(['prometheus', 'stackdriver', 'envoy', 'mine']);
    expect(config.extensionProviders[2]?.envoyFileAccessLog?.path).toBe('/dev/null');
    expect(meshConfigSource(mesh)?.field?.pathText).toBe('data.mesh');
  });

  test('the ConfigMap of istio-system counts before others, one without revision before one with', () => {
    const canary = configMap('trustDomain: canary', 'istio-system/istio-canary');
    const config = (text: string) => meshConfig(meshOf(text)).trustDomain;
    expect(config(canary)).toBe('canary');
    expect(config(canary + configMap('trustDomain: other', 'other/istio'))).toBe('other');
    expect(config(configMap('trustDomain: other', 'other/istio') + configMap('trustDomain: ours'))).toBe('ours');
  });

  test('an IstioOperator stands for what it would install', () => {
    const operator = object(
      'install.istio.io/v1alpha1',
      'IstioOperator',
      'istio-system/o',
      'spec: {meshConfig: {accessLogFile: /dev/stdout}}',
    );
    const config = meshConfig(meshOf(operator));
    expect([config.accessLogFile, config.defaultProviders.metrics]).toEqual(['/dev/stdout', ['prometheus']]);
  });

  test('an option counts before all, also inside a ConfigMap', () => {
    const text = configMap('trustDomain: ours');
    expect(meshConfig(meshOf(text, { meshConfig: { trustDomain: 'given' } })).trustDomain).toBe('given');
    const wrapped = { kind: 'ConfigMap', data: { mesh: 'trustDomain: wrapped' } };
    expect(meshConfig(meshOf(text, { meshConfig: wrapped })).trustDomain).toBe('wrapped');
  });

  test('one that is no YAML is not used, and says so', () => {
    const mesh = meshOf(configMap('trustDomain: [a\n'));
    expect(meshConfig(mesh).trustDomain).toBe('cluster.local');
    expect(meshConfigSource(mesh)?.unreadable).toBeInstanceOf(UnreadableYaml);
  });

  test('values of the wrong type are left out', () => {
    const config = meshConfig(meshOf(configMap('rootNamespace: [a]\nenableAutoMtls: maybe\ntrustDomain: mine')));
    expect([config.rootNamespace, config.enableAutoMtls, config.trustDomain]).toEqual(['istio-system', true, 'mine']);
  });

  test('MeshNetworks stand beside it', () => {
    const networks = 'networks: {n1: {endpoints: [{fromCidr: 10.0.0.0/8}]}}';
    const mesh = meshOf(
      object('v1', 'ConfigMap', 'istio-system/istio', `data: {meshNetworks: ${JSON.stringify(networks)}}`),
    );
    expect(Object.keys(meshNetworks(mesh).networks ?? {})).toEqual(['n1']);
  });
});

describe('namespaces', () => {
  test('are those that are declared and those in which something lies', () => {
    const mesh = meshOf(namespace('a') + service('b/x'));
    expect([...namespaces(mesh).keys()]).toEqual(['a', 'b']);
    expect(namespaceOf(mesh, 'a').labels['kubernetes.io/metadata.name']).toBe('a');
  });

  test('what discoverySelectors leave out, Istio does not see', () => {
    const selectors =
      'discoverySelectors: [{matchLabels: {mesh: "on"}}, {matchExpressions: [{key: env, operator: In, values: [prod]}]}]';
    const mesh = meshOf(
      configMap(selectors) +
        namespace('a', 'mesh: "on"') +
        namespace('b', 'env: prod') +
        namespace('c', 'env: test') +
        service('a/x') +
        service('c/y'),
    );
    expect(['a', 'b', 'c', 'default'].map((name) => isDiscovered(mesh, name))).toEqual([true, true, false, false]);
    expect([serviceFor(mesh, 'x', 'a')?.name, serviceFor(mesh, 'y', 'c')]).toEqual(['x', undefined]);
  });
});

describe('the protocol of a port', () => {
  test.each([
    [80, 'http', undefined, 'HTTP'],
    [80, 'HTTP-web', undefined, 'HTTP'],
    [80, 'http2', undefined, 'HTTP2'],
    [80, 'grpc-web-api', undefined, 'GRPC-Web'],
    [80, 'grpc-api', undefined, 'GRPC'],
    [80, 'web', undefined, 'UnsupportedProtocol'],
    [80, '', undefined, 'UnsupportedProtocol'],
    [3306, 'db', undefined, 'TCP'],
    [3306, 'http', undefined, 'HTTP'],
    [80, 'http', 'tcp', 'TCP'],
    [80, 'web', 'kubernetes.io/h2c', 'HTTP2'],
    [80, 'web', 'kubernetes.io/ws', 'HTTP'],
    [80, 'web', 'kubernetes.io/wss', 'HTTPS'],
    [80, 'http', 'my.company/thing', 'UnsupportedProtocol'],
    [80, 'kubernetes.io/h2c', undefined, 'UnsupportedProtocol'],
  ])('%d %s with appProtocol %s is %s', (number, name, appProtocol, expected) => {
    expect(protocolOfPort(number, name, 'TCP', appProtocol)).toBe(expected);
  });

  test('UDP is UDP whatever its name', () => {
    expect(protocolOfPort(53, 'http', 'UDP', 'http')).toBe('UDP');
  });
});

const labelled = (labels: Record<string, string>, namespace = 'default') => ({ namespace, labels });

describe('PeerAuthentication', () => {
  const policies =
    security('PeerAuthentication', 'istio-system/all', 'mtls: {mode: STRICT}') +
    security('PeerAuthentication', 'istio-system/chosen', 'selector: {matchLabels: {app: w}}, mtls: {mode: DISABLE}') +
    security('PeerAuthentication', 'unset', 'mtls: {mode: UNSET}') +
    security('PeerAuthentication', 'zz-second', 'mtls: {mode: DISABLE}') +
    security(
      'PeerAuthentication',
      'w',
      'selector: {matchLabels: {app: w}}, portLevelMtls: {8081: {mode: DISABLE}, 8080: {}}',
    ) +
    security('PeerAuthentication', 'other/permissive', 'mtls: {mode: PERMISSIVE}');
  const mesh = meshOf(policies);
  const mode = (app: string, namespace?: string, port?: number) =>
    mtlsOf(mesh, labelled({ app }, namespace), port).mode;

  test('a port before a workload before a namespace before the mesh; what is unset is inherited', () => {
    expect([mode('w'), mode('w', 'default', 8081), mode('w', 'default', 8080), mode('x')]).toEqual([
      'STRICT',
      'DISABLE',
      'STRICT',
      'STRICT',
    ]);
    expect([mode('w', 'other'), mode('w', 'istio-system'), mode('w', 'empty')]).toEqual([
      'PERMISSIVE',
      'STRICT',
      'STRICT',
    ]);
  });

  test('the answer has its place', () => {
    const { field } = mtlsOf(mesh, labelled({ app: 'w' }), 8081);
    expect([field?.resource.name, field?.pathText]).toEqual(['w', 'spec.portLevelMtls["8081"].mode']);
    expect(mtlsOf(meshOf(''), labelled({})).field).toBeUndefined();
  });

  test('clients guess by the policies without selector', () => {
    expect([namespaceMtls(mesh, 'default')?.mode, namespaceMtls(mesh, 'other')?.mode]).toEqual([
      'STRICT',
      'PERMISSIVE',
    ]);
    expect(namespaceMtls(meshOf(''), 'default')).toBeUndefined();
  });

  test('auto mTLS asks whether sidecars are there where connections go to the called address', () => {
    const headless = (spec = '') =>
      meshOf(
        namespace('default') +
          namespace('bare', '') +
          service('bare/a', `clusterIP: None, ports: [{name: http, port: 80}]`) +
          deployment('bare/a') +
          service('b', `clusterIP: None, ports: [{name: http, port: 80}]`) +
          deployment('b') +
          spec,
      );
    const guess = (host: string, from: string) => {
      const world = headless();
      return inferredMtls(world, serviceFor(world, host, from)!, 80, {});
    };
    expect([guess('a', 'bare'), guess('b', 'default')]).toEqual(['DISABLE', 'PERMISSIVE']);
    const off = headless(configMap('enableAutoMtls: false'));
    expect(clientTls(off, serviceFor(off, 'b', 'default')!, 80, {}).by).toBe('nothing');
    expect(clientTls(headless(), serviceFor(headless(), 'b', 'default')!, 80, {}).by).toBe('auto-mtls');
  });
});

describe('policies are attached', () => {
  const gatewayPod = labelled({ app: 'gw', 'gateway.networking.k8s.io/gateway-name': 'gw' });
  const mesh = meshOf(
    security('AuthorizationPolicy', 'istio-system/root', 'selector: {matchLabels: {app: w}}') +
      security('AuthorizationPolicy', 'own', 'action: DENY') +
      security(
        'AuthorizationPolicy',
        'b-gateway',
        'targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: gw}]',
      ) +
      security(
        'AuthorizationPolicy',
        'other/gateway',
        'targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: gw}]',
      ) +
      security('RequestAuthentication', 'ra', 'selector: {matchLabels: {app: w}}') +
      security('RequestAuthentication', 'istio-system/ra', ''),
  );
  const names = (policies: readonly { namespace: string; name: string }[]) =>
    policies.map((policy) => `${policy.namespace}/${policy.name}`);

  test('by labels in the root namespace and their own', () => {
    const { allow, deny } = authorizationPolicies(mesh, labelled({ app: 'w' }));
    expect([names(allow), names(deny)]).toEqual([['istio-system/root'], ['default/own']]);
    expect(names(authorizationPolicies(mesh, labelled({ app: 'x' }, 'other')).allow)).toEqual([]);
    expect(names(requestAuthentications(mesh, labelled({ app: 'w' })))).toEqual(['default/ra', 'istio-system/ra']);
  });

  test('or to a Gateway of their namespace by name', () => {
    const { allow, deny } = authorizationPolicies(mesh, gatewayPod);
    expect([names(allow), names(deny)]).toEqual([['default/b-gateway'], ['default/own']]);
  });
});

describe('Telemetry', () => {
  const telemetry = (name: string, spec: string) =>
    object('telemetry.istio.io/v1', 'Telemetry', name, `spec: {${spec}}`);
  const config = configMap(
    'defaultProviders: {metrics: [prometheus], accessLogging: [envoy]}\nextensionProviders: [{name: otel, opentelemetry: {service: o, port: 1}}]',
  );
  const logs = (text: string, side: 'CLIENT' | 'SERVER' = 'SERVER') =>
    Object.fromEntries(accessLogs(meshOf(text), labelled({ app: 'w' }), side) ?? [['older', undefined]]);

  test('without any, MeshConfig’s providers log, else its older settings decide', () => {
    expect(logs(config)).toEqual({ envoy: { disabled: false, filter: undefined } });
    expect(logs('')).toEqual({ older: undefined });
  });

  test('a namespace switches off what the mesh switches on, for one side', () => {
    const text =
      config +
      telemetry('istio-system/mesh', 'accessLogging: [{filter: {expression: a}, providers: [{name: envoy}]}]') +
      telemetry('ns', 'accessLogging: [{disabled: true, match: {mode: CLIENT}}]');
    expect(logs(text, 'CLIENT')).toEqual({ envoy: { disabled: true, filter: undefined } });
    expect(logs(text, 'SERVER')).toEqual({ envoy: { disabled: false, filter: { expression: 'a' } } });
  });

  test('providers of a workload take the place of those of the namespace', () => {
    const text =
      config +
      telemetry('a', 'accessLogging: [{providers: [{name: envoy}]}]') +
      telemetry('b', 'selector: {matchLabels: {app: w}}, accessLogging: [{providers: [{name: otel}]}]');
    expect(logs(text)).toEqual({ otel: { disabled: false, filter: undefined } });
  });

  test('tracing: what is set last counts, and without a provider nothing is reported', () => {
    const text =
      config +
      telemetry('istio-system/mesh', 'tracing: [{providers: [{name: OTEL}], randomSamplingPercentage: 5}]') +
      telemetry('ns', 'tracing: [{randomSamplingPercentage: 50, match: {mode: SERVER}}]');
    const settings = (side: 'CLIENT' | 'SERVER') => tracing(meshOf(text), labelled({}), side);
    expect([settings('CLIENT')?.randomSamplingPercentage, settings('SERVER')?.randomSamplingPercentage]).toEqual([
      5, 50,
    ]);
    expect([settings('SERVER')?.provider?.name, settings('SERVER')?.disabled]).toEqual(['otel', false]);
    expect(tracing(meshOf(telemetry('a', 'tracing: [{}]')), labelled({}), 'CLIENT')?.disabled).toBe(true);
    expect(tracing(meshOf(''), labelled({}), 'CLIENT')).toBeUndefined();
  });

  test('metrics: overrides add up, and one side can be silenced and heard again', () => {
    const text =
      config +
      telemetry(
        'istio-system/mesh',
        'metrics: [{overrides: [{match: {mode: SERVER}, disabled: true}, {match: {metric: REQUEST_COUNT}, tagOverrides: {a: {value: x}, b: {operation: REMOVE}}}]}]',
      );
    const found = metrics(meshOf(text), labelled({})).get('prometheus');
    const count = {
      name: 'REQUEST_COUNT',
      disabled: false,
      tags: [
        { name: 'a', value: 'x' },
        { name: 'b', value: undefined },
      ],
    };
    expect(found?.client).toEqual({ disabled: false, overrides: [count] });
    expect(found?.server).toEqual({ disabled: false, overrides: [count] });
    const silenced =
      text + telemetry('ns', 'metrics: [{overrides: [{match: {metric: ALL_METRICS, mode: CLIENT}, disabled: true}]}]');
    expect(metrics(meshOf(silenced), labelled({})).get('prometheus')?.client).toEqual({
      disabled: true,
      overrides: [],
    });
  });
});

test('the configuration of a proxy: mesh, root namespace, namespace, annotation, selector', () => {
  const proxyConfig = (name: string, spec: string) =>
    object('networking.istio.io/v1beta1', 'ProxyConfig', name, `spec: {${spec}}`);
  const mesh = meshOf(
    configMap('defaultConfig: {concurrency: 1, proxyMetadata: {A: mesh, B: mesh}}') +
      proxyConfig('istio-system/root', 'environmentVariables: {B: root, C: root}') +
      proxyConfig('chosen', 'selector: {matchLabels: {app: w}}, concurrency: 5'),
  );
  const annotations = { 'proxy.istio.io/config': 'concurrency: 3\nproxyMetadata: {C: pod}' };
  const chosen = proxyConfigOf(mesh, { namespace: 'default', labels: { app: 'w' }, annotations });
  expect([chosen.concurrency, chosen.proxyMetadata]).toEqual([5, { A: 'mesh', B: 'root', C: 'pod' }]);
  expect(proxyConfigOf(mesh, { namespace: 'default', labels: {}, annotations }).concurrency).toBe(3);
});

test('EnvoyFilters: by priority, then the root namespace, for the version and metadata they name', () => {
  const filter = (name: string, spec: string) =>
    object('networking.istio.io/v1alpha3', 'EnvoyFilter', name, `spec: {${spec}}`);
  const patch = (match: string) =>
    `configPatches: [{applyTo: CLUSTER, match: {${match}}, patch: {operation: MERGE, value: {}}}]`;
  const mesh = meshOf(
    namespace('default') +
      deployment('w') +
      filter('first', `priority: -1, ${patch('')}`) +
      filter('a', patch("proxy: {proxyVersion: '^1\\.31.*'}")) +
      filter('b', patch("proxy: {proxyVersion: '^1\\.9.*'}")) +
      filter('c', patch('proxy: {metadata: {NAMESPACE: default}}')) +
      filter('d', patch('proxy: {metadata: {NAMESPACE: other}}')) +
      filter('istio-system/root', patch('')) +
      filter('other/theirs', patch('')) +
      filter('unselected', `workloadSelector: {labels: {app: x}}, ${patch('')}`),
  );
  const found = findProxy(mesh, 'w.default');
  if (!('proxy' in found)) throw new Error(found.because);
  expect(envoyFilters(mesh, found.proxy).map(({ name }) => name)).toEqual(['first', 'root', 'a', 'b', 'c', 'd']);
  expect(envoyPatches(mesh, found.proxy).map(({ resource }) => resource.name)).toEqual(['first', 'root', 'a', 'c']);
});

test('extensions: by priority within a phase, for the listeners they choose', () => {
  const plugin = (name: string, spec: string) =>
    object('extensions.istio.io/v1alpha1', 'WasmPlugin', name, `spec: {url: oci://x, ${spec}}`);
  const mesh = meshOf(
    plugin('a', 'phase: AUTHN') +
      plugin('b', 'phase: AUTHN, priority: 10') +
      plugin('istio-system/c', 'phase: AUTHN, priority: 20') +
      plugin('d', 'phase: STATS, match: [{mode: SERVER, ports: [{number: 80}]}]'),
  );
  const names = extensions(mesh, labelled({}), 'AUTHN').map(({ name }) => name);
  expect(names).toEqual(['c', 'b', 'a']);
  const [d] = extensions(mesh, labelled({}), 'STATS');
  expect([
    isForListener(d!, { port: 80, mode: 'SERVER' }),
    isForListener(d!, { port: 80, mode: 'CLIENT' }),
    isForListener(d!, { port: 81, mode: 'SERVER' }),
  ]).toEqual([true, false, false]);
});
