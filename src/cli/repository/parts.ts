import type { KubernetesObject } from '../../source/resource';
import { isClusterScoped } from '../../source/scope';
import { inParallel } from '../process';
import { say } from '../terminal';
import { some } from './some';
import type { Part } from './part';
import { type Renderer, findRenderer, render } from './render';
import { type Open, renderedPart } from './rendered';
import { CIRCLE, type Kustomizations, type Tree } from './tree';
import { unrenderedPart } from './unrendered';

export interface PartOptions {
  /** Whether kustomizations are rendered, where there is a program for it. */
  render: boolean;
  /** The namespace of objects that name none. */
  namespace: string | undefined;
  open: Open;
}

/** What became of one kustomization. */
interface Outcome {
  part: Part;
  /** Why it was not rendered. */
  failure?: string;
  setAside: number;
}

/** What the roots make; where one cannot be rendered, what those that it takes in make, and its own members as they lie there. */
export async function partsOf(
  kustomizations: Kustomizations,
  trees: readonly Tree[],
  options: PartOptions,
): Promise<Part[]> {
  if (trees.length === 0) return [];
  const renderer = options.render ? findRenderer() : undefined;
  const maker = new Maker(kustomizations, renderer, options);
  const outcomes = (await inParallel(trees, (tree, signal) => maker.make(tree, true, signal))).flat();
  const distinct = [...new Set(outcomes)];
  tellUnrendered(distinct);
  return distinct.map(({ part }) => part).filter((part) => part.files('judged').length > 0);
}

class Maker {
  private readonly known = new Map<string, Promise<Outcome[]>>();

  constructor(
    private readonly kustomizations: Kustomizations,
    private readonly renderer: Renderer | undefined,
    private readonly options: PartOptions,
  ) {}

  /** Several that cannot be rendered may take in the same. What is not a root lacks what a root would have done to it. */
  make(tree: Tree, isRoot: boolean, signal: AbortSignal): Promise<Outcome[]> {
    const { folder } = tree.root;
    const made = this.known.get(folder) ?? this.makeOnce(tree, isRoot, signal);
    this.known.set(folder, made);
    return made;
  }

  private async makeOnce(tree: Tree, isRoot: boolean, signal: AbortSignal): Promise<Outcome[]> {
    const { open, render: isWanted } = this.options;
    const missing = isWanted ? 'neither kustomize nor kubectl is on the PATH' : 'of --no-render';
    if (!this.renderer) return [{ failure: missing, ...unrenderedPart(tree, open) }];
    const made = await this.tryRender(this.renderer, tree, signal);
    if (typeof made !== 'string') return [{ part: { ...made, isWhole: isRoot }, setAside: 0 }];
    if (tree.refusals.has(CIRCLE)) return [{ failure: CIRCLE, ...unrenderedPart(tree, open) }];
    const inner: Outcome[] = [];
    for (const each of this.kustomizations.treesIn(tree)) inner.push(...(await this.make(each, false, signal)));
    return [{ failure: made, ...unrenderedPart(ownOf(tree), open) }, ...inner];
  }

  /** The part, or why there is none. */
  private async tryRender(renderer: Renderer, tree: Tree, signal: AbortSignal): Promise<Part | string> {
    const [refused] = tree.refusals;
    if (refused !== undefined) return refused;
    const rendering = await render(renderer, tree.root, signal);
    if ('failure' in rendering) return rendering.failure;
    const { namespace, open } = this.options;
    const objects = rendering.objects.map((object) => ({ ...object, value: placed(object.value, namespace) }));
    return renderedPart(tree, objects, open);
  }
}

/** Of what a root reaches, that which no other kustomization brings to it. */
function ownOf({ root, members, kustomizations }: Tree): Tree {
  const isOwn = (each: { isComponent: boolean }) => each === root || each.isComponent;
  const own = members.filter(({ chain }) => chain.every(isOwn));
  return { root, members: own, kustomizations: kustomizations.filter(isOwn), refusals: new Set() };
}

/** The object in the namespace in which it is applied when it names none. */
function placed(value: KubernetesObject, namespace: string | undefined): KubernetesObject {
  const group = value.apiVersion.replace(/(^|\/)[^/]*$/, '');
  if (namespace === undefined || value.metadata.namespace || isClusterScoped(group, value.kind)) return value;
  return { ...value, metadata: { ...value.metadata, namespace } };
}

const MOST_CAUSES = 4;

/** Tells once what was not rendered, and why. */
function tellUnrendered(outcomes: readonly Outcome[]): void {
  const causes = new Map<string, string[]>();
  for (const { part, failure } of outcomes)
    if (failure !== undefined) causes.set(failure, [...(causes.get(failure) ?? []), part.title]);
  if (causes.size === 0) return;
  for (const [cause, titles] of [...causes].slice(0, MOST_CAUSES))
    say(`meshlint: not rendered, because ${cause}: ${some(titles)}`);
  const untold = [...causes.values()].slice(MOST_CAUSES).flat();
  if (untold.length) say(`meshlint: not rendered, for other reasons: ${some(untold)}`);
  const setAside = outcomes.reduce((sum, outcome) => sum + outcome.setAside, 0);
  const aside = setAside === 1 ? ' without a patch or placeholder,' : ` without ${setAside} patches and placeholders,`;
  say(
    `meshlint: these are read as they lie there,${setAside ? aside : ''} and references to what they lack are not checked`,
  );
}
