import { join, relative } from 'node:path';
import { identity } from '../../mesh/mesh';
import { Document, type Problem, type Role, SourceFile } from '../../source/file';
import { read } from '../../source/read';
import { Resource } from '../../source/resource';
import { whyUnreadable } from '../input/read-text';
import { inNamespace, withRole } from '../input/with-role';
import { inParallel } from '../process';
import { say } from '../terminal';
import type { Chart } from './charts';
import { type Failure, sayFailures } from './failures';
import { type ChartRelease, Unrenderable, template } from './helm';
import type { Part } from './part';
import { remembered } from './remembered';
import type { Open } from './rendered';
import { some } from './some';

export interface ReleaseOptions {
  /** Reads a template without actions. */
  open: Open;
  /** The namespace of the releases, and of objects that name none. */
  namespace: string | undefined;
  /** Whether charts are also rendered with the values of each environment. */
  environments: 'rendered' | 'ignored';
}

/** What the charts of a folder make. */
export interface Releases {
  /** One part for each chart, and one more for each environment that makes something else of it. */
  readonly parts: readonly Part[];
  /** Whether every template made an object with some of the values: else there may be objects that nobody has seen. */
  readonly isWhole: boolean;
}

/** A chart with the values of one environment, or with its default values. */
interface Variant {
  readonly chart: Chart;
  readonly values: readonly string[];
}

interface Rendered extends Variant {
  /** What helm printed. */
  readonly text: string;
}

type Outcome = { readonly rendered: Rendered } | { readonly failure: Failure };

/** Helm itself uses several threads. */
const AT_ONCE = 2;
const MOST_SECONDS = 120;
const MOST_ENVIRONMENTS = 5;

/**
 * Stands for the namespace of a release while helm renders it. Where an object names it as its own namespace it is removed, so that the
 * object can be in any; elsewhere, such as in a host, it is a placeholder.
 */
const RELEASE_NAMESPACE = '__RELEASE_NAMESPACE__';

/** Renders charts with their default values and with those of environments. Says what could not be rendered, and why. */
export async function renderCharts(helm: string, charts: readonly Chart[], options: ReleaseOptions): Promise<Releases> {
  const variants = charts.flatMap((chart) => variantsOf(chart, options));
  const end = performance.now() + MOST_SECONDS * 1000;
  const outcomes = await inParallel(variants, (variant) => outcomeOf(helm, variant, end, options), AT_ONCE);
  sayFailures(outcomes.flatMap((outcome) => ('failure' in outcome ? [outcome.failure] : [])));
  if (options.environments === 'rendered') sayIgnored(charts);
  const rendered = distinct(outcomes.flatMap((outcome) => ('rendered' in outcome ? [outcome.rendered] : [])));
  const releases = rendered.map((each) => releaseOf(each, options));
  const templates = new Set(releases.flatMap((release) => [...release.templates]));
  return {
    parts: releases.map(({ part }) => part),
    isWhole: charts.every((chart) => chart.templates.every((path) => templates.has(path))),
  };
}

/** The default values come last: of equal definitions the last one is shown. */
const variantsOf = (chart: Chart, { environments }: ReleaseOptions): Variant[] => [
  ...(environments === 'rendered' ? chart.environments : [])
    .slice(0, MOST_ENVIRONMENTS)
    .map((path) => ({ chart, values: [path] })),
  { chart, values: [] },
];

/** As the user knows it: the folder of the chart, and its values file. */
const titleOf = ({ chart: { folder }, values }: Variant): string =>
  [folder, ...values.map((path) => `with ${relative(folder, path)}`)].join(' ');

async function outcomeOf(
  helm: string,
  variant: Variant,
  end: number,
  { namespace = RELEASE_NAMESPACE }: ReleaseOptions,
): Promise<Outcome> {
  const { chart, values } = variant;
  const release: ChartRelease = { chart: chart.folder, values, namespace };
  try {
    if (performance.now() > end)
      throw new Unrenderable(`rendering the charts takes longer than ${MOST_SECONDS} seconds`);
    const text = await remembered(release, () => template(helm, release));
    return { rendered: { ...variant, text } };
  } catch (error) {
    return { failure: { title: titleOf(variant), reason: reasonOf(error) } };
  }
}

