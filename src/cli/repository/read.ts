import { basename, dirname, resolve } from 'node:path';
import { SourceFile } from '../../source/file';
import { say } from '../terminal';
import { boundaryAround, kindInside } from '../input/boundary';
import { onPath } from '../process';
import { type Chart, chartsIn, isLibrary } from './charts';
import { isKustomizationName } from './kustomization';
import type { Part } from './part';
import { type PartOptions, partsOf } from './parts';
import type { Open } from './rendered';
import { type ReleaseOptions, type Releases, renderCharts } from './releases';
import { some } from './some';
import { Kustomizations } from './tree';

/** What the files below a folder are, seen as a repository of sources. */
export interface Repository {
  /** The files that are applied as they are. */
  plain: string[];
  /** Whether nothing is lacking that templates would make. */
  isWhole: boolean;
  /** What the kustomizations and charts among them make. */
  parts: Part[];
}

export interface RepositoryOptions extends PartOptions, ReleaseOptions {
  /** A chart that is rendered otherwise and needs no mention. */
  helm?: string;
}

/** Tells sources from manifests among the files below a folder, and renders the kustomizations and charts. */
export async function readRepository(
  top: string,
  paths: readonly string[],
  options: RepositoryOptions,
): Promise<Repository> {
  const boundary = boundaryAround(top);
  const inside =
    (open: Open): Open =>
    (path) =>
      kindInside(path, boundary) === 'file' ? open(path) : new SourceFile(path, '');
  const open = inside(options.open);
  const openAsWritten = inside(options.openAsWritten);
  const { charts, others: sources } = chartsIn(paths, open);
  const active = charts.filter((chart) => hasWork(chart) && !isLibrary(chart, open));
  const releases = await releasesOf(active, { ...options, open });
  const released = new Set(releases.parts.flatMap((part) => part.files('judged').map(({ path }) => path)));
  const templates = charts.flatMap(({ plain }) => plain).filter((path) => !released.has(path));
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
  const made = [...partsOf(kustomizations, trees, { ...options, open, openAsWritten }), ...releases.parts];
  return {
    plain: [...unused.filter((path) => !isUnlisted(path) && !isUnfinished(path)), ...templates],
    isWhole: releases.isWhole,
    parts: made.map((part) => ({ ...part, isWhole: part.isWhole && releases.isWhole })),
  };
}

/** The charts of which helm makes what no file says. */
const hasWork = ({ templates }: Chart): boolean => templates.length > 0;

const NO_RELEASES: Releases = { parts: [], isWhole: false };

/** What the charts make, as far as they are rendered. A chart that the command line has rendered needs no mention. */
async function releasesOf(charts: readonly Chart[], options: RepositoryOptions): Promise<Releases> {
  const { helm: named, render } = options;
  const others = charts.filter(({ folder }) => named === undefined || resolve(named) !== resolve(folder));
  if (others.length === 0) return { parts: [], isWhole: charts.length === 0 };
  const helm = render ? onPath('helm') : undefined;
  if (helm === undefined) {
    sayUnrendered(
      others.map(({ folder }) => folder),
      render ? 'no helm' : 'not wanted',
    );
    return NO_RELEASES;
  }
  const releases = await renderCharts(helm, others, options);
  return { ...releases, isWhole: releases.isWhole && others.length === charts.length };
}

function tell(cause: string, paths: readonly string[]): void {
  if (paths.length) say(`meshlint: not checked, because ${cause}: ${some(paths)}`);
}

function sayUnrendered(charts: readonly string[], cause: 'no helm' | 'not wanted'): void {
  const why = cause === 'no helm' ? ', and helm is not on the PATH' : '';
  say(
    `meshlint: not checked, because it is an unrendered Helm chart${why}: ${some(charts)}; render it with --helm ${charts[0]}`,
  );
}
