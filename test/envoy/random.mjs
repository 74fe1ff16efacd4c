// The second half of `npm run test:envoy`: gateways of fixtures/pilot run in a real Envoy on loopback, and requests made of their own
// conditions (equal, longer, other case, without the header, another method) go through it and through the engine. What came of
// each must be the same: status, flags of nobody, where it leads, and the request as it reached the upstream.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, writeFileSync } from 'node:fs';
import { createServer, request as send } from 'node:http';
import { connect, createServer as createSocketServer } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';

const REQUESTS = 60;
const HCM = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';

// What differs from one request to the next, what clients and Envoy say to each other alone, and the address of a client on
// loopback, for which Envoy puts that of its machine.
const HIDDEN = new Set(
  (
    'host x-request-id x-forwarded-proto x-envoy-attempt-count x-envoy-expected-rq-timeout-ms accept user-agent x-envoy-internal ' +
    'x-forwarded-for x-envoy-decorator-operation x-envoy-original-path x-forwarded-client-cert transfer-encoding content-length connection'
  ).split(' '),
);

/** Runs all gateways that speak plain HTTP; resolves to how many there were, and the differences as lines. */
export async function judge(binary, gateways, { execute, hopOf }, scratch, seed) {
  const differences = [];
  let [judged, compared] = [0, 0];
  for (const { folder, bootstrap } of gateways) {
    const stage = await setUp(bootstrap);
    if (!stage) continue;
    const envoy = await start(binary, stage, scratch);
    try {
      // What Envoy refuses is the subject of the first half.
      if (!(await listens(stage.port, envoy.child))) continue;
      judged++;
      for (const asked of fc.sample(requestsFor(stage.manager), { numRuns: REQUESTS, seed })) {
        const real = await ask(stage.port, asked);
        const ours = simulated(stage, asked, { execute, hopOf });
        if (!ours) continue;
        compared++;
        const wrong = differenceOf(real, ours);
        if (wrong) differences.push(`${folder}: ${JSON.stringify(asked)}: ${wrong}`);
      }
    } finally {
      envoy.child.kill();
      for (const server of stage.servers) server.close();
    }
  }
  return { judged, compared, differences };
}

/** The first listener of plain HTTP alone, with a server of our own behind each cluster. */
async function setUp({ staticResources }) {
  const listener = staticResources.listeners.find(
    ({ filterChains = [] }) => filterChains.length === 1 && isPlain(filterChains[0]),
  );
  if (!listener) return undefined;
  const [{ filters }] = listener.filterChains;
  const manager = filters.at(-1).typedConfig;
  if (/"(delay|extAuthz|jwtAuthn)"|ext_authz|jwt_authn|"fixedDelay"/.test(JSON.stringify(manager))) return undefined;
  const servers = [];
  const clusters = await Promise.all(
    staticResources.clusters.map(async ({ name }) => {
      const server = echo(name).listen(0, '127.0.0.1');
      await once(server, 'listening');
      servers.push(server);
      return { name, type: 'STATIC', connectTimeout: '5s', loadAssignment: assignment(name, server.address().port) };
    }),
  );
  // Chosen last: a server of ours could be given a port that is free again.
  const port = await freePort();
  const address = { socketAddress: { address: '127.0.0.1', portValue: port } };
  const { name } = listener;
  const config = {
    listeners: [{ name, address, filterChains: [{ filters: [filters.at(-1)] }] }],
    clusters,
    routes: [],
    endpoints: [],
  };
  return { config, manager, port, servers };
}

const isPlain = ({ transportSocket, filters = [] }) =>
  !transportSocket &&
  (filters.at(-1)?.typedConfig?.['@type'] ?? '').endsWith(HCM) &&
  filters.at(-1).typedConfig.routeConfig;

const assignment = (clusterName, portValue) => ({
  clusterName,
  endpoints: [{ lbEndpoints: [{ endpoint: { address: { socketAddress: { address: '127.0.0.1', portValue } } } }] }],
});

/** Answers with what it was asked. */
const echo = (cluster) =>
  createServer(({ method, url, rawHeaders }, response) => {
    const headers = rawHeaders.flatMap((name, at) => (at % 2 ? [] : [[name.toLowerCase(), rawHeaders[at + 1]]]));
    const host = headers.find(([name]) => name === 'host')?.[1];
    response.setHeader(
      'x-meshlint-echo',
      Buffer.from(JSON.stringify({ cluster, method, path: url, host, headers })).toString('base64'),
    );
    response.end();
  });

