import { dirname, isAbsolute, join, normalize } from 'node:path';
import { type Kustomization, inputsOf, patchesOf, resourcesOf } from '../../input/kustomize/kustomization';
import { isRemote, refusal } from '../../input/kustomize/refusal';
import type { SourceFile } from '../../source/file';
import { kindInside } from '../input/boundary';
import { kustomizationIn, readKustomization } from './kustomization';
import type { Open } from './rendered';

/** A file that a root takes objects from, and the kustomizations on the way to it, the root first. */
export interface Member {
  path: string;
  chain: readonly Kustomization[];
}

/** The refusal of a tree in which a kustomization takes in itself, perhaps by way of others. */
export const CIRCLE = 'it takes in itself';

const MOST_STEPS = 10_000;

/** Everything that one kustomization reaches. */
export interface Tree {
  root: Kustomization;
  members: Member[];
  /** With the kustomizations that list them, the root first: the order in which their patches are applied is the reverse. */
  kustomizations: Kustomization[];
  /** Why it must not be given to a renderer, each reason once. */
  refusals: Set<string>;
}

/** The kustomizations among the files of a folder, and what each of them uses. */
export class Kustomizations {
  private readonly byFolder = new Map<string, Kustomization | undefined>();
  private readonly referred = new Set<string>();
  private readonly found: Kustomization[];
  private steps = 0;

  constructor(
    paths: readonly string[],
    private readonly boundary: string,
    private readonly open: Open,
  ) {
    this.found = paths.flatMap((path) => {
      const kustomization = readKustomization(path, open);
      if (!kustomization || this.byFolder.has(kustomization.folder)) return [];
      this.byFolder.set(kustomization.folder, kustomization);
      return [kustomization];
    });
    for (const each of this.found) for (const folder of this.foldersOf(each)) this.referred.add(folder.folder);
  }

  /** The components that nothing takes in: they are not applied. */
  looseComponents(): string[] {
    const loose = this.found.filter(({ folder, isComponent }) => isComponent && !this.referred.has(folder));
    return loose.map(({ folder }) => folder);
  }

  /** What every root reaches: a root is a kustomization to which no other refers. Components only ever are parts of others. */
  trees(): Tree[] {
    const roots = this.found.filter(({ folder, isComponent }) => !isComponent && !this.referred.has(folder));
    return roots.map((root) => this.treeOf(root));
  }

  /** The kustomizations that one takes in directly, each with what it reaches. Components are no more than parts of it. */
  treesIn({ root }: Tree): Tree[] {
    const paths = resourcesOf(root).map((entry) => join(root.folder, entry));
    const inner = paths.flatMap((path) => this.in(path) ?? []);
    return inner.filter(({ isComponent }) => !isComponent).map((kustomization) => this.treeOf(kustomization));
  }

  /** Every file that some kustomization uses, in whatever way: none of them is applied as it is. */
  used(): Set<string> {
    const used = new Set<string>();
    for (const kustomization of this.byFolder.values()) {
      if (!kustomization) continue;
      const entries = [...resourcesOf(kustomization), ...inputsOf(kustomization)];
      const patches = patchesOf(kustomization).flatMap(({ path }) => (path ? [path] : []));
      used.add(normalize(kustomization.file.path));
      for (const entry of [...entries, ...patches]) used.add(join(kustomization.folder, entry));
    }
    return used;
  }

  /** The folders of kustomizations, and those of which they list single files: a file in them that is not listed is not applied. */
  territory(): Set<string> {
    const own = [...this.byFolder].flatMap(([folder, kustomization]) =>
      kustomization ? [folder, join(folder, 'patches')] : [],
    );
    return new Set([...own, ...[...this.used()].filter((path) => this.isFile(path)).map((path) => dirname(path))]);
  }

