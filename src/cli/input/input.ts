import { normalize } from 'node:path';
import type { SourceFile } from '../../source/file';
import { boundaryOf } from './boundary';
import { type Found, expand, readFile, readStdin } from './files';
import type { Ignored } from './ignored';
import { sizeLimit } from './size-limit';
import { inNamespace } from './with-role';
import type { Drafts } from '../fix/fix-rounds';
import { renderChart } from '../repository/helm';
import { type Part, plainPart } from '../repository/part';
import { readRepository } from '../repository/read';
import { some } from '../repository/some';
import { count } from '../../report/closing';
import { say } from '../terminal';
import { UsageError } from '../usage-error';

/** What the command line names, as parts that can be put together to meshes. */
export interface Input {
  parts: Part[];
  /** What is only there to be referred to. */
  context: Part[];
}

export interface ReadOptions {
  with: readonly string[];
  stdinFilename: string;
  allowEmpty?: true;
  /** What is read in the place of what files hold. */
  drafts?: Drafts;
  /** What is left out of folders. */
  ignored?: readonly Ignored[];
  /** The namespace of objects that name none. */
  namespace: string | undefined;
  render: boolean;
  /** Whether what is read may be several variants of one mesh. */
  variants?: true | undefined;
  helm?: string;
  values?: readonly string[];
}

/** Reads files, folders with what their kustomizations and charts make, and a Helm chart. */
export async function readInput(paths: readonly string[], options: ReadOptions): Promise<Input> {
  const { helm, values = [], namespace, drafts } = options;
  const open = opener(namespace, drafts);
  const chart = helm ? [placed(await renderChart(helm, values, namespace), namespace)] : [];
  const parts = await readParts(paths, chart, open, options);
  const context = await readParts(options.with, [], open, { ...options, variants: undefined });
  if (!options.allowEmpty && (paths.length || helm) && parts.every(isEmpty)) {
    const where = paths.length ? paths.map((path) => (path === '.' ? 'this folder' : path)) : [`"${helm}"`];
    throw new NothingFound(
      where,
      parts.flatMap((part) => part.files('judged')),
    );
  }
  return { parts, context };
}

/** No file that was read holds an object of Istio or Kubernetes. */
export class NothingFound extends UsageError {
  constructor(
    where: readonly string[],
    readonly files: readonly SourceFile[],
  ) {
    const place = where.length > MOST_PLACES ? `${where.length} files and folders` : where.join(', ');
    super(`no Istio or Kubernetes configuration found in ${place}${skipped(files)}`);
  }
}

const MOST_PLACES = 8;

/** How many documents of files were skipped, and where some of them are. */
function skipped(files: readonly SourceFile[]): string {
  const foreign = files.reduce((sum, { passedOver }) => sum + passedOver, 0);
  const templates = files.reduce((sum, file) => sum + file.templates, 0);
  if (foreign + templates === 0) return '';
  const paths = files.filter((file) => file.passedOver + file.templates > 0).map(({ path }) => path);
  const what = [
    ...(foreign === 1 ? ['1 document that is not a Kubernetes object'] : []),
    ...(foreign > 1 ? [`${foreign} documents that are not Kubernetes objects`] : []),
    ...(templates > 0 ? [`${count(templates, 'template')} that must be rendered first`] : []),
  ];
  return `; skipped ${what.join(' and ')} (${some(paths)})`;
}

const isEmpty = (part: Part): boolean =>
  part.files('judged').every(({ resources, problems }) => resources.length + problems.length === 0);

/** Reads every file once; `asWritten` leaves objects without a namespace where they are. */
interface Opener {
  (found: Found): SourceFile;
  asWritten(found: Found): SourceFile;
}

function opener(namespace: string | undefined, drafts: Drafts | undefined): Opener {
  const counted = sizeLimit();
  const asWritten = once((found) => {
    const file = readFile(found, drafts);
    counted(file);
    return file;
  });
  return Object.assign(
    once((found) => placed(asWritten(found), namespace)),
    { asWritten },
  );
}

function once(reads: (found: Found) => SourceFile): (found: Found) => SourceFile {
  const known = new Map<string, SourceFile>();
  return (found) => {
    const path = normalize(found.path);
    const file = known.get(path) ?? reads(found);
    known.set(path, file);
    return file;
  };
}

const placed = (file: SourceFile, namespace: string | undefined): SourceFile =>
  namespace === undefined ? file : inNamespace(file, ({ metadata }) => metadata.namespace ?? namespace);

async function readParts(
  paths: readonly string[],
  more: readonly SourceFile[],
  open: Opener,
  options: ReadOptions,
): Promise<Part[]> {
  const plain = new Set<SourceFile>();
  const parts: Part[] = [];
  let isWhole = true;
  for (const path of paths) {
    const read = await readPath(path, open, options);
    isWhole &&= read.isWhole;
    for (const file of read.plain) plain.add(file);
    parts.push(...read.parts);
  }
  const named = new Set(paths);
  const without = [...plain].filter(
    ({ path, resources, problems }) => named.has(path) && resources.length === 0 && problems.length === 0,
  );
  if (without.length) say(`meshlint: no Kubernetes object in ${some(without.map(({ path }) => path))}`);
  const files = [...plain, ...more];
  return files.length || (paths.length && parts.length === 0)
    ? [{ ...plainPart([...paths, ...(options.helm ? [options.helm] : [])].join(', '), files), isWhole }, ...parts]
    : parts;
}

interface ReadPath {
  plain: SourceFile[];
  parts: Part[];
  isWhole: boolean;
}

async function readPath(path: string, open: Opener, options: ReadOptions): Promise<ReadPath> {
  if (path === '-')
    return { plain: [placed(readStdin(options.stdinFilename), options.namespace)], parts: [], isWhole: true };
  const { folder, found } = expand(path, options.ignored);
  if (folder === undefined) return { plain: found.map(open), parts: [], isWhole: true };
  const within = boundaryOf(folder);
  const byPath = new Map(found.map((each) => [each.path, each]));
  const repository = await readRepository(
    folder,
    found.map((each) => each.path),
    {
      ...options,
      environments: options.variants ? 'rendered' : 'ignored',
      open: (each) => open({ path: each, named: true, within }),
      openAsWritten: (each) => open.asWritten({ path: each, named: true, within }),
    },
  );
  return {
    plain: repository.plain.map((each) => open(byPath.get(each) ?? { path: each, named: false, within })),
    parts: repository.parts,
    isWhole: repository.isWhole,
  };
}
