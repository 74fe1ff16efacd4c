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
import { loadMesh } from '../input/load';
import { admitted, isWhole } from '../refused';
import { print, styleFor } from '../terminal';
import { now, verify } from '../options/tokens';
import { withoutSecretForms } from '../../source/secrets';
import { concernOf, entriesOf, inCopy } from '../git/tree';

/** Tells what differs between two states. */
export async function runDiff(base: string, head: string | undefined, options: DiffCommandOptions): Promise<void> {
  const before = await stateNamed(base, options);
  const after = head === undefined ? await fromPaths(options.path, options) : await stateNamed(head, options);
  const everyday = rules.filter(({ isOptional }) => !isOptional);
  const today = new Date().toISOString().slice(0, 10);
  const linted = [before, after].map((mesh) => lint(mesh, everyday, { today }));
  const [was, is] = linted.map(({ findings }) => findings);
  const accepted = [before, after].map(admitted);
  const naming = { inRepository: (path: string) => path };
  const report: BehaviourReport = {
    ...diff(accepted[0]!, accepted[1]!, { now: now(), verify }),
    before: base,
    after: head ?? 'the working tree',
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

/** A state by its name: what lies under that path, else what git has under that name. */
function stateNamed(name: string, options: DiffCommandOptions): Promise<Mesh> {
  if (name === 'cluster') return loadMesh([], { ...inputOf(options), kube: true });
  return existsSync(name) ? fromPaths([name], options) : fromGit(name, options);
}

const fromPaths = (paths: readonly string[], options: DiffCommandOptions): Promise<Mesh> =>
  loadMesh(paths, inputOf(options));

const inputOf = ({ context, kubeconfig, ...options }: DiffCommandOptions) => ({
  ...options,
  ...(context !== undefined && { context }),
  ...(kubeconfig !== undefined && { kubeconfig }),
  stdinFilename: '<stdin>',
});

function fromGit(ref: string, options: DiffCommandOptions): Promise<Mesh> {
  const repository = repositoryHere();
  const entries = entriesOf({ commit: commitNamed(ref, repository) }, repository);
  const concerns = concernOf(entries);
  const wanted = entries.filter(({ path }) => concerns(path));
  return inCopy(wanted, repository, () => fromPaths(options.path, options));
}
