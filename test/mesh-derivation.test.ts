import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Mesh } from '../src/mesh/mesh';
import { findProxy } from '../src/mesh/workloads/proxy';
import { slicesOf } from '../src/mesh/registry/endpoint-slices';
import { clusterServices } from '../src/mesh/registry/kubernetes';
import { pods } from '../src/mesh/workloads/workloads';
import { read } from '../src/source/read';

/** What a cluster's controllers add to a mesh that is only in files: `golden/derived.json`, from the oracle. */
const root = 'fixtures/pilot';
const cases = readdirSync(root).filter((name) => existsSync(join(root, name, 'golden', 'derived.json')));

interface Derived {
  pods: object[];
  services: object[];
  endpointSlices: { service: string; ports: string[] | null; addresses: string[] | null }[];
}

function meshOf(name: string): Mesh {
  const folder = join(root, name, 'input');
  const files = readdirSync(folder).sort();
  return new Mesh(files.map((file) => read(file, readFileSync(join(folder, file), 'utf8'))));
}

const json = <T>(...path: string[]): T => JSON.parse(readFileSync(join(root, ...path), 'utf8')) as T;
const inAnyOrder = (items: readonly object[]): string[] => items.map((item) => JSON.stringify(item)).sort();

describe.each(cases)('%s', (name) => {
  const mesh = meshOf(name);
  const derived = json<Derived>(name, 'golden', 'derived.json');

  test('pods', () => {
    const ours = pods(mesh).map(({ ip, labels, namespace, serviceAccount, ...pod }) => {
      return { ip, labels: { ...labels }, name: pod.name, namespace, serviceAccount };
    });
    expect(ours).toEqual(derived.pods);
  });

  test('addresses of services', () => {
    const ours = clusterServices(mesh).map(({ clusterIP, resource }) => {
      return { clusterIP, name: resource.name, namespace: resource.namespace };
    });
    expect(ours).toEqual(derived.services);
  });

  test('endpoint slices', () => {
    const ours = clusterServices(mesh).flatMap(({ resource }) =>
      slicesOf(mesh, resource).map(({ ports, endpoints }) => ({
        addresses: endpoints.map(({ address }) => address),
        ports: ports.map((port) => `${port.name}=${port.number}`),
        service: `${resource.namespace}/${resource.name}`,
      })),
    );
    expect(inAnyOrder(ours)).toEqual(
      inAnyOrder(derived.endpointSlices.map(({ addresses, ports, service }) => ({ addresses, ports, service }))),
    );
  });

  test('proxies', () => {
    const proxies = json<{ type: string; workload: string }[]>(name, 'proxies.json');
    const ours = proxies.map(({ workload }) => {
      const found = findProxy(mesh, workload);
      if (!('proxy' in found)) return found;
      const { kind, ip, serviceAccount, labels } = found.proxy;
      return { type: kind, workload, ip, serviceAccount, labels: { ...labels } };
    });
    expect(ours).toEqual(proxies.map((proxy) => ({ ...proxy, name: undefined })));
  });
});
