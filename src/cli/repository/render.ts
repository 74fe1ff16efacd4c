import { realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { KubernetesObject } from '../../source/resource';
import { read } from '../../source/read';
import { type Isolation, isolated, onPath, run } from '../process';
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
export function findRenderer(): Renderer | undefined {
  for (const [name, ...args] of RENDERERS) {
    const program = onPath(name);
    if (program !== undefined) return [program, ...args];
  }
  return undefined;
}

/**
 * Renders a kustomization of which it is known that it only takes in local files. It is done through a kustomization of our own in
 * an empty folder, which has nothing in it but the wish that every object be marked with the file it came from: nothing in the
 * repository is touched, and the program has no environment, no credentials, and neither git nor ssh on its PATH.
 */
export async function render(renderer: Renderer, root: Kustomization, signal: AbortSignal): Promise<Rendering> {
  try {
    return await isolated((isolation) => renderIn(renderer, root, isolation, signal));
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === undefined || !path?.startsWith(tmpdir())) throw error;
    return { failure: `no folder can be made in "${tmpdir()}"` };
  }
}

async function renderIn(
  [program, ...args]: Renderer,
  { folder, value }: Kustomization,
  isolation: Isolation,
  signal: AbortSignal,
): Promise<Rendering> {
  const around = isolation.cwd;
  const target = realpathSync(folder);
  const way = relative(around, target);
  // A schema for merging counts only in the outermost kustomization, and no folder can take in one that holds it.
  const isWrapped = value.openapi === undefined && !isAbsolute(way) && !(around + sep).startsWith(target + sep);
  const wrapper = { resources: [way], buildMetadata: ['originAnnotations'] };
  if (isWrapped) writeFileSync(join(around, 'kustomization.yaml'), JSON.stringify(wrapper));
  const { status, stdout, stderr } = await run(
    program,
    [...args, '--load-restrictor=LoadRestrictionsRootOnly', isWrapped ? around : target],
    { signal, seconds: MOST_SECONDS, isolation },
  );
  if (status === null) return { failure: `it takes longer than ${MOST_SECONDS} seconds` };
  if (status !== 0) return { failure: complaint(stderr) };
  const objects = read('', stdout).resources.map(({ value: object }) => marked(object, around));
  return { objects };
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
