import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { SourceFile } from '../../source/file';
import { read } from '../../source/read';
import { isolated, onPath, run } from '../process';
import { realPath } from '../boundary';
import { UsageError } from '../usage-error';

const PARTS = ['templates', 'crds', 'charts'];

/** The folders of Helm charts: they hold a Chart.yaml and templates. Charts within charts belong to the outer one. */
export function chartsAmong(paths: readonly string[]): string[] {
  const charts = paths.filter((path) => basename(path) === 'Chart.yaml').map((path) => dirname(path));
  const own = charts.filter((folder) => isFolder(join(folder, 'templates')));
  return own.filter((folder) => !own.some((outer) => outer !== folder && isBelow(folder, join(outer, 'charts'))));
}

/** Whether a file is part of what a chart is rendered from: its templates, definitions, and the charts that it brings along. */
export const isTemplate = (path: string, charts: readonly string[]): boolean =>
  charts.some((chart) => PARTS.some((part) => isBelow(path, join(chart, part))));

const MOST_SECONDS = 120;

/**
 * Renders a chart with `helm template`; its documents name the template that they came from. Helm has no environment, so that it finds
 * no plugins, repositories or credentials, and every argument from outside is an absolute path or the value of an option.
 */
export async function renderChart(
  chart: string,
  values: readonly string[],
  namespace: string | undefined,
): Promise<SourceFile> {
  for (const path of values) if (!existsSync(path)) throw new UsageError(`there is no values file "${path}"`);
  if (!existsSync(chart)) throw new UsageError(`there is no chart "${chart}"`);
  const link = linkOutOf(chart);
  if (link !== undefined) throw refused(chart, `"${link}" is a link to something outside of it`);
  const helm = onPath('helm');
  if (helm === undefined) throw new UsageError('helm is not on the PATH; --helm renders charts by calling it');
  const args = [
    'template',
    ...values.map((path) => `--values=${resolve(path)}`),
    ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
    '--',
    releaseName(chart),
    resolve(chart),
  ];
  const { status, stdout, stderr } = await isolated((isolation) =>
    run(helm, args, { isolation, seconds: MOST_SECONDS }),
  );
  if (status === null) throw refused(chart, `it takes longer than ${MOST_SECONDS} seconds`);
  if (status !== 0) throw refused(chart, complaint(stderr));
  return read(`<helm template ${chart}>`, stdout);
}

const refused = (chart: string, why: string) => new UsageError(`cannot render the chart "${chart}": ${why}`);

/** A symbolic link in a chart that leads out of it: helm would follow it, and templates can show what it finds. */
function linkOutOf(chart: string): string | undefined {
  const root = realpathSync(chart);
  if (!isFolder(root)) return undefined;
  const entries = readdirSync(root, { withFileTypes: true, recursive: true });
  const links = entries.filter((entry) => entry.isSymbolicLink()).map((entry) => join(entry.parentPath, entry.name));
  return links.find((link) => !isBelow(realPath(link), root));
}

/** Release names have letters, digits and dashes. */
const releaseName = (chart: string): string =>
  basename(resolve(chart))
    .toLowerCase()
    .replace(/\.tgz$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 53) || 'release';

const complaint = (stderr: string): string =>
  stderr
    .trim()
    .split('\n')
    .findLast((line) => line && !line.startsWith('WARNING'))
    ?.replace(/^Error: /, '') ?? 'helm failed without a word';

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

const isBelow = (path: string, folder: string): boolean => path.startsWith(folder + sep);
