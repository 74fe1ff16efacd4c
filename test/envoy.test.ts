import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { verify } from '../src/cli/options/tokens';
import type { EnvoyConfig } from '../src/envoy/config';
import { execute } from '../src/envoy/execute';
import { type Hop, hopOf } from '../src/envoy/hop';
import { type HopRequest, arrivalOf } from '../src/simulation/hop-request';
import { RUNTIME } from '../src/pilot/runtime';
import { simulateHop } from '../src/simulate';
import { Mesh } from '../src/mesh/mesh';
import { read } from '../src/source/read';

/**
 * `fixtures/envoy/CASE.json` holds requests and what a real Envoy made of them, which ran what the real Pilot makes of
 * `fixtures/pilot/CASE/input`. Where all that Pilot made lies there, the engine is asked to run that as well.
 */
const root = 'fixtures/envoy';
const TYPES = ['listeners', 'routes', 'clusters', 'endpoints'] as const;

/** When the tokens in the requests were made. */
const NOW = 1_764_000_000;

interface Asked {
  request: HopRequest;
  expected: Partial<Hop>;
}

const json = <T>(...path: string[]): T => JSON.parse(readFileSync(join(...path), 'utf8')) as T;

/** The fields that are expected, headers in an order of their own. */
function comparable(hop: Partial<Hop>, expected: Partial<Hop>): unknown {
  const kept = Object.fromEntries(Object.keys(expected).map((key) => [key, hop[key as keyof Hop]]));
  return JSON.parse(JSON.stringify(kept), (key, value: unknown) =>
    /headers$/i.test(key) && Array.isArray(value) ? value.map((pair) => JSON.stringify(pair)).sort() : value,
  );
}

/** What Pilot made for a proxy, where all of it was kept. */
function goldenOf(name: string, workload: string): EnvoyConfig | undefined {
  const folder = join('fixtures/pilot', name);
  const proxies = json<{ name: string; workload: string }[]>(folder, 'proxies.json');
  const golden = join(folder, 'golden', proxies.find((proxy) => proxy.workload === workload)?.name ?? '');
  if (!TYPES.every((type) => existsSync(join(golden, `${type}.json`)))) return undefined;
  const [listeners, routes, clusters, endpoints] = TYPES.map((type) => json<never[]>(golden, `${type}.json`));
  return { listeners: listeners!, routes: routes!, clusters: clusters!, endpoints: endpoints!, runtime: RUNTIME };
}

describe.each(readdirSync(root).map((file) => file.replace('.json', '')))('%s', (name) => {
  const input = join('fixtures/pilot', name, 'input');
  const files = readdirSync(input).sort();
  const mesh = new Mesh(files.map((file) => read(file, readFileSync(join(input, file), 'utf8'))));
  const asked = json<Asked[]>(root, `${name}.json`);
  const configs = new Map(
    [...new Set(asked.map(({ request }) => request.proxy))].map((proxy) => [proxy, goldenOf(name, proxy)]),
  );

  test.each(asked)('$request.name', ({ request, expected }) => {
    const options = { now: NOW, verify };
    const whole = simulateHop(mesh, request, options);
    expect(comparable(whole, expected)).toEqual(comparable(expected, expected));

    const config = configs.get(request.proxy);
    if (!config) return;
    const arrival = arrivalOf(request, '0.0.0.0', 'cluster.local');
    const alone = hopOf(execute(config, arrival, { ...options, repeat: request.repeat ?? 1 }), arrival);
    expect(comparable(alone, expected)).toEqual(comparable(expected, expected));
  });
});

test('the engine alone is judged by many requests, not only through our own translation', () => {
  const alone = readdirSync(root).flatMap((file) =>
    json<Asked[]>(root, file).filter(({ request }) => goldenOf(file.replace('.json', ''), request.proxy)),
  );
  expect(alone.length).toBeGreaterThan(100);
});
