import { dirname, join, relative } from 'node:path';
import { isRecord } from '../../source/record';
import { loadValue } from '../../source/values';
import { chartsAmong, hasActions, placeInChart } from './helm';
import { isKustomizationName } from './kustomization';
import type { Open } from './rendered';

/** A chart that is applied by itself, with the charts below its `charts/`. */
export class Chart {
  /** Templates without actions, which are applied as they are. */
  readonly plain: string[] = [];
  /** Templates that only helm can render. */
  readonly templates: string[] = [];
  /** Files with the values of an environment. */
  readonly environments: string[] = [];

  constructor(readonly folder: string) {}
}

/** Files by the charts that they belong to. */
export interface Charts {
  readonly charts: readonly Chart[];
  /** The files of no chart, and those of kustomizations below a chart. */
  readonly others: readonly string[];
}

/** Divides files by the charts that they belong to. What is neither a template nor the values of an environment is left out. */
export function chartsIn(paths: readonly string[], open: Open): Charts {
  const folders = chartsAmong(paths);
  const kustomized = new Set(paths.filter(isKustomizationName).map((path) => dirname(path)));
  const charts = new Map<string, Chart>();
  const others: string[] = [];
  for (const path of paths) {
    const within = placeInChart(path, folders);
    if (!within || (within.place === 'other' && kustomized.has(dirname(path)))) {
      others.push(path);
      continue;
    }
    const chart = charts.get(within.chart) ?? new Chart(within.chart);
    charts.set(chart.folder, chart);
    if (within.place === 'template') (hasActions(open(path)) ? chart.templates : chart.plain).push(path);
    else if (isEnvironment(relative(chart.folder, path))) chart.environments.push(path);
  }
  return { charts: [...charts.values()], others };
}

/** `values-prod.yaml`, `ci/small-values.yaml`, `environments/prod.yaml` and the like, as seen from the chart. */
const isEnvironment = (path: string): boolean =>
  /^((ci|envs?|environments?)\/)?(values[-._][^/]+|[^/]+[-._]values)\.ya?ml$/.test(path) ||
  /^(envs?|environments?)\/[^/]+\.ya?ml$/.test(path);

/** Whether a chart has only definitions for other charts. */
export function isLibrary({ folder }: Chart, open: Open): boolean {
  try {
    const value = loadValue(open(join(folder, 'Chart.yaml')).text);
    return isRecord(value) && value['type'] === 'library';
  } catch {
    return false;
  }
}