  /** The folders that some kustomization takes in though they have none: their files are parts of something, and not whole objects. */
  unfinished(): Set<string> {
    const entries = this.found.flatMap((kustomization) =>
      resourcesOf(kustomization).map((entry) => normalize(join(kustomization.folder, entry)).replace(/(?<=.)\/$/, '')),
    );
    return new Set(entries.filter((path) => kindInside(path, this.boundary) === 'folder' && !this.in(path)));
  }

  /** What an entry of a kustomization names, inside the repository. */
  find({ folder }: Kustomization, entry: string): SourceFile | Kustomization | undefined {
    const path = join(folder, entry);
    return this.in(path) ?? (this.isFile(path) ? this.open(path) : undefined);
  }

  /** The file that an entry of a kustomization names, inside the repository. */
  pathOf({ folder }: Kustomization, entry: string): string | undefined {
    const path = join(folder, entry);
    return this.isFile(path) ? path : undefined;
  }

  private treeOf(root: Kustomization): Tree {
    const tree: Tree = { root, members: [], kustomizations: [], refusals: new Set() };
    this.steps = 0;
    this.reach(root, [], tree);
    return tree;
  }

  private reach(kustomization: Kustomization, way: readonly Kustomization[], tree: Tree): void {
    // Circles, and trees that fan out without measure, are refused as such.
    if (way.includes(kustomization)) tree.refusals.add(CIRCLE);
    if (++this.steps > MOST_STEPS) tree.refusals.add(`it takes in more than ${MOST_STEPS} kustomizations`);
    if (way.includes(kustomization) || this.steps > MOST_STEPS) return;
    const chain = [...way, kustomization];
    if (!tree.kustomizations.includes(kustomization)) {
      tree.kustomizations.push(kustomization);
      for (const reason of this.refusalsOf(kustomization)) tree.refusals.add(reason);
    }
    for (const entry of resourcesOf(kustomization)) this.reachEntry(join(kustomization.folder, entry), chain, tree);
  }

  private reachEntry(path: string, chain: readonly Kustomization[], tree: Tree): void {
    const inner = this.in(path);
    if (inner) this.reach(inner, chain, tree);
    else if (this.isFile(path)) tree.members.push({ path, chain });
  }

  private refusalsOf(kustomization: Kustomization): string[] {
    const reason = refusal(kustomization.value);
    if (reason !== undefined) return [reason];
    const patches = patchesOf(kustomization).flatMap(({ path }) => (path === undefined ? [] : [path]));
    const entries = [...resourcesOf(kustomization), ...inputsOf(kustomization), ...patches];
    return entries.flatMap((entry) => this.refusalOfEntry(kustomization, entry) ?? []);
  }

  private refusalOfEntry({ folder }: Kustomization, entry: string): string | undefined {
    if (isRemote(entry)) return `it takes in "${entry}", which lies on another machine`;
    const path = join(folder, entry);
    const kind = isAbsolute(entry) ? undefined : kindInside(path, this.boundary);
    if (kind === undefined) return `it takes in "${entry}", which is not in the repository`;
    return kind === 'folder' && !this.in(path)
      ? `it takes in the folder "${entry}" without a kustomization`
      : undefined;
  }

  private foldersOf(kustomization: Kustomization): Kustomization[] {
    const entries = [...resourcesOf(kustomization), ...inputsOf(kustomization)];
    const paths = entries.map((entry) => join(kustomization.folder, entry));
    return paths.flatMap((path) => this.in(path) ?? []);
  }

  private in(path: string): Kustomization | undefined {
    const folder = normalize(path).replace(/(?<=.)\/$/, '');
    if (!this.byFolder.has(folder)) this.byFolder.set(folder, this.readIn(folder));
    return this.byFolder.get(folder);
  }

  private readIn(folder: string): Kustomization | undefined {
    return kindInside(folder, this.boundary) === 'folder'
      ? kustomizationIn(folder, this.boundary, this.open)
      : undefined;
  }

  private isFile(path: string): boolean {
    return kindInside(path, this.boundary) === 'file';
  }
}
