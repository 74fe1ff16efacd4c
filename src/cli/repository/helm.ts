import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { SourceFile } from '../../source/file';
import { read } from '../../source/read';
import { isolated, onPath, run } from '../process';
import { realPath, statOf } from '../input/boundary';
import { UsageError } from '../usage-error';

/** The folders of Helm charts: they hold a Chart.yaml. */
export const chartsAmong = (paths: readonly string[]): string[] =>
  paths.filter((path) => basename(path) === 'Chart.yaml').map((path) => dirname(path));

/** What a file below a chart is to it: what lies outside of its templates is never applied as it is. */
export type ChartPlace = 'template' | 'other';

/** The outermost chart around a file, and what the file is to the innermost one; undefined for a file of no chart. */
export function placeInChart(
  path: string,
  charts: readonly string[],
): { chart: string; place: ChartPlace } | undefined {
  const around = charts.filter((chart) => chart === '.' || isBelow(path, chart)).sort((a, b) => a.length - b.length);
  const [chart] = around;
  const inner = around.at(-1);
  if (chart === undefined || inner === undefined) return undefined;
  // A name with an underscore is that of helpers, from which helm makes no objects.
  const isTemplate = isBelow(path, join(inner, 'templates')) && !basename(path).startsWith('_');
  return { chart, place: isTemplate ? 'template' : 'other' };
}

/** Whether a template has actions: without any, it is what helm makes of it. */
export const hasActions = ({ text }: SourceFile): boolean => text.includes('{{');

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
  for (const path of values) if (!existsSync(path)) throw new UsageError(`values file "${path}" does not exist`);
  if (!existsSync(chart)) throw new UsageError(`chart "${chart}" does not exist`);
  const link = linkOutOf(chart);
  if (link !== undefined) throw refused(chart, `"${link}" is a symbolic link that leads out of it`);
  const helm = onPath('helm');
  if (helm === undefined) throw new UsageError('helm is not on the PATH; --helm requires it');
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
    ?.replace(/^Error: /, '') ?? 'helm failed without a message';

const isFolder = (path: string): boolean => statOf(path)?.isDirectory() ?? false;

const isBelow = (path: string, folder: string): boolean => path.startsWith(folder + sep);
