import { basename, dirname, resolve } from 'node:path';
import { SourceFile } from '../../source/file';
import { say } from '../terminal';
import { boundaryAround, kindInside } from '../input/boundary';
import { chartsAmong, hasActions, placeInChart } from './helm';
import { isKustomizationName } from './kustomization';
import type { Part } from './part';
import { type PartOptions, partsOf } from './parts';
import type { Open } from './rendered';
import { some } from './some';
import { Kustomizations } from './tree';

/** What the files below a folder are, seen as a repository of sources. */
export interface Repository {
  /** The files that are applied as they are. */
  plain: string[];
  /** Whether nothing is lacking that templates would make. */
  isWhole: boolean;
  /** What the kustomizations among them make. */
  parts: Part[];
}

export interface RepositoryOptions extends PartOptions {
  /** A chart that is rendered otherwise and needs no mention. */
  helm?: string;
}

/** Tells sources from manifests among the files below a folder, and renders the kustomizations. */
export function readRepository(top: string, paths: readonly string[], options: RepositoryOptions): Repository {
  const boundary = boundaryAround(top);
  const inside =
    (open: Open): Open =>
    (path) =>
      kindInside(path, boundary) === 'file' ? open(path) : new SourceFile(path, '');
  const open = inside(options.open);
  const openAsWritten = inside(options.openAsWritten);
  const { sources, templates, unrendered } = withoutCharts(paths, open);
  printCharts(unrendered.filter((chart) => !options.helm || resolve(options.helm) !== resolve(chart)));
  const kustomizations = new Kustomizations(sources.filter(isKustomizationName), boundary, openAsWritten);
  const trees = kustomizations.trees();
  const used = kustomizations.used();
  const territory = kustomizations.territory();
  const unfinished = kustomizations.unfinished();
  const isUnfinished = (path: string) => unfinished.has(dirname(path));
  const isUnlisted = (path: string) => territory.has(dirname(path));
  const unused = sources.filter((path) => !used.has(path) && basename(path) !== 'Kustomization');
  tell('it is a component that no kustomization takes in', kustomizations.looseComponents());
  const unlisted = unused.filter((path) => isUnlisted(path) && open(path).resources.length > 0);
  tell('the kustomization beside it does not list it', unlisted);
  const inUnfinished = unused.filter((path) => isUnfinished(path) && !isUnlisted(path));
  tell(
    'a kustomization takes in its folder, which has no kustomization.yaml',
    inUnfinished.filter((path) => open(path).resources.length > 0),
  );
  return {
    plain: [...unused.filter((path) => !isUnlisted(path) && !isUnfinished(path)), ...templates],
    isWhole: unrendered.length === 0,
    parts: partsOf(kustomizations, trees, { ...options, open, openAsWritten }),
  };
}

interface WithoutCharts {
  /** The files of no chart, and those of kustomizations below a chart. */
  sources: string[];
  /** Templates without actions, which are applied as they are. */
  templates: string[];
  /** The charts with templates that only helm can render. */
  unrendered: string[];
}

function withoutCharts(paths: readonly string[], open: Open): WithoutCharts {
  const charts = chartsAmong(paths);
  const kustomized = new Set(paths.filter(isKustomizationName).map((path) => dirname(path)));
  const found: WithoutCharts = { sources: [], templates: [], unrendered: [] };
  const unrendered = new Set<string>();
  for (const path of paths) {
    const within = placeInChart(path, charts);
    if (!within || (within.place === 'other' && kustomized.has(dirname(path)))) found.sources.push(path);
    else if (within.place === 'template' && !hasActions(open(path))) found.templates.push(path);
    else if (within.place === 'template') unrendered.add(within.chart);
  }
  return { ...found, unrendered: [...unrendered] };
}

function tell(cause: string, paths: readonly string[]): void {
  if (paths.length) say(`meshlint: not checked, because ${cause}: ${some(paths)}`);
}

function printCharts(charts: readonly string[]): void {
  if (charts.length === 0) return;
  say(
    `meshlint: not checked, because it is an unrendered Helm chart: ${some(charts)}; render it with --helm ${charts[0]}`,
  );
}
