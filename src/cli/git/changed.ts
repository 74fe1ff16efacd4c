import { withoutUndefined } from '../../source/without-undefined';
import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import type { LintResult } from '../../lint';
import { Mesh } from '../../mesh/mesh';
import { newFindings } from '../../report/fingerprint';
import type { Finding } from '../../rules/rule';
import { isContext } from '../cluster/context-name';
import { type ChangedLines, changedLines, liesIn } from './changed-lines';
import { type Repository, commitNamed, forkPoint, git, repositoryHere, tryGit } from './git';
import type { InputOptions } from '../input/load';
import { say } from '../terminal';
import { type State, concernOf, entriesOf, inCopy } from './tree';
import { UsageError, isUsageError } from '../usage-error';

/** What a run read and found. */
export interface Run {
  mesh: Mesh;
  result: LintResult;
  /** The files and kustomizations that define the same objects differently. */
  alternatives?: readonly string[];
}

/** Reads and judges paths, wherever the process stands. */
export type Judge<Options> = (paths: readonly string[], options: Options) => Run | Promise<Run>;

/** Which part of the findings is wanted. */
export interface ChangeOptions extends InputOptions {
  changed?: string;
  staged?: true;
}

type Naming = (path: string) => string;

/** A run of which only those findings are kept that lie in what changed, or that the state before did not have. */
export async function checkChange<Options extends ChangeOptions>(
  paths: readonly string[],
  options: Options,
  judge: Judge<Options>,
  inRepository: Naming,
): Promise<Run> {
  if ([...paths, ...options.with].includes('-'))
    throw new UsageError('standard input has no earlier state to compare with; name files or folders');
  const repository = repositoryHere();
  const inside = pathsWithin(repository, paths);
  const clusters = Object.entries(options.cluster ?? {});
  const cluster = Object.fromEntries(
    clusters.map(([name, place]) => [name, isContext(place) ? place : pathsWithin(repository, [place])[0]!]),
  );
  const settings = { ...options, cluster, with: pathsWithin(repository, options.with) };
  if (options.changed !== undefined)
    return checkSince(options.changed, { repository, paths: inside, options: settings, judge, inRepository });
  // A hook has nothing against a repository without configuration.
  const lenient = { ...settings, allowEmpty: true as const };
  return checkStaged({ repository, paths: inside, options: lenient, judge, inRepository });
}

/** What both comparisons need. */
interface Comparison<Options> {
  repository: Repository;
  paths: readonly string[];
  options: Options;
  judge: Judge<Options>;
  inRepository: Naming;
}

async function checkSince<Options extends ChangeOptions>(ref: string, comparison: Comparison<Options>): Promise<Run> {
  const { repository, paths, options, judge } = comparison;
  const commit = forkPoint(commitNamed(ref, repository), repository);
  const run = await judge(paths, options);
  return onlyBrought(run, changedLines({ commit }, repository), { commit }, comparison);
}

async function checkStaged<Options extends ChangeOptions>(comparison: Comparison<Options>): Promise<Run> {
  const { repository, paths, options, judge } = comparison;
  const staged = git(repository.root, [
    'diff',
    '--cached',
    '--name-only',
    '--no-renames',
    '--ignore-submodules=all',
    '-z',
    '--',
  ]).toString();
  const names = staged.split('\0').filter(Boolean);
  const asked = askedByPreCommit(names);
  if (asked === 'everything') return judge(paths, options);
  if (asked) return checkSince(asked.since, comparison);

  const head = tryGit(repository.root, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])?.toString().trim();
  const before: State = head ? { commit: head } : 'nothing';
  const index = entriesOf('index', repository);
  const concerns = concernOf([...index, ...entriesOf(before, repository)]);
  const wanted = index.filter(({ path }) => concerns(path));
  if (!names.some(concerns) || wanted.length === 0) {
    say('meshlint: nothing is staged that could concern the mesh');
    return {
      mesh: new Mesh([], withoutUndefined({ world: options.world })),
      result: { findings: [], unchecked: [], faults: [] },
    };
  }
  const run = await inCopy(wanted, repository, () => judge(paths, options));
  return onlyBrought(run, changedLines('staged', repository), before, comparison);
}

/**
 * The pre-commit framework runs the same command for all files of a repository, or for those that differ between two commits, and
 * nothing is staged then. It tells of the commits; that git has started it for a commit shows in what git sets for its hooks.
 */
function askedByPreCommit(staged: readonly string[]): 'everything' | { since: string } | undefined {
  const { PRE_COMMIT, PRE_COMMIT_FROM_REF, GIT_INDEX_FILE } = process.env;
  if (!PRE_COMMIT) return undefined;
  if (PRE_COMMIT_FROM_REF) return { since: PRE_COMMIT_FROM_REF };
  return staged.length === 0 && !GIT_INDEX_FILE ? 'everything' : undefined;
}

async function onlyBrought<Options extends ChangeOptions>(
  run: Run,
  lines: ChangedLines,
  before: State,
  comparison: Comparison<Options>,
): Promise<Run> {
  const { findings } = run.result;
  const { inRepository } = comparison;
  const touched = new Set(findings.filter(({ place }) => liesIn(lines, place, inRepository)));
  // Where all is new there is no need to know what was before.
  const earlier = touched.size === findings.length ? [] : await findingsOf(before, comparison);
  const untouched = findings.filter((finding) => !touched.has(finding));
  const brought = new Set([...touched, ...newFindings(untouched, earlier, comparison)]);
  return { ...run, result: { ...run.result, findings: findings.filter((finding) => brought.has(finding)) } };
}

/** What was found in an earlier state, which need not have had all that is named now. */
async function findingsOf<Options extends ChangeOptions>(
  state: State,
  { repository, paths, options, judge }: Comparison<Options>,
): Promise<readonly Finding[]> {
  const entries = entriesOf(state, repository);
  const concerns = concernOf(entries);
  const wanted = entries.filter(({ path }) => concerns(path));
  return inCopy(wanted, repository, async () => {
    const wereThere = (all: readonly string[]) => all.filter((path) => /[*?[{]/.test(path) || existsSync(path));
    const there = wereThere(paths);
    const cluster = Object.fromEntries(
      Object.entries(options.cluster ?? {}).filter(([, place]) => isContext(place) || existsSync(place)),
    );
    if (wanted.length === 0 || (paths.length > 0 && there.length === 0)) return [];
    try {
      const earlier = { ...withoutLostMeshConfig(options), cluster, with: wereThere(options.with) };
      return (await judge(there, { ...earlier, allowEmpty: true })).result.findings;
    } catch (error) {
      if (isUsageError(error)) return [];
      throw error;
    }
  });
}

/** A state that did not have the file yet had what its input says, or Istio's defaults. */
function withoutLostMeshConfig<Options extends ChangeOptions>(options: Options): Options {
  const { meshConfig, settings } = options;
  const isLost = (path: string | undefined) => path !== undefined && !existsSync(path);
  return {
    ...options,
    ...(isLost(meshConfig) && { meshConfig: undefined }),
    ...(settings && isLost(settings.meshConfig?.path) && { settings: { ...settings, meshConfig: undefined } }),
  };
}

/** Paths that mean the same in a copy of the repository: relative where they lie in it, else absolute. */
function pathsWithin({ root, prefix }: Repository, paths: readonly string[]): string[] {
  return paths.map((path) => {
    const absolute = resolve(path);
    const within = relative(root, absolute);
    if (within.startsWith('..') || isAbsolute(within)) return absolute;
    return isAbsolute(path) ? relative(resolve(root, prefix), absolute) || '.' : path;
  });
}
