import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Mesh } from '../src/mesh/mesh';
import { translateZtunnel } from '../src/pilot/ztunnel';
import { read } from '../src/source/read';
import type { ZtunnelConfig } from '../src/ztunnel/config';

/** `fixtures/pilot/CASE/golden/ztunnel.json` is what the real Pilot sends to ztunnel. Every golden must be met in full. */
const root = 'fixtures/pilot';
const cases = readdirSync(root).filter((name) => existsSync(join(root, name, 'golden', 'ztunnel.json')));

function meshOf(name: string): Mesh {
  const folder = join(root, name, 'input');
  return new Mesh(
    readdirSync(folder)
      .sort()
      .map((file) => read(file, readFileSync(join(folder, file), 'utf8'))),
  );
}

const by = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] =>
  [...items].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));

const inOrder = ({ workloads, services, policies }: ZtunnelConfig): ZtunnelConfig => ({
  workloads: by(workloads, ({ uid }) => uid),
  services: by(services, ({ namespace, hostname }) => `${namespace}/${hostname}`),
  policies: by(policies, ({ namespace, name }) => `${namespace}/${name}`),
});

describe('what ztunnel receives', () => {
  test('there are goldens', () => expect(cases.length).toBeGreaterThan(20));

  test.each(cases)('%s', (name) => {
    const golden = JSON.parse(readFileSync(join(root, name, 'golden', 'ztunnel.json'), 'utf8')) as ZtunnelConfig;
    expect(inOrder(translateZtunnel(meshOf(name)).config)).toEqual(inOrder(golden));
  });
});
