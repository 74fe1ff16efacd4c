import { basename, dirname, resolve } from 'node:path';
import { SourceFile } from '../../source/file';
import { say } from '../terminal';
import { Boundary } from './boundary';
import { chartsAmong, isTemplate } from './helm';
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
  /** What the kustomizations among them make. */
  parts: Part[];
}

export interface RepositoryOptions extends PartOptions {
  /** A chart that is rendered otherwise and needs no mention. */
  helm?: string;
}

/** Tells sources from manifests among the files below a folder, and renders the kustomizations. */
export function readRepository(top: string, paths: readonly string[], options: RepositoryOptions): Repository {
  const boundary = new Boundary(top);
  const inside =
    (open: Open): Open =>
    (path) =>
      boundary.kindOf(path) === 'file' ? open(path) : new SourceFile(path, '');
  const open = inside(options.open);
  const openAsWritten = inside(options.openAsWritten);
  const charts = chartsAmong(paths);
  tellCharts(charts.filter((chart) => !options.helm || resolve(options.helm) !== resolve(chart)));
  const sources = paths.filter((path) => !isTemplate(path, charts));
  const kustomizations = new Kustomizations(sources.filter(isKustomizationName), boundary, openAsWritten);
  const trees = kustomizations.trees();
  const used = kustomizations.used();
  const territory = kustomizations.territory();
  const isUnlisted = (path: string) => territory.has(dirname(path));
  const unused = sources.filter((path) => !used.has(path) && basename(path) !== 'Kustomization');
  tell('it is a component that no kustomization takes in', kustomizations.looseComponents());
  const unlisted = unused.filter((path) => isUnlisted(path) && open(path).resources.length > 0);
  tell('the kustomization beside it does not list it', unlisted);
  return {
    plain: unused.filter((path) => !isUnlisted(path)),
    parts: partsOf(kustomizations, trees, { ...options, open, openAsWritten }),
  };
}

function tell(cause: string, paths: readonly string[]): void {
  if (paths.length) say(`meshlint: not judged, because ${cause}: ${some(paths)}`);
}

function tellCharts(charts: readonly string[]): void {
  if (charts.length === 0) return;
  say(`meshlint: not judged, because it is an unrendered Helm chart: ${some(charts)}; --helm ${charts[0]} renders it`);
}
