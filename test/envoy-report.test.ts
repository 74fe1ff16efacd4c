import { load } from 'js-yaml';
import fc from 'fast-check';
import type { EnvoyConfig } from '../src/envoy/config';
import { Mesh } from '../src/mesh/mesh';
import { findProxy } from '../src/mesh/workloads/proxy';
import { translate } from '../src/pilot/translate';
import { envoyJson, envoyTable, envoyYaml } from '../src/report/envoy';
import { chosen } from '../src/report/envoy-choice';
import { yaml } from '../src/report/yaml';
import { read } from '../src/source/read';

const SHOP = `apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec:
  selector: { app: cart }
  ports:
  - { name: http, port: 80, targetPort: 8080 }
  - { name: tcp, port: 9000 }
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
    tls: { mode: ISTIO_MUTUAL }
  subsets:
  - { name: v1, labels: { version: v1 } }
`;

const mesh = new Mesh([read('shop.yaml', SHOP)]);
const found = findProxy(mesh, 'cart.shop');
if (!('proxy' in found)) throw new Error('the test needs a proxy');
const { config, origins } = translate(mesh, found.proxy);
const names = (part: Partial<EnvoyConfig>) => part.clusters?.map(({ name }) => name);

test('a table of clusters has the columns of istioctl', () => {
  expect(envoyTable({ ...config, clusters: config.clusters.slice(0, 3) }, 'clusters')).toBe(
    [
      'SERVICE FQDN                    PORT     SUBSET     DIRECTION     TYPE     DESTINATION RULE',
      'cart.shop.svc.cluster.local     80       -          outbound      EDS      cart.shop',
      'cart.shop.svc.cluster.local     9000     -          outbound      EDS      cart.shop',
      'cart.shop.svc.cluster.local     80       v1         outbound      EDS      cart.shop',
      '',
    ].join('\n'),
  );
});

test('a table of endpoints has the columns of istioctl', () => {
  expect(envoyTable(chosen(config, { name: 'outbound|80|v1|cart.shop.svc.cluster.local' }), 'endpoints')).toBe(
    [
      'ENDPOINT            STATUS      OUTLIER CHECK     CLUSTER',
      '10.244.0.1:8080     HEALTHY     OK                outbound|80|v1|cart.shop.svc.cluster.local',
      '',
    ].join('\n'),
  );
});

test('filters hold together', () => {
  expect(names(chosen(config, { port: 9000, fqdn: 'cart.shop' }))).toEqual([
    'outbound|9000||cart.shop.svc.cluster.local',
    'outbound|9000|v1|cart.shop.svc.cluster.local',
  ]);
  expect(names(chosen(config, { name: 'BlackHoleCluster', port: 9000 }))).toEqual([]);
  // As in istioctl, the port of an endpoint is its own.
  expect(chosen(config, { port: 8080 }).endpoints.map(({ clusterName }) => clusterName)).toEqual([
    'outbound|80||cart.shop.svc.cluster.local',
    'outbound|80|v1|cart.shop.svc.cluster.local',
  ]);
});

test('JSON is an object with all kinds, or the list of one', () => {
  expect(Object.keys(JSON.parse(envoyJson(config, 'all')) as object)).toEqual([
    'listeners',
    'routes',
    'clusters',
    'endpoints',
  ]);
  expect(JSON.parse(envoyJson(config, 'clusters'))).toEqual(JSON.parse(JSON.stringify(config.clusters)));
});

test('YAML says where a piece came from', () => {
  const text = envoyYaml(config, 'clusters', origins);
  expect(text).toContain('# shop.yaml:11 spec.ports[0]\n- name: "outbound|80||cart.shop.svc.cluster.local"\n');
  expect(text).toContain('# shop.yaml:31 spec.subsets[0]\n- name: "outbound|80|v1|cart.shop.svc.cluster.local"\n');
  expect(text).toContain('  transportSocket: # shop.yaml:29 spec.trafficPolicy.tls\n');
  expect(load(text)).toEqual(JSON.parse(envoyJson(config, 'clusters')));
});

test('YAML means what was put in', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      // -0 is 0 in JSON already.
      const plain = JSON.parse(JSON.stringify(value)) as unknown;
      expect(load(yaml(plain))).toEqual(plain);
    }),
    { numRuns: 500 },
  );
});
