import { existsSync, readFileSync } from 'node:fs';
import { accountOf } from '../journey/account';
import { type HopRequest, hopRequestsIn } from '../journey/hop-request';
import { RequestError } from '../journey/request-error';
import type { Mesh } from '../mesh/mesh';
import { type HopResult, hopsJson, hopsTable } from '../report/hops';
import { simulationText } from '../report/simulation';
import { simulationJson } from '../report/simulation-json';
import { simulate, simulateHop } from '../simulate';
import { loadMesh } from './load';
import type { SimulateCommandOptions } from './simulate';
import { now, verify } from './tokens';
import { print, say, styleFor } from './terminal';
import { UsageError } from './usage-error';

/** Does what `meshlint simulate` was asked for. */
export async function runSimulate(words: readonly string[], options: SimulateCommandOptions): Promise<void> {
  try {
    await (options.requests === undefined ? follow(words, options) : answerAll(words, options.requests, options));
  } catch (error) {
    throw error instanceof RequestError ? new UsageError(error.message) : error;
  }
}

async function follow(words: readonly string[], options: SimulateCommandOptions): Promise<void> {
  const url = words.at(-1);
  if (url === undefined || existsSync(url))
    throw new UsageError('no URL to request; the last word is one, such as http://reviews:9080/');
  const { from, gateway, user, userHeader, request: method, header: headers } = options;
  const mesh = await loadMesh(words.slice(0, -1), options);
  const given = { from, gateway, user, userHeader, method };
  const request = { url, headers, ...withoutUndefined(given) };
  const account = accountOf(simulate(mesh, request, { now: now(), verify }));
  const shown = { why: Boolean(options.why), config: Boolean(options.showConfig) };
  if (options.output === 'json') return print(simulationJson(account, shown));
  return print(simulationText(account, shown, styleFor(process.stdout, options.color || 'never')));
}

const withoutUndefined = <Value>(values: Record<string, Value | undefined>): Record<string, Value> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

async function answerAll(paths: readonly string[], file: string, options: SimulateCommandOptions): Promise<void> {
  const requests = inFile(file, () => hopRequestsIn(readJson(file)));
  const mesh = await loadMesh(paths, options);
  const results = requests.map((request) => resultOf(mesh, request));
  await print(options.output === 'json' ? hopsJson(results) : hopsTable(results));
  const failed = results.filter(({ error }) => error !== undefined);
  for (const { name, error } of failed) say(`meshlint: request "${name}": ${error}`);
  if (failed.length) process.exitCode = 2;
}

function resultOf(mesh: Mesh, request: HopRequest): HopResult {
  const name = request.name ?? '';
  try {
    return { name, hop: simulateHop(mesh, request, { now: now(), verify }) };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { name, hop: {}, error: error.message };
  }
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read "${file}": ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`"${file}" is no JSON: ${(error as Error).message}`);
  }
}

function inFile<Result>(file: string, body: () => Result): Result {
  try {
    return body();
  } catch (error) {
    throw error instanceof RequestError ? new UsageError(`in "${file}" ${error.message}`) : error;
  }
}
