import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { KubernetesObject } from '../../source/resource';
import { read } from '../../source/read';
import { MissingProgram, run } from '../process';
import type { Kustomization } from './kustomization';

/** An object that a kustomization makes, and what the renderer says of where it comes from, as absolute paths. */
export interface RenderedObject {
  value: KubernetesObject;
  /** The file that it was read from. */
  origin?: string;
  /** The kustomization that generated it. */
  generatedIn?: string;
}

/** Either what a kustomization makes, or in one line why it could not be rendered. */
export type Rendering = { objects: RenderedObject[] } | { failure: string };

/** A program that renders kustomizations: the command before the folder's name. */
export type Renderer = readonly [program: string, ...args: string[]];

const RENDERERS: readonly Renderer[] = [
  ['kustomize', 'build'],
  ['kubectl', 'kustomize'],
];
const MOST_WORDS = 300;
const MOST_SECONDS = 120;
const ORIGIN = 'config.kubernetes.io/origin';

/** The first program on the PATH that renders kustomizations. */
export async function findRenderer(): Promise<Renderer | undefined> {
  for (const renderer of RENDERERS) {
    const [program] = renderer;
    const args = program === 'kubectl' ? ['version', '--client'] : ['version'];
    try {
      await run(program, args);
      return renderer;
    } catch (error) {
      if (!(error instanceof MissingProgram)) throw error;
    }
  }
  return undefined;
}

/**
 * Renders a kustomization. It is done through a kustomization of our own in a temporary folder, which has nothing in it but the
 * wish that every object be marked with the file it came from: nothing in the repository is touched.
 */
export async function render(
  [program, ...args]: Renderer,
  { folder, value }: Kustomization,
  restrictions: readonly string[],
  signal: AbortSignal,
): Promise<Rendering> {
  const around = temporaryFolder();
  if (around === undefined) return { failure: `no folder can be made in "${tmpdir()}"` };
  try {
    const target = realpathSync(folder);
    const way = relative(around, target);
    // A schema for merging counts only in the outermost kustomization, and no folder can take in one that holds it.
    const isWrapped = value.openapi === undefined && !isAbsolute(way) && !(around + sep).startsWith(target + sep);
    const wrapper = { resources: [way], buildMetadata: ['originAnnotations'] };
    if (isWrapped) writeFileSync(join(around, 'kustomization.yaml'), JSON.stringify(wrapper));
    const { status, stdout, stderr } = await run(program, [...args, isWrapped ? around : target, ...restrictions], {
      signal,
      seconds: MOST_SECONDS,
    });
    if (status === null) return { failure: `it takes longer than ${MOST_SECONDS} seconds` };
    if (status !== 0) return { failure: complaint(stderr) };
    const objects = read('', stdout).resources.map(({ value: object }) => marked(object, around));
    return { objects };
  } finally {
    rmSync(around, { recursive: true, force: true });
  }
}

function temporaryFolder(): string | undefined {
  try {
    return realpathSync(mkdtempSync(join(tmpdir(), 'meshlint-render-')));
  } catch {
    return undefined;
  }
}

/** The object without the mark, and what the mark says. */
function marked(value: KubernetesObject, around: string): RenderedObject {
  const { annotations = {}, ...metadata } = value.metadata;
  const mark = annotations[ORIGIN];
  if (mark === undefined) return { value };
  const left = Object.entries(annotations).filter(([name]) => name !== ORIGIN);
  const unmarked = left.length ? { ...metadata, annotations: Object.fromEntries(left) } : metadata;
  const path = (key: string) => {
    const [, found] = new RegExp(`^${key}: (.+)$`, 'm').exec(mark) ?? [];
    return found && !/^repo: /m.test(mark) ? resolve(around, found) : undefined;
  };
  return { value: { ...value, metadata: unmarked }, origin: path('path'), generatedIn: path('configuredIn') };
}

/**
 * What the renderer complained of, in one line: kubectl wraps it as its log does, and both tell every folder on the way to it,
 * and then what else they tried.
 */
export function complaint(stderr: string): string {
  const logged = /err="((?:[^"\\]|\\.)*)"|err=<\n([\s\S]*?)\n >/.exec(stderr);
  const said = logged ? (logged[1]?.replace(/\\(["\\])/g, '$1') ?? logged[2]!) : stderr.replace(/^[\s\S]*?Error: /, '');
  const line = said
    .replace(/^.*(couldn't make target for|recursed accumulation of) path '[^']*': /s, '')
    .replace(/^.*(?=accumulating resources from )/s, '')
    .replace(/'*: must build at directory: .*/s, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (!line) return 'the renderer failed without a word';
  return line.length > MOST_WORDS ? `${line.slice(0, MOST_WORDS)} ...` : line;
}
