import { existsSync } from 'node:fs';
import { diff } from '../../diff';
import { lint } from '../../lint';
import type { Mesh } from '../../mesh/mesh';
import { type BehaviourReport, behaviourJson, behaviourMarkdown, behaviourText } from '../../report/behaviour';
import { shownFindings } from '../../report/shown';
import { newFindings } from '../../report/fingerprint';
import { rules } from '../../rules';
import type { DiffCommandOptions } from './diff';
import { reportFaults } from '../faults';
import { commitNamed, repositoryHere } from '../git/git';
import { isPattern } from '../input/files';
import { loadMesh, loadOne } from '../input/load';
import { admitted, isWhole } from '../refused';
import { UsageError } from '../usage-error';
import { print, styleFor } from '../terminal';
import { now, verify } from '../options/tokens';
import { withoutSecretForms } from '../../source/secrets';
import { concernOf, entriesOf, inCopy } from '../git/tree';

/** Two states, and what they are called. */
interface States {
  readonly before: Mesh;
  readonly after: Mesh;
  readonly names: readonly [before: string, after: string];
}

/** Says what differs between two states: the first name is the one before. */
export async function runDiff(names: readonly string[], options: DiffCommandOptions): Promise<void> {
  const { before, after, names: called } = await statesNamed(names, options);
  const everyday = rules.filter(({ isOptional }) => !isOptional);
  const today = new Date().toISOString().slice(0, 10);
  const linted = [before, after].map((mesh) => lint(mesh, everyday, { today }));
  const [was, is] = linted.map(({ findings }) => findings);
  const accepted = [before, after].map(admitted);
  const naming = { inRepository: (path: string) => path };
  const report: BehaviourReport = {
    ...diff(accepted[0]!, accepted[1]!, { now: now(), verify }),
    before: called[0],
    after: called[1],
    came: shownFindings(newFindings(is!, was!, naming), after.files),
    went: shownFindings(newFindings(was!, is!, naming), before.files),
  };
  await print(withoutSecretForms(written(report, options)));
  if (options.exitCode && report.changes.length + report.came.length + report.went.length > 0) process.exitCode = 1;
  if (options.exitCode && !options.allowRefused && !accepted.every(isWhole)) process.exitCode = 2;
  reportFaults([...linted.flatMap(({ faults }) => faults), ...report.faults]);
}

function written(report: BehaviourReport, { output, color }: DiffCommandOptions): string {
  switch (output) {
    case 'json':
      return behaviourJson(report);
    case 'markdown':
      return behaviourMarkdown(report);
    case 'text':
      return behaviourText(report, styleFor(process.stdout, color || 'never'));
  }
}

async function statesNamed([base = '', ...heads]: readonly string[], options: DiffCommandOptions): Promise<States> {
  const [head, ...more] = heads;
  if (base === CLUSTER) return planOf(heads, options);
  if (more.length > 0)
    throw new UsageError(
      `too many states to compare; several files can only be applied to the cluster: diff cluster ${heads.join(' ')}`,
    );
  const before = await stateNamed(base, options);
  const after = head === undefined ? await fromPaths(options.path, options) : await stateNamed(head, options);
  return { before, after, names: [base, head ?? WORKING_TREE] };
}

const CLUSTER = 'cluster';
const WORKING_TREE = 'the working tree';

/** The cluster, and the cluster with files applied to it: those that are named, or those of a commit. */
async function planOf(heads: readonly string[], options: DiffCommandOptions): Promise<States> {
  const { paths, within, name } = filesNamed(heads, options);
  const { mesh, before = mesh } = await within(() => loadOne(paths, { ...inputOf(options), kube: true }));
  return { before, after: mesh, names: [`the ${CLUSTER}`, `the ${CLUSTER} with ${name} applied`] };
}

interface Files {
  readonly paths: readonly string[];
  readonly name: string;
  /** Does something where the files are. */
  readonly within: <Result>(body: () => Promise<Result>) => Promise<Result>;
}

function filesNamed(heads: readonly string[], options: DiffCommandOptions): Files {
  const here: Files['within'] = (body) => body();
  const [head, ...more] = heads;
  if (head === undefined) return { paths: options.path, name: WORKING_TREE, within: here };
  if (more.length > 0 || existsSync(head) || isPattern(head) || head === '-')
    return { paths: heads, name: joined(heads), within: here };
  return { paths: options.path, name: head, within: (body) => inCommit(head, body) };
}

/** `a, b and 3 more`. */
const joined = (names: readonly string[]): string =>
  names.length > MOST_NAMES
    ? `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`
    : names.join(', ');

const MOST_NAMES = 3;

/** A state by its name: what is under that path, else what git has under that name. */
function stateNamed(name: string, options: DiffCommandOptions): Promise<Mesh> {
  if (name === CLUSTER) return loadMesh([], { ...inputOf(options), kube: true });
  return existsSync(name) ? fromPaths([name], options) : inCommit(name, () => fromPaths(options.path, options));
}

const fromPaths = (paths: readonly string[], options: DiffCommandOptions): Promise<Mesh> =>
  loadMesh(paths, inputOf(options));

const inputOf = ({ context, kubeconfig, namespace, ...options }: DiffCommandOptions) => ({
  ...options,
  ...(context !== undefined && { context }),
  ...(kubeconfig !== undefined && { kubeconfig }),
  ...(namespace !== undefined && { namespace }),
  stdinFilename: '<stdin>',
});

/** Does something in a copy of what git has under a name. */
function inCommit<Result>(ref: string, body: () => Promise<Result>): Promise<Result> {
  const repository = repositoryHere();
  const entries = entriesOf({ commit: commitNamed(ref, repository) }, repository);
  const concerns = concernOf(entries);
  return inCopy(
    entries.filter(({ path }) => concerns(path)),
    repository,
    body,
  );
}
