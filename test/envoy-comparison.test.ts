import { readConfigDump } from '../src/envoy/config-dump';
import type { EnvoyConfig } from '../src/envoy/config';
import { Mesh } from '../src/mesh/mesh';
import { findProxy } from '../src/mesh/workloads/proxy';
import { compareWithLive } from '../src/pilot/comparison';
import { translate } from '../src/pilot/translate';
import { comparisonJson, comparisonText } from '../src/report/envoy-comparison';
import { plain } from '../src/report/style';
import { read } from '../src/source/read';

const SHOP = (connections: number) => `apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec: { selector: { app: cart }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: cart, namespace: shop }
spec:
  selector: { matchLabels: { app: cart } }
  template:
    metadata: { labels: { app: cart, version: v1 } }
    spec: { containers: [{ name: app, image: app }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: cart, namespace: shop }
spec:
  host: cart
  trafficPolicy:
    connectionPool:
      tcp: { maxConnections: ${connections} }
`;

function translated(text: string) {
  const mesh = new Mesh([read('shop.yaml', text)]);
  const found = findProxy(mesh, 'cart.shop');
  if (!('proxy' in found)) throw new Error('the test needs a proxy');
  return { mesh, translation: translate(mesh, found.proxy) };
}

/** As Envoy spells its fields; what is in a struct is left as it is. */
function inSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inSnakeCase);
  if (value === null || typeof value !== 'object') return value;
  const spelt = (key: string) =>
    /^[a-z]\w*$/.test(key) ? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : key;
  const isFree = (key: string) => key === 'filterMetadata' || key === 'value';
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [spelt(key), isFree(key) ? item : inSnakeCase(item)]),
  );
}

/** What an Envoy with this configuration would say of itself. */
function dumpOf({ clusters, endpoints, listeners, routes }: EnvoyConfig): unknown {
  const own = { '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster', name: 'agent', type: 'STATIC' };
  return inSnakeCase({
    configs: [
      { staticClusters: [{ cluster: own }], dynamicActiveClusters: clusters.map((cluster) => ({ cluster })) },
      { dynamicListeners: listeners.map((listener) => ({ name: listener.name, activeState: { listener } })) },
      { dynamicRouteConfigs: routes.map((routeConfig) => ({ routeConfig })) },
      { dynamicEndpointConfigs: endpoints.map((endpointConfig) => ({ endpointConfig })) },
    ],
  });
}

const live = (config: EnvoyConfig): EnvoyConfig => readConfigDump(JSON.parse(JSON.stringify(dumpOf(config))))!;

test('a dump holds what the proxy was sent', () => {
  const { listeners, routes, clusters, endpoints } = translated(SHOP(1)).translation.config;
  const sent = { listeners, routes, clusters, endpoints };
  expect(live(sent)).toMatchObject(JSON.parse(JSON.stringify(sent)) as object);
});

test('what is no dump is none', () => {
  for (const value of [null, [], 'text', {}, { configs: {} }]) expect(readConfigDump(value)).toBeUndefined();
});

test('a proxy that is in sync differs in nothing', () => {
  const { mesh, translation } = translated(SHOP(1));
  const { compared, deviations } = compareWithLive(mesh, translation, live(translation.config));
  expect(deviations).toEqual([]);
  expect(compared).toBeGreaterThan(4);
});

test('addresses and the number of pods do not count', () => {
  const { mesh, translation } = translated(SHOP(1));
  const elsewhere = JSON.parse(
    JSON.stringify(translation.config).replaceAll('10.244.', '10.99.').replaceAll('10.96.', '172.20.'),
  ) as EnvoyConfig;
  const [cart] = elsewhere.endpoints;
  cart!.endpoints![0]!.lbEndpoints!.push(cart!.endpoints![0]!.lbEndpoints![0]!);
  expect(compareWithLive(mesh, translation, live(elsewhere)).deviations).toEqual([]);
});

test('a difference is told in a sentence, with the field behind it', () => {
  const { mesh, translation } = translated(SHOP(1));
  const other = translated(SHOP(2)).translation.config;
  const name = 'outbound|80||cart.shop.svc.cluster.local';
  const comparison = compareWithLive(mesh, translation, live(other), ['clusters']);
  expect(comparisonText(comparison, translation.origins, plain)).toContain(
    `clusters\n  ${name}\n    circuitBreakers.thresholds[0].maxConnections is 1 by your files, and 2 in the proxy (shop.yaml:25 spec.trafficPolicy.connectionPool)\n`,
  );
  const { differing } = JSON.parse(comparisonJson(comparison, translation.origins)) as {
    differing: { name: string }[];
  };
  expect(differing.map((each) => each.name)).toContain(name);
});

test('what only one side has is told, what is of other namespaces is counted', () => {
  const { mesh, translation } = translated(SHOP(1));
  const { config } = translation;
  const [first, ...rest] = config.clusters;
  const added = [
    { ...first, name: 'outbound|80||old.shop.svc.cluster.local' },
    { ...first, name: 'outbound|53||dns.kube-system.svc.cluster.local' },
  ];
  const comparison = compareWithLive(mesh, translation, live({ ...config, clusters: [...rest, ...added] }), [
    'clusters',
  ]);
  const text = comparisonText(comparison, translation.origins, plain);
  expect(text).toContain(`  ${first!.name}: in your files, but not in the proxy (shop.yaml:8 spec.ports[0])\n`);
  expect(text).toContain('  outbound|80||old.shop.svc.cluster.local: in the proxy, but not in your files\n');
  expect(text).toContain('2 of 6 resources differ; 1 more belong to namespaces that your files do not contain\n');
});
