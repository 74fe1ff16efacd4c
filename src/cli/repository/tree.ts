import { statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import {
  type Kustomization,
  inputsOf,
  isRemote,
  kustomizationIn,
  patchesOf,
  readKustomization,
  resourcesOf,
} from './kustomization';

/** A file that a root takes objects from, and the kustomizations on the way to it, the root first. */
export interface Member {
  path: string;
  chain: readonly Kustomization[];
}

const MOST_STEPS = 10_000;

/** Everything that one kustomization reaches. */
export interface Tree {
  root: Kustomization;
  members: Member[];
  /** With the kustomizations that list them, the root first: the order in which their patches are applied is the reverse. */
  kustomizations: Kustomization[];
  /** What lies on other machines. */
  remotes: string[];
}

/** The kustomizations among the files of a folder, and what each of them uses. */
export class Kustomizations {
  private readonly byFolder = new Map<string, Kustomization | undefined>();
  private readonly referred = new Set<string>();
  private readonly found: Kustomization[];
  private steps = 0;

  constructor(paths: readonly string[]) {
    this.found = paths.flatMap((path) => {
      const kustomization = readKustomization(path);
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
    const inner = paths.filter(isFolder).flatMap((path) => this.in(path) ?? []);
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
    return new Set([...own, ...[...this.used()].filter(isFile).map((path) => dirname(path))]);
  }

  private treeOf(root: Kustomization): Tree {
    const tree: Tree = { root, members: [], kustomizations: [], remotes: [] };
    this.steps = 0;
    this.reach(root, [], tree);
    return tree;
  }

  private reach(kustomization: Kustomization, way: readonly Kustomization[], tree: Tree): void {
    // Circles, and trees that fan out without measure, are the renderer's to complain of.
    if (way.includes(kustomization) || ++this.steps > MOST_STEPS) return;
    const chain = [...way, kustomization];
    if (!tree.kustomizations.includes(kustomization)) tree.kustomizations.push(kustomization);
    for (const entry of resourcesOf(kustomization)) {
      if (isRemote(entry)) tree.remotes.push(entry);
      else this.reachEntry(join(kustomization.folder, entry), chain, tree);
    }
  }

  private reachEntry(path: string, chain: readonly Kustomization[], tree: Tree): void {
    const inner = isFolder(path) ? this.in(path) : undefined;
    if (inner) this.reach(inner, chain, tree);
    else if (isFile(path)) tree.members.push({ path, chain });
  }

  private foldersOf(kustomization: Kustomization): Kustomization[] {
    const entries = [...resourcesOf(kustomization), ...inputsOf(kustomization)];
    const paths = entries.map((entry) => join(kustomization.folder, entry));
    return paths.filter(isFolder).flatMap((path) => this.in(path) ?? []);
  }

  private in(path: string): Kustomization | undefined {
    const folder = normalize(path).replace(/(?<=.)\/$/, '');
    if (!this.byFolder.has(folder)) this.byFolder.set(folder, kustomizationIn(folder));
    return this.byFolder.get(folder);
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
