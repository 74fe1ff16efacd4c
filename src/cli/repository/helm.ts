import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { SourceFile } from '../../source/file';
import { read } from '../../source/read';
import { MissingProgram, run } from '../process';
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

/** Renders a chart with `helm template`; its documents name the template that they came from. */
export async function renderChart(
  chart: string,
  values: readonly string[],
  namespace: string | undefined,
): Promise<SourceFile> {
  for (const path of values) if (!existsSync(path)) throw new UsageError(`there is no values file "${path}"`);
  const name = releaseName(chart);
  const args = ['template', name, chart, ...values.flatMap((path) => ['--values', path])];
  try {
    const { status, stdout, stderr } = await run('helm', namespace ? [...args, '--namespace', namespace] : args);
    if (status !== 0) throw new UsageError(`cannot render the chart "${chart}": ${complaint(stderr)}`);
    return read(`<helm template ${chart}>`, stdout);
  } catch (error) {
    if (error instanceof MissingProgram)
      throw new UsageError('helm is not on the PATH; --helm renders charts by calling it');
    throw error;
  }
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
