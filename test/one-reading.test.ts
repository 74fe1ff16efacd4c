import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { read, simulate } from '../src';
import type { Call } from '../src/graph/connection';
import { callers } from '../src/graph/client-classes';
import { isOfGateway } from '../src/graph/calls';
import { clientsId, serviceId, workloadId } from '../src/graph/nodes';
import { targetsOf } from '../src/graph/targets';
import { diff } from '../src/diff';
import { graph } from '../src/graph';
import { effectsOf } from '../src/simulation/effect';
import type { Way } from '../src/simulation/journey';
import { Mesh } from '../src/mesh/mesh';
import { services } from '../src/mesh/services/services';
import type { Workload } from '../src/mesh/workloads/workloads';
import { probesOf } from '../src/difference/probes';

// What the graph says of a call, what diff says of a change, and what simulate says of a request come from one reading.

const yamlUnder = (path: string): string[] =>
  (readdirSync(path, { recursive: true }) as string[])
    .filter((file) => /\.ya?ml$/.test(file))
    .sort()
    .map((file) => join(path, file));

const MESHES: Record<string, readonly string[]> = {
  ...Object.fromEntries(
    readdirSync('fixtures/simulate').map((file) => [file, [join('fixtures/simulate', file)]] as const),
  ),
  bookinfo: [
    ...yamlUnder('fixtures/bookinfo'),
    ...yamlUnder('fixtures/bookinfo-networking/destination-rule-all'),
    ...yamlUnder('fixtures/bookinfo-networking/virtual-service-reviews-test-v2'),
  ],
  ...Object.fromEntries(
    readdirSync('fixtures/one-reading').map((file) => [file, [join('fixtures/one-reading', file)]] as const),
  ),
};

const meshOfFiles = (paths: readonly string[]): Mesh =>
  new Mesh(paths.map((path) => read(path, readFileSync(path, 'utf8'))));

const arrives = ({ end }: Way): boolean => end.kind === 'arrived';
/** Whether a way shows that a server lets nobody in, and not only that the client's proxy sends nothing. */
const isRefused = ({ end, hops }: Way): boolean =>
  end.kind === 'closed by ztunnel' || (end.kind === 'stopped' && hops.at(-1)?.role === 'server');

function callOf(calls: readonly Call[], client: Workload, to: string): Call | undefined {
  const names = [workloadId(client), clientsId(client.namespace)];
  const own = calls.find((call) => call.to === to && names.includes(call.from));
  const others = calls.find((call) => call.to === to && call.from === clientsId(''));
  return own ?? (others?.except?.some((name) => names.includes(name)) ? undefined : others);
}

describe.each(Object.entries(MESHES))('%s', (_, paths) => {
  const mesh = meshOfFiles(paths);
  const calls = graph(mesh).edges.filter((edge): edge is Call => edge.kind === 'call');

  test('what the graph says of each call is what simulate says of it', () => {
    const wrong: string[] = [];
    for (const service of services(mesh).filter((each) => !isOfGateway(mesh, each)))
      for (const client of callers(mesh).filter(({ pods }) => pods.length > 0)) {
        const call = callOf(calls, client, serviceId(service));
        const from = `${client.name}.${client.namespace}`;
        const ways = targetsOf(service).flatMap(
          ({ scheme, host, port }) => simulate(mesh, { from, url: `${scheme}://${host}:${port}/` }).ways,
        );
        const isRight =
          call === undefined
            ? !ways.some((way) => arrives(way) || isRefused(way))
            : call.allowed === 'maybe' ||
              (call.allowed === 'yes' ? !ways.some(isRefused) && ways.some(arrives) : !ways.some(arrives));
        if (!isRight) wrong.push(`${from} -> ${serviceId(service)}: ${call?.allowed ?? 'no call'}`);
      }
    expect(wrong).toEqual([]);
  });
});

/** The same mesh without one of its objects, for each object that routes, or decides about connections. */
function* withoutOne(mesh: Mesh): Iterable<[title: string, mesh: Mesh]> {
  const KINDS = ['VirtualService', 'DestinationRule', 'AuthorizationPolicy', 'PeerAuthentication'];
  for (const resource of mesh.resources)
    if (KINDS.includes(resource.kind)) {
      const text = mesh.resources
        .filter((each) => each !== resource)
        .map(({ value }) => `---\n${JSON.stringify(value)}\n`)
        .join('');
      yield [resource.title, new Mesh([read('changed.yaml', text)])];
    }
}

test.each(Object.entries(MESHES))('what a change changes for simulate in %s, diff reports', (_, paths) => {
  const before = meshOfFiles(paths);
  const missed: string[] = [];
  for (const [title, after] of withoutOne(before)) {
    const effects = (mesh: Mesh): string =>
      JSON.stringify(
        probesOf(before).map(({ request }) => {
          try {
            return effectsOf(simulate(mesh, request, { explain: false }));
          } catch {
            return undefined;
          }
        }),
      );
    const isReported = diff(before, after).changes.length > 0;
    if (effects(before) !== effects(after) && !isReported) missed.push(title);
  }
  expect(missed).toEqual([]);
});