/** Why a chart is not rendered. What is neither its fault nor that of its files is thrown. */
function reasonOf(error: unknown): string {
  if (error instanceof Unrenderable) return error.message;
  if (error instanceof Error && 'syscall' in error) return `it cannot be read: ${whyUnreadable(error)}`;
  throw error;
}

function sayIgnored(charts: readonly Chart[]): void {
  const ignored = charts.flatMap(({ environments }) => environments.slice(MOST_ENVIRONMENTS));
  if (ignored.length > 0)
    say(
      `meshlint: not rendered, because only the first ${MOST_ENVIRONMENTS} values files of a chart are used: ${some(ignored)}`,
    );
}

/** Without the variants of which the same comes as of another one of the chart. */
function distinct(rendered: readonly Rendered[]): Rendered[] {
  const isSame = (one: Rendered, other: Rendered) => one.chart === other.chart && one.text === other.text;
  return rendered.filter((each, index) => !rendered.slice(index + 1).some((later) => isSame(each, later)));
}

interface Release {
  readonly part: Part;
  /** The templates of which objects came. */
  readonly templates: ReadonlySet<string>;
}

/** What a chart makes. A template without actions is shown as it is written, the rest as helm prints it. */
function releaseOf(rendered: Rendered, { open, namespace }: ReleaseOptions): Release {
  const { chart, values, text } = rendered;
  const name = ['helm template', chart.folder, ...values.map((path) => `--values ${path}`)].join(' ');
  const printed = read(`<${name}>`, text);
  const templates = new Set(printed.resources.flatMap(({ document }) => templateOf(document, chart) ?? []));
  const plain = chart.plain.filter((path) => templates.has(path));
  const file = withTemplates(printed, chart, new Set(plain));
  const files = [...plain.map(open), namespace === undefined ? file : inNamespace(file, namespaceIn(namespace))];
  const resources = files.flatMap((each) => each.resources);
  const part: Part = {
    title: titleOf(rendered),
    isWhole: true,
    appliedFrom: chart.folder,
    resources,
    sources: new Set(resources.map((each) => `${each.document.origin ?? each.file.path}#${identity(each)}`)),
    files: (role: Role, keeps) => files.map((each) => withRole(each, role, keeps)),
  };
  return { part, templates };
}

const namespaceIn =
  (namespace: string) =>
  ({ metadata }: Resource): string =>
    metadata.namespace ?? namespace;

/** The path of the template that a document came from: helm names the chart in the place of its folder. */
function templateOf({ origin }: Document, { folder, plain, templates }: Chart): string | undefined {
  if (origin === undefined) return undefined;
  const path = join(folder, origin.slice(origin.indexOf('/') + 1));
  return plain.includes(path) || templates.includes(path) ? path : undefined;
}

/** What helm printed, under the paths of the templates, and without what came of some of them. */
function withTemplates(printed: SourceFile, chart: Chart, without: ReadonlySet<string>): SourceFile {
  const file = new SourceFile(printed.path, printed.text);
  file.chart = chart.folder;
  const documents = new Map<Document, Document>();
  const copyOf = (document: Document): Document => {
    const origin = templateOf(document, chart) ?? document.origin;
    const copy = documents.get(document) ?? new Document(file, document.slice, origin, document.readAs);
    documents.set(document, copy);
    return copy;
  };
  const skipped: Document[] = [];
  for (const { document, base, value } of printed.resources) {
    const path = templateOf(document, chart);
    if (path !== undefined && without.has(path)) skipped.push(document);
    else file.resources.push(new Resource(copyOf(document), base, withoutMarker(value)));
    // Of duplicate keys Helm takes the last one: a document that is an object has no fault of its syntax.
    if (base.length === 0) skipped.push(document);
  }
  const isSkipped = ({ place }: Problem): boolean => {
    const at = printed.offsetOf(place.range.start);
    return skipped.some(({ slice }) => slice.start <= at && at < slice.end);
  };
  for (const problem of printed.problems)
    if (!isSkipped(problem)) file.problems.push({ ...problem, place: { ...problem.place, file } });
  return file;
}

function withoutMarker(value: Resource['value']): Resource['value'] {
  if (value.metadata.namespace !== RELEASE_NAMESPACE) return value;
  const { namespace: _namespace, ...metadata } = value.metadata;
  return { ...value, metadata };
}
