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
import type { Request } from '../src/simulation/request';
import type { Way } from '../src/simulation/journey';
import { Mesh } from '../src/mesh/mesh';
import { services } from '../src/mesh/services/services';
import type { Resource } from '../src/source/resource';
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
  'honest ends': ['fixtures/honest-ends.yaml'],
  'ambient bookinfo': yamlUnder('fixtures/ambient-bookinfo'),
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

const KINDS = [
  'VirtualService',
  'DestinationRule',
  'AuthorizationPolicy',
  'PeerAuthentication',
  'RequestAuthentication',
  'ServiceEntry',
  'Sidecar',
  'Gateway',
];

interface Change {
  readonly title: string;
  readonly after: Mesh;
}

const meshWith = (mesh: Mesh, resource: Resource, value: unknown): Mesh => {
  const values = mesh.resources.flatMap((each) => (each === resource ? (value ?? []) : each.value));
  return new Mesh([read('changed.yaml', values.map((each) => `---\n${JSON.stringify(each)}\n`).join(''))]);
};

/** The same mesh without one of its objects, and with one value of it changed, for each object that routes or decides. */
function* changesOf(mesh: Mesh): Iterable<Change> {
  for (const resource of mesh.resources.filter(({ kind }) => KINDS.includes(kind))) {
    yield { title: `without ${resource.title}`, after: meshWith(mesh, resource, undefined) };
    const { spec } = resource.value as { spec?: unknown };
    for (const [path, other] of otherValues(spec, 'spec'))
      yield { title: `${resource.title} ${path}`, after: meshWith(mesh, resource, { ...resource.value, spec: other }) };
  }
}

/** A value with one part of it changed, for each part: another text, number or choice, and one item or member less. */
function* otherValues(value: unknown, path: string): Iterable<[path: string, other: unknown]> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      yield [`${path}[${index}] removed`, value.filter((_, at) => at !== index)];
      for (const [inner, other] of otherValues(item, `${path}[${index}]`)) yield [inner, value.with(index, other)];
    }
    return;
  }
  if (value !== null && typeof value === 'object') {
    for (const [name, inner] of Object.entries(value)) {
      const { [name]: _, ...others } = value as Record<string, unknown>;
      yield [`${path}.${name} removed`, others];
      for (const [at, other] of otherValues(inner, `${path}.${name}`)) yield [at, { ...value, [name]: other }];
    }
    return;
  }
  if (typeof value === 'number') yield [`${path} is ${value + 1}`, value + 1];
  if (typeof value === 'boolean') yield [`${path} is ${!value}`, !value];
  if (typeof value === 'string') for (const other of otherTexts(value)) yield [`${path} is ${other}`, other];
}

const CHOICES = [
  ['STRICT', 'PERMISSIVE', 'DISABLE'],
  ['DISABLE', 'SIMPLE', 'ISTIO_MUTUAL'],
  ['ALLOW', 'DENY'],
];

function otherTexts(text: string): string[] {
  const choices = CHOICES.filter((each) => each.includes(text)).flat();
  if (choices.length > 0) return [...new Set(choices)].filter((each) => each !== text);
  return [/^[\d.]+s$/.test(text) ? '7s' : `${text}x`];
}

/** Some of many, always the same ones, spread over all. */
function someOf<Item>(items: readonly Item[], most: number): readonly Item[] {
  const step = Math.max(1, items.length / most);
  return Array.from({ length: Math.min(most, items.length) }, (_, index) => items[Math.floor(index * step)]!);
}

/** As many changes of each mesh as take a second or two. All of them: ALL_CHANGES=1 */
const MOST_CHANGES = process.env['ALL_CHANGES'] ? Infinity : 10;

/** Requests from every client to every port, beside those that the conditions of the mesh suggest. */
const requestsOf = (mesh: Mesh): Request[] => [
  ...probesOf(mesh).map(({ request }) => request),
  ...callers(mesh)
    .filter(({ pods }) => pods.length > 0)
    .flatMap(({ name, namespace }) =>
      services(mesh).flatMap((service) =>
        targetsOf(service).map(({ scheme, host, port }) => ({
          from: `${name}.${namespace}`,
          url: `${scheme}://${host}:${port}/`,
        })),
      ),
    ),
];

test.each(Object.entries(MESHES))('what a change changes for simulate in %s, diff reports', (_, paths) => {
  const before = meshOfFiles(paths);
  const missed: string[] = [];
  const requests = requestsOf(before);
  const effects = (mesh: Mesh): string =>
    JSON.stringify(
      requests.map((request) => {
        try {
          return effectsOf(simulate(mesh, request, { explain: false }));
        } catch {
          return undefined;
        }
      }),
    );
  const known = effects(before);
  for (const { title, after } of someOf([...changesOf(before)], MOST_CHANGES)) {
    const isReported = diff(before, after).changes.length > 0;
    if (effects(after) !== known && !isReported) missed.push(title);
  }
  expect(missed).toEqual([]);
});
