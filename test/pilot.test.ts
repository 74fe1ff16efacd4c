import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Mesh } from '../src/mesh/mesh';
import { findProxy } from '../src/mesh/workloads/proxy';
import { translate, translateInbound } from '../src/pilot/translate';
import { read } from '../src/source/read';
import { byName } from './envoy-config';

/**
 * `fixtures/pilot/CASE/golden/PROXY/TYPE.json` is what the real Pilot makes of `CASE/input` for a proxy. Every golden there is
 * must be met in full; a type without one is not asked about.
 */
const root = 'fixtures/pilot';
const TYPES = ['listeners', 'routes', 'clusters', 'endpoints'] as const;

interface ProxyEntry {
  name: string;
  /** `WORKLOAD.NAMESPACE`. */
  workload: string;
}

const json = <T>(...path: string[]): T => JSON.parse(readFileSync(join(root, ...path), 'utf8')) as T;

const cases = readdirSync(root).flatMap((name) =>
  json<ProxyEntry[]>(name, 'proxies.json')
    .filter((proxy) => existsSync(join(root, name, 'golden', proxy.name)))
    .map((proxy) => ({ name, proxy, title: `${name}: ${proxy.name}` })),
);

function meshOf(name: string): Mesh {
  const folder = join(root, name, 'input');
  const files = readdirSync(folder).sort();
  return new Mesh(files.map((file) => read(file, readFileSync(join(folder, file), 'utf8'))));
}

describe.each(cases)('$title', ({ name, proxy }) => {
  const mesh = meshOf(name);
  const found = findProxy(mesh, proxy.workload);
  const config = 'proxy' in found ? translate(mesh, found.proxy).config : undefined;
  const asked = TYPES.filter((type) => existsSync(join(root, name, 'golden', proxy.name, `${type}.json`)));

  test('has a golden', () => expect(asked).not.toEqual([]));

  test.each(asked)('%s', (type) => {
    const golden = json<object[]>(name, 'golden', proxy.name, `${type}.json`);
    expect(byName(config?.[type] ?? [])).toEqual(byName(golden));
  });

  test('what is inbound is the same when it is made alone', () => {
    const alone = 'proxy' in found ? translateInbound(mesh, found.proxy).config : undefined;
    for (const type of TYPES) expect(config?.[type]).toEqual(expect.arrayContaining([...(alone?.[type] ?? [])]));
    const inbound = config?.clusters.filter((cluster) => /^inbound\||^InboundPassthrough/.test(cluster.name ?? ''));
    expect(alone?.clusters).toEqual(expect.arrayContaining(inbound ?? []));
  });
});
