import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { NEWEST, type Release } from '../../schema/release';
import { TABLE } from '../../schema/kinds/table';
import type { SourceFile } from '../../source/file';
import { read } from '../../source/read';
import { TooMuchOutput, isolated, onPath, run } from '../process';
import { realPath, statOf } from '../input/boundary';
import { UsageError } from '../usage-error';

/** The folders of Helm charts: they hold a Chart.yaml. */
export const chartsAmong = (paths: readonly string[]): string[] =>
  paths.filter((path) => basename(path) === 'Chart.yaml').map((path) => dirname(path));

/** What a file below a chart is to it: what lies outside of its templates is never applied as it is. */
export type ChartPlace = 'template' | 'other';

/** The chart that is applied with a file, and what the file is to it; undefined for a file of no chart. */
export function placeInChart(
  path: string,
  charts: readonly string[],
): { chart: string; place: ChartPlace } | undefined {
  const around = charts.filter((chart) => chart === '.' || isBelow(path, chart)).sort((a, b) => b.length - a.length);
  const [inner] = around;
  if (inner === undefined) return undefined;
  // A chart below the `charts/` of another is a part of that one.
  const chart = around.reduce((outer, each) => (isBelow(outer, join(each, 'charts')) ? each : outer), inner);
  // A name with an underscore is that of helpers, from which helm makes no objects.
  const isTemplate = isBelow(path, join(inner, 'templates')) && !basename(path).startsWith('_');
  return { chart, place: isTemplate ? 'template' : 'other' };
}

/** Whether a template has actions: without any, it is what helm makes of it. */
export const hasActions = ({ text }: SourceFile): boolean => text.includes('{{');

/** One application of a chart: with its default values, and over them those of some files. */
export interface ChartRelease {
  readonly chart: string;
  readonly values: readonly string[];
  readonly namespace: string | undefined;
}

/** Why a chart cannot be rendered, as the second half of "not rendered, because ...". */
export class Unrenderable extends Error {}

const MOST_SECONDS = 30;
const MOST_BYTES = 32 * 1024 * 1024;
const MOST_MEMORY = 3 * 1024 ** 3;

/** Renders the chart that the command line names; its documents name the template that they came from. */
export async function renderChart(
  chart: string,
  values: readonly string[],
  namespace: string | undefined,
): Promise<SourceFile> {
  for (const path of values) if (!existsSync(path)) throw new UsageError(`values file "${path}" does not exist`);
  if (!existsSync(chart)) throw new UsageError(`chart "${chart}" does not exist`);
  const helm = onPath('helm');
  if (helm === undefined) throw new UsageError('helm is not on the PATH; --helm requires it');
  try {
    return read(`<helm template ${chart}>`, await template(helm, { chart, values, namespace }));
  } catch (error) {
    if (!(error instanceof Unrenderable)) throw error;
    throw new UsageError(`cannot render the chart "${chart}": ${error.message}`);
  }
}

/**
 * What `helm template` prints of a release, up to the limits of time, output and memory. Helm has no environment, so that it finds no
 * plugins, repositories or credentials; every argument from outside is an absolute path or the value of an option; and schemas of
 * values, which may refer to other machines, are not read. Throws Unrenderable.
 */
export async function template(helm: string, { chart, values, namespace }: ChartRelease): Promise<string> {
  const link = linkOutOf(chart);
  if (link !== undefined) throw new Unrenderable(`"${link}" is a symbolic link that leads out of the chart`);
  // Helm takes the value of the option for a list.
  const list = values.find((path) => /[,"\r\n]/.test(resolve(path)));
  if (list !== undefined) throw new Unrenderable(`helm cannot read a values file with a comma in its path: "${list}"`);
  const args = [
    'template',
    '--skip-schema-validation',
    `--api-versions=${API_VERSIONS.join(',')}`,
    ...values.map((path) => `--values=${resolve(path)}`),
    ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
    '--',
    releaseName(chart),
    resolve(chart),
  ];
  const limits = { seconds: MOST_SECONDS, bytes: MOST_BYTES, memory: MOST_MEMORY };
  const { status, stdout, stderr } = await isolated((isolation) => run(helm, args, { isolation, ...limits })).catch(
    (error: unknown) => {
      if (error instanceof TooMuchOutput) throw new Unrenderable(`it makes more than ${MOST_BYTES / 1024 ** 2} MiB`);
      throw error;
    },
  );
  if (status === null) throw new Unrenderable(`it takes longer than ${MOST_SECONDS} seconds`);
  if (status !== 0) throw new Unrenderable(complaint(stderr));
  return stdout;
}

/** What a cluster with a mesh serves: templates ask for it with `.Capabilities.APIVersions.Has`. */
const API_VERSIONS: readonly string[] = [
  ...new Set(
    TABLE.flatMap(({ releases, group, kind, versions }) =>
      (releases as readonly Release[]).includes(NEWEST) &&
      /^gateway\.networking\.|^(extensions|networking|security|telemetry)\.istio\.io$/.test(group)
        ? versions.flatMap((version) => [`${group}/${version}`, `${group}/${version}/${kind}`])
        : [],
    ),
  ),
];

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

/** The reason in what helm wrote about its failure. */
function complaint(stderr: string): string {
  const missing = /missing in charts\/ directory: (.+)/.exec(stderr)?.[1];
  if (missing !== undefined) return `charts that it depends on are not in the repository (${missing})`;
  if (/unknown flag: --skip-schema-validation/.test(stderr)) return 'Helm 3.16 or later is required';
  if (/out of memory|cannot allocate memory/.test(stderr))
    return `it needs more than ${MOST_MEMORY / 1024 ** 3} GiB of memory`;
  const lines = stderr.trim().split('\n');
  const line =
    lines.findLast((each) => each.startsWith('Error: ')) ??
    lines.findLast((each) => each && !each.startsWith('WARNING'));
  const reason = line?.replace(/^Error: /, '') ?? 'helm failed without a message';
  return reason.length > MOST_LETTERS ? `${reason.slice(0, MOST_LETTERS)}...` : reason;
}

const MOST_LETTERS = 300;

const isFolder = (path: string): boolean => statOf(path)?.isDirectory() ?? false;

const isBelow = (path: string, folder: string): boolean => path.startsWith(folder + sep);