async function freePort() {
  const server = createSocketServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

async function start(binary, { config: { listeners, clusters } }, scratch) {
  const file = join(scratch, 'random.json');
  const log = join(scratch, 'random.txt');
  writeFileSync(file, JSON.stringify({ staticResources: { listeners, clusters } }));
  const sink = openSync(log, 'w');
  const child = spawn(binary, ['-l', 'error', '-c', file, '--concurrency', '1', '--use-dynamic-base-id'], {
    stdio: ['ignore', sink, sink],
  });
  return { child };
}

async function listens(port, child) {
  for (let tries = 0; tries < 100 && child.exitCode === null; tries++) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise((done) =>
      socket.once('connect', () => done(true)).once('error', () => done(false)),
    );
    socket.destroy();
    if (isOpen) return true;
    await new Promise((done) => setTimeout(done, 100));
  }
  return false;
}

/** Requests at the edges of what the routes match. Node.js sends one header Host, so a match of that header is left to the fixtures. */
function requestsFor({ routeConfig: { virtualHosts = [] } }) {
  const routes = virtualHosts.flatMap((host) => (host.routes ?? []).map((route) => route.match ?? {}));
  const hosts = virtualHosts
    .flatMap(({ domains = [] }) => domains)
    .map((domain) => domain.replace(/^\*\.?/, 'x.').replace(/\*$/, 'x'));
  const paths = routes.flatMap(({ prefix, path, pathSeparatedPrefix }) => prefix ?? path ?? pathSeparatedPrefix ?? []);
  const matchers = routes.flatMap(({ headers = [] }) => headers).filter(({ name }) => !/^(:.*|host)$/i.test(name));
  const values = matchers.map(({ name, stringMatch = {} }) => [
    name,
    stringMatch.exact ?? stringMatch.prefix ?? stringMatch.suffix ?? 'x',
  ]);
  const parameters = routes
    .flatMap(({ queryParameters = [] }) => queryParameters)
    .map(({ name, stringMatch }) => `${name}=${stringMatch?.exact ?? 'x'}`);
  const path = fc
    .tuple(
      fc.constantFrom('/', '/nothing', ...paths),
      fc.constantFrom('', '', '/', 'x', '/x', '/../y', '//z', '%2e'),
      fc.boolean(),
    )
    .map(([start, end, isUpper]) => (isUpper ? start.toUpperCase() : start) + end);
  const query = fc.constantFrom('', '', '?a=1', ...parameters.map((parameter) => `?${parameter}`));
  const header = fc
    .tuple(fc.constantFrom(['x-none', 'x'], ...values), fc.constantFrom('', '', '1'))
    .map(([[name, value], end]) => [name, value + end]);
  return fc.record({
    method: fc.constantFrom('GET', 'GET', 'POST', 'DELETE'),
    host: fc.constantFrom('nobody.example', ...hosts),
    path: fc.tuple(path, query).map(([one, other]) => one + other),
    headers: fc.uniqueArray(header, { maxLength: 2, selector: ([name]) => name }),
  });
}

/** What the real one makes of it. */
function ask(port, { method, host, path, headers }) {
  return new Promise((done, fail) => {
    const flat = Object.fromEntries([['host', host], ['content-length', '0'], ...headers]);
    const asked = send(
      { port, host: '127.0.0.1', method, path, headers: flat, agent: false, setHost: false },
      (response) => {
        response.resume();
        const { 'x-meshlint-echo': text, location } = response.headers;
        const upstream = text && JSON.parse(Buffer.from(text, 'base64').toString());
        done({
          status: response.statusCode,
          location,
          ...(upstream && { cluster: upstream.cluster, upstream: shown(upstream) }),
        });
      },
    );
    asked.on('error', fail);
    asked.end();
  });
}

/** What the engine makes of it: all that can come of it; undefined where it says itself that it does not know a filter. */
function simulated({ config, port }, { method, host, path, headers }, { execute, hopOf }) {
  const arrival = {
    via: 'direct',
    source: { address: '127.0.0.1' },
    destination: { address: '127.0.0.1', port },
    payload: { kind: 'http', method, authority: host, path, headers: [['content-length', '0'], ...headers] },
  };
  const execution = execute(config, arrival);
  const steps = execution.branches.flatMap((branch) => branch.steps);
  if (steps.some(({ because = '' }) => because.includes('not simulated'))) return undefined;
  const hops = execution.branches.map((branch) => hopOf({ branches: [branch] }, arrival));
  return hops.map(({ status, cluster, upstream, responseHeaders = [] }) => ({
    status,
    location: responseHeaders.find(([name]) => name === 'location')?.[1],
    ...(upstream && { cluster, upstream: shown(upstream) }),
  }));
}

const shown = ({ method, path, host, headers }) => ({
  method,
  path,
  host,
  headers: headers
    .filter(([name]) => !HIDDEN.has(name))
    .map(([name, value]) => `${name}: ${value}`)
    .sort(),
});

/** The first line of difference; where dice are thrown, the real one may do any of what can happen. */
function differenceOf(real, ours) {
  const text = JSON.stringify(real);
  if (ours.some((each) => JSON.stringify(each) === text)) return undefined;
  return `Envoy ${text}, not ${ours.map((each) => JSON.stringify(each)).join(' or ')}`;
}
