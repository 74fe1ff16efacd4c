import { didYouMean } from '../../schema/spelling';
import { type Finished, MissingProgram, type RunOptions, run } from '../process';
import { UsageError } from '../usage-error';

/** Which cluster kubectl is to talk to, as kubectl itself is told. */
export interface ClusterOptions {
  context?: string | undefined;
  kubeconfig?: string | undefined;
}

const LOG_LINE = /^[EWIF]\d{4} |^Warning: |^\s*$/;
const FORBIDDEN = /^Error from server \(Forbidden\): (\S+) (?:"[^"]*" )?is forbidden: User "([^"]*)"/;

/** What the user may not read: the resource as kubectl names it, and who the server takes the user for. */
export interface Refusal {
  resource: string;
  user: string;
}

/** Runs kubectl. The names come after `--`, where none can be an option. Throws a UsageError of one line where there is no kubectl, no context, no cluster, or no right to talk to it. */
export async function kubectl(
  args: readonly string[],
  cluster: ClusterOptions,
  options?: RunOptions,
  names: readonly string[] = [],
): Promise<Finished> {
  const where = [
    ...(cluster.context ? [`--context=${cluster.context}`] : []),
    ...(cluster.kubeconfig ? [`--kubeconfig=${cluster.kubeconfig}`] : []),
  ];
  try {
    const operands = names.length > 0 ? ['--', ...names] : [];
    return await run('kubectl', [...args, ...where, '--request-timeout=60s', ...operands], options);
  } catch (error) {
    if (error instanceof MissingProgram)
      throw new UsageError('kubectl is not on the PATH; it is required to read a cluster');
    throw error;
  }
}

/** Splits what kubectl complained of into objects that the user may not read, and all else. */
export function complaints(stderr: string): { refusals: Refusal[]; others: string[] } {
  const lines = stderr.split('\n').filter((line) => !LOG_LINE.test(line));
  const refusals: Refusal[] = [];
  const others: string[] = [];
  for (const line of lines) {
    const [, resource, user] = FORBIDDEN.exec(line) ?? [];
    if (resource) refusals.push({ resource, user: user ?? '' });
    else others.push(line);
  }
  return { refusals, others };
}

/** Why kubectl failed, in one line that says what to do. */
export async function failure(stderr: string, cluster: ClusterOptions): Promise<UsageError> {
  const lines = complaints(stderr).others.map((line) => line.replace(/^(error|Error from server): /, ''));
  const said = lines.at(-1) ?? 'kubectl failed without a message';
  const [, missing] =
    /(?:context "?|no context exists with the name: "?)([^" ]+)"?(?: does not exist|$)/.exec(said) ?? [];
  if (missing) return new UsageError(`unknown kubectl context "${missing}"${await suggestion(missing, cluster)}`);
  const file = /^stat (.*): no such file or directory/.exec(said);
  if (file) return new UsageError(`kubeconfig "${file[1]}" does not exist`);
  if (/localhost:8080 was refused/.test(said))
    return new UsageError('kubectl has no current context; set one, or use --context or --kubeconfig');
  if (/Unauthorized|provide credentials/.test(said))
    return new UsageError(
      'the cluster does not accept your credentials (Unauthorized): they are not valid or have expired',
    );
  if (/Unable to connect|connection to the server|dial tcp|timeout|deadline exceeded|x509/.test(said))
    return new UsageError(`cannot reach the cluster: ${reason(said, lines)}`);
  return new UsageError(`cannot read the cluster: ${said}`);
}

/** The network's own words, without the advice around them. */
function reason(said: string, lines: readonly string[]): string {
  const refused = /The connection to the server (\S+) was refused/.exec(said);
  if (refused) return `${refused[1]} refuses connections`;
  return (lines.at(-1) ?? said).replace(/^Unable to connect to the server: /, '');
}

async function suggestion(name: string, { kubeconfig }: ClusterOptions): Promise<string> {
  const { stdout } = await kubectl(['config', 'get-contexts', '-o', 'name'], { kubeconfig });
  const known = stdout.split('\n').filter(Boolean);
  const some = known.slice(0, 5).map((each) => `"${each}"`);
  return didYouMean(name, known) || (some.length ? `; known: ${some.join(', ')}` : '');
}

/** The namespace that kubectl would act in. */
export async function contextNamespace(cluster: ClusterOptions): Promise<string> {
  const { stdout, stderr, status } = await kubectl(
    ['config', 'view', '--minify', '--output=jsonpath={..namespace}'],
    cluster,
  );
  // Inside a pod there is no kubeconfig at all, and kubectl still finds its cluster.
  if (status !== 0 && !/current-context must exist/.test(stderr)) throw await failure(stderr, cluster);
  return stdout.trim() || 'default';
}

/** What the API server serves, as `virtualservices.networking.istio.io`, and the groups of which it could not tell. */
export interface Served {
  resources: ReadonlySet<string>;
  brokenGroups: readonly string[];
}

/** Asks the API server what it serves that can be listed. */
export async function served(cluster: ClusterOptions): Promise<Served> {
  const { stdout, stderr, status } = await kubectl(
    ['api-resources', '--verbs=list', '--output=name'],
    cluster,
    // The first call: a login may be due.
    { interactive: true },
  );
  const resources = new Set(
    stdout
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
  );
  if (status === 0) return { resources, brokenGroups: [] };
  if (resources.size === 0) throw await failure(stderr, cluster);
  const brokenGroups = [...stderr.matchAll(/(?<![\w.-])([\w.-]+)\/v\w+: /g)].map(([, group]) => group!);
  return { resources, brokenGroups };
}
