import { createHash } from 'node:crypto';
import { type Rendering, type Sources, render } from '../../input/kustomize/render';
import type { KubernetesObject } from '../../source/resource';
import { isClusterScoped } from '../../source/scope';
import { bytesOf } from '../input/boundary';
import { say } from '../terminal';
import { sayFailures } from './failures';
import type { Part } from './part';
import { type Open, renderedPart } from './rendered';
import { CIRCLE, type Kustomizations, type Tree } from './tree';
import { unrenderedPart } from './unrendered';

export interface PartOptions {
  /** Whether kustomizations are rendered. */
  render: boolean;
  /** The namespace of objects that name none. */
  namespace: string | undefined;
  /** Reads a file; objects that name no namespace are put into the one that was asked for. */
  open: Open;
  /** Reads a file as it is written. */
  openAsWritten: Open;
}

/** What became of one kustomization. */
interface Outcome {
  part: Part;
  /** Why it was not rendered. */
  failure?: string;
  setAside: number;
}

/** What the roots make; where one cannot be rendered, what those that it takes in make, and its own members as they lie there. */
export function partsOf(kustomizations: Kustomizations, trees: readonly Tree[], options: PartOptions): Part[] {
  const maker = new Maker(kustomizations, options);
  const distinct = [...new Set(trees.flatMap((tree) => maker.make(tree, 'root')))];
  printUnrendered(distinct);
  return distinct.map(({ part }) => part).filter((part) => part.files('judged').length > 0);
}

class Maker {
  private readonly known = new Map<string, Outcome[]>();
  private readonly sources: Sources;

  constructor(
    private readonly kustomizations: Kustomizations,
    private readonly options: PartOptions,
  ) {
    this.sources = {
      find: (from, entry) => kustomizations.find(from, entry),
      bytes: (from, entry) => {
        const path = kustomizations.pathOf(from, entry);
        return path === undefined ? undefined : readable(path);
      },
      digest: (text) => createHash('sha256').update(text).digest('hex'),
    };
  }

  /** Several that cannot be rendered may take in the same. What is not a root lacks what a root would have done to it. */
  make(tree: Tree, place: 'root' | 'inner'): Outcome[] {
    const { folder } = tree.root;
    const made = this.known.get(folder) ?? this.makeOnce(tree, place);
    this.known.set(folder, made);
    return made;
  }

  private makeOnce(tree: Tree, place: 'root' | 'inner'): Outcome[] {
    const { open, openAsWritten, namespace } = this.options;
    if (!this.options.render) return [{ failure: 'of --no-render', ...unrenderedPart(tree, open) }];
    const rendering = this.tryRender(tree);
    if ('items' in rendering) {
      const objects = rendering.items.map((item) => ({ ...item, value: placed(item.value, namespace) }));
      const part = renderedPart(tree, objects, openAsWritten);
      return [{ part: { ...part, isWhole: place === 'root' }, setAside: 0 }];
    }
    const failure = rendering.reason;
    if (tree.refusals.has(CIRCLE)) return [{ failure, ...unrenderedPart(tree, open) }];
    const inner = this.kustomizations.treesIn(tree).flatMap((each) => this.make(each, 'inner'));
    return [{ failure, ...unrenderedPart(ownOf(tree), open) }, ...inner];
  }

  private tryRender(tree: Tree): Rendering {
    const [reason] = tree.refusals;
    return reason === undefined ? render(tree.root, this.sources) : { reason };
  }
}

/** The bytes of a file, or undefined where it cannot be read or is too large. */
function readable(path: string): Uint8Array | undefined {
  try {
    return bytesOf(path);
  } catch {
    return undefined;
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

/** Says once what was not rendered, and why. */
function printUnrendered(outcomes: readonly Outcome[]): void {
  const failures = outcomes.flatMap(({ part: { title }, failure }) =>
    failure === undefined ? [] : [{ title, reason: failure }],
  );
  if (failures.length === 0) return;
  sayFailures(failures);
  const setAside = outcomes.reduce((sum, outcome) => sum + outcome.setAside, 0);
  const aside = setAside === 1 ? ' without a patch or placeholder,' : ` without ${setAside} patches and placeholders,`;
  say(
    `meshlint: these are read as they lie there,${setAside ? aside : ''} and references to what they lack are not checked`,
  );
}
