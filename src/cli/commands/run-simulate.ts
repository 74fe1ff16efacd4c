import { reportOf } from '../../simulation/report';
import { throughDump } from '../../simulation/dump';
import { type Call, callIn, callResultOf, isCall } from '../../simulation/call';
import { type HopRequest, hopRequestsIn } from '../../simulation/hop-request';
import type { Journey } from '../../simulation/journey';
import { compared, placed } from '../../simulation/sources/placed';
import { RequestError } from '../../simulation/request-error';
import type { Header } from '../../envoy/run/header-map';
import type { Mesh } from '../../mesh/mesh';
import { type NamedCallResult, callsJson, callsTable } from '../../report/calls';
import { type HopResult, hopsJson, hopsTable } from '../../report/hops';
import { withoutCredentials } from '../../report/credentials';
import { requestFaultText } from '../../report/request-fault';
import { sentences, simulationText } from '../../report/simulation';
import { simulationJson, simulationsJson } from '../../report/simulation-json';
import { simulationMermaid } from '../../report/simulation-mermaid';
import { simulate, simulateHop } from '../../simulate';
import { jsonIn } from '../input/json-file';
import { type Asked, askedFor, dumpIn } from './simulate-input';
import { reportFaults } from '../faults';
import { loadMesh } from '../input/load';
import { answerMixerCalls, mixerCallsIn } from './mixer';
import { loadAdmitted } from '../refused';
import type { SimulateCommandOptions } from './simulate';
import { now, verify } from '../options/tokens';
import { print, say, styleFor } from '../terminal';
import { UsageError } from '../usage-error';

/** Does what `meshlint simulate` was asked for. */
export async function runSimulate(words: readonly string[], options: SimulateCommandOptions): Promise<void> {
  try {
    if (options.requests !== undefined) return await answerAll(words, options.requests, options);
    const { journeys, headers, urls } = await follow(words, options);
    await print(withoutCredentials(told(journeys, options), headers, urls));
  } catch (error) {
    throw error instanceof RequestError ? new UsageError(requestFaultText(error.fault)) : error;
  }
}

/** What became of requests, and what they were given. */
interface Followed {
  readonly journeys: readonly Journey[];
  readonly headers: readonly Header[];
  readonly urls: readonly string[];
}

async function follow(words: readonly string[], options: SimulateCommandOptions): Promise<Followed> {
  const asked = askedFor(words, options);
  const given = [asked.logged?.request, ...asked.requests].filter((request) => request !== undefined);
  return {
    journeys: await journeysOf(asked, options),
    headers: given.flatMap(({ headers = [] }) => headers),
    urls: given.map(({ url }) => url),
  };
}

async function journeysOf({ requests, paths, logged }: Asked, options: SimulateCommandOptions): Promise<Journey[]> {
  const { random, configDump, inbound } = options;
  const settled = { now: now(), verify, ...(random !== undefined && { random }) };
  if (configDump !== undefined) {
    const [path] = paths;
    if (path !== undefined) throw new UsageError(`--config-dump replaces the input; remove "${path}"`);
    const config = dumpIn(configDump);
    return requests.map((request) => throughDump(config, request, inbound && 'inbound', settled));
  }
  if (inbound) throw new UsageError('--inbound requires --config-dump');
  const mesh = await loadAdmitted(paths, options);
  if (!logged) return requests.map((request) => simulate(mesh, request, settled));
  const [request] = requests;
  const isPlaced = request?.from !== undefined || request?.gateway !== undefined;
  const sent = isPlaced ? request : placed(mesh, { ...logged, request: request ?? logged.request });
  return [compared(simulate(mesh, sent, settled), logged)];
}

function told(journeys: readonly Journey[], options: SimulateCommandOptions): string {
  const { output, color, why, showConfig, telemetry } = options;
  const accounts = journeys.map(reportOf);
  const choice = { why: Boolean(why), config: Boolean(showConfig), telemetry: Boolean(telemetry) };
  switch (output) {
    case 'json':
      return accounts.length === 1 ? simulationJson(accounts[0]!, choice) : simulationsJson(accounts, choice);
    case 'mermaid':
      return accounts.map(simulationMermaid).join('\n');
    case 'text': {
      const style = styleFor(process.stdout, color || 'never');
      return accounts.length === 1 ? simulationText(accounts[0]!, choice, style) : sentences(accounts, style);
    }
  }
}

async function answerAll(paths: readonly string[], file: string, options: SimulateCommandOptions): Promise<void> {
  if (options.output === 'mermaid') throw new UsageError('a list of requests is printed as text or json');
  const list = jsonIn(file);
  const calls = mixerCallsIn(list);
  if (calls) return print(answerMixerCalls(await loadMesh(paths, options), calls, options.output));
  if (holdsCalls(list))
    return answerCalls(
      await loadAdmitted(paths, options),
      inFile(file, () => callsIn(list)),
      options,
    );
  const requests = inFile(file, () => hopRequestsIn(list));
  const mesh = await loadAdmitted(paths, options);
  const results = requests.map((request) => resultOf(mesh, request));
  const headers = requests.flatMap((request) => Object.entries(request.headers ?? {}));
  // Programs compare the JSON with what the list expects, so it holds the request as the upstream receives it.
  await print(options.output === 'json' ? hopsJson(results) : withoutCredentials(hopsTable(results), headers));
  const failed = results.filter(({ error }) => error !== undefined);
  for (const { name, error } of failed) say(`meshlint: request "${name}": ${error}`);
  if (failed.length) process.exitCode = 2;
  reportFaults(results.flatMap(({ name, fault }) => (fault ? [{ where: `request "${name}"`, error: fault }] : [])));
}

const entriesOf = (list: unknown): readonly unknown[] =>
  Array.isArray(list) ? (list as { request?: unknown }[]).map((entry) => entry?.request ?? entry) : [];

const holdsCalls = (list: unknown): boolean => entriesOf(list).some(isCall);

const callsIn = (list: unknown): Call[] => entriesOf(list).map((entry, index) => callIn(entry, index + 1));

async function answerCalls(mesh: Mesh, calls: readonly Call[], { output }: SimulateCommandOptions): Promise<void> {
  const results = calls.map((call) => callResult(mesh, call));
  await print(output === 'json' ? callsJson(results) : callsTable(results));
  const failed = results.filter(({ error }) => error !== undefined);
  for (const { name, error } of failed) say(`meshlint: request "${name}": ${error}`);
  if (failed.length) process.exitCode = 2;
}

function callResult(mesh: Mesh, { name, request }: Call): NamedCallResult {
  try {
    return { name, call: callResultOf(simulate(mesh, request, { now: now(), verify })) };
  } catch (error) {
    if (error instanceof RequestError) return { name, call: {}, error: requestFaultText(error.fault) };
    throw error;
  }
}

/** What became of one request of a list; with a fault of our own, which must not cost the others. */
type Answered = HopResult & { fault?: unknown };

function resultOf(mesh: Mesh, request: HopRequest): Answered {
  const name = request.name ?? '';
  try {
    return { name, hop: simulateHop(mesh, request, { now: now(), verify }) };
  } catch (error) {
    if (error instanceof RequestError) return { name, hop: {}, error: requestFaultText(error.fault) };
    return { name, hop: {}, error: 'internal fault', fault: error };
  }
}

function inFile<Result>(file: string, body: () => Result): Result {
  try {
    return body();
  } catch (error) {
    throw error instanceof RequestError ? new UsageError(`in "${file}": ${requestFaultText(error.fault)}`) : error;
  }
}
