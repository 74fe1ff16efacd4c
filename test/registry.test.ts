import { simulate } from '../src';
import type { Mesh } from '../src/mesh/mesh';
import { type Registry, registries } from '../src/mesh/registry';
import { type Endpoint, type Service, serviceKey } from '../src/mesh/services/service';
import type { Field } from '../src/source/field';
import { configMap, deployment, meshOf, namespace, networking, service } from './mesh-of';
import { sentenceOf } from './sentence';

// Another platform is one more registry: everything else asks what a service says of itself. This one reads lines
// `HOST ADDRESS:PORT` of ConfigMaps that are labelled as a catalogue.

const catalogue: Registry = {
  services: (mesh) => entries(mesh).map(serviceOf),
  endpoints: (mesh, key) =>
    entries(mesh)
      .filter((entry) => serviceKey(serviceOf(entry)) === key)
      .map(endpointOf),
  targetsOfPod: () => [],
  targetsOfEntry: () => [],
};

interface Entry {
  readonly hostname: string;
  readonly address: string;
  readonly port: number;
  readonly namespace: string;
  readonly field: Field;
}

const entries = (mesh: Mesh): Entry[] =>
  mesh
    .all('ConfigMap')
    .filter(({ metadata }) => metadata.labels?.['catalogue'] === 'true')
    .flatMap((map) =>
      Object.values(map.value.data ?? {}).map((line) => {
        const [, hostname, address, port] = /^(\S+) (\S+):(\d+)$/.exec(line)!;
        const field = map.at(['metadata', 'name']);
        return { hostname: hostname!, address: address!, port: Number(port), namespace: map.namespace, field };
      }),
    );

const serviceOf = ({ hostname, port, namespace, field }: Entry): Service => ({
  isInCluster: false,
  hostname,
  name: hostname,
  namespace,
  objectName: hostname,
  ports: [{ name: 'http', number: port, protocol: 'HTTP', targetPort: undefined, field }],
  resolution: 'static',
  addresses: ['0.0.0.0'],
  autoAllocatedAddresses: [],
  externalAddresses: [],
  meshExternal: false,
  exportTo: new Set(),
  visibility: 'public',
  labels: {},
  selector: undefined,
  serviceAccounts: [],
  created: 0,
  externalName: undefined,
  aliases: [],
  kubernetesType: undefined,
  nodeLocal: false,
  trafficDistribution: 'any',
  publishNotReadyAddresses: false,
  racesConnections: false,
  field,
});

const endpointOf = ({ address, port, namespace, field }: Entry): Endpoint => ({
  address,
  port,
  portName: 'http',
  portNumber: port,
  labels: {},
  serviceAccount: '',
  network: '',
  locality: '',
  tlsMode: 'disabled',
  workloadName: '',
  namespace,
  weight: 0,
  health: 'healthy',
  nodeName: '',
  hostname: '',
  subdomain: '',
  field,
});

const WORLD =
  namespace('shop') +
  service('shop/web', 'ports: [{name: http, port: 80}]') +
  deployment('shop/web', 'version: v1', '[{containerPort: 80}]') +
  '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: catalogue, namespace: shop, labels: {catalogue: "true"}}\n' +
  'data: {stock: "stock.warehouse.example 10.9.8.7:8080"}\n---\n' +
  configMap('outboundTrafficPolicy: {mode: REGISTRY_ONLY}');

const asked = (yaml: string) =>
  sentenceOf(simulate(meshOf(yaml), { from: 'web.shop', url: 'http://stock.warehouse.example:8080/items' }));

describe('a further registry', () => {
  test('is not asked before it is in the list', () => {
    expect(asked(WORLD)).toMatch(/fails: .*stock\.warehouse\.example/);
  });

  describe('in the list', () => {
    beforeAll(() => (registries as Registry[]).push(catalogue));
    afterAll(() => (registries as Registry[]).pop());

    test('has services that requests reach', () => {
      expect(asked(WORLD)).toContain('10.9.8.7');
    });

    test('whose routes apply as to all others', () => {
      const teapot = 'hosts: [stock.warehouse.example], http: [{directResponse: {status: 418}}]';
      expect(asked(WORLD + networking('VirtualService', 'shop/stock', teapot))).toContain('418');
    });
  });
});
