import { addTo } from '../mesh/grouping';
import { type Definition, type Slot, distinct } from './definitions';

/** What the folders of an input say about its variants. */
export interface Folders {
  /** Folders whose own files define an object differently: steps of a walk-through, of which one is applied. */
  readonly alternating: ReadonlySet<string>;
  /** Folders beside others that define the same objects differently: one for each environment, release or example. */
  readonly variants: ReadonlySet<string>;
}

/** Finds the folders that hold alternatives, by what they define and never by their names. */
export function foldersOf(slots: readonly Slot[]): Folders {
  const differing = slots.filter((slot) => distinct(slot).length > 1);
  const alternating = new Set<string>();
  for (const slot of differing) {
    const byFolder = new Map<string, Definition[]>();
    for (const each of slot) addTo(byFolder, each.folder, each);
    for (const [folder, inFolder] of byFolder)
      if (new Set(inFolder.map(({ origin }) => origin.unit)).size > 1 && distinct(inFolder).length > 1)
        alternating.add(folder);
  }
  return { alternating, variants: variantFolders(slots, new Set(differing)) };
}

/** Sibling folders of which the smaller has at least half of its objects in common with the other, not all of them equal. */
function variantFolders(slots: readonly Slot[], differing: ReadonlySet<Slot>): Set<string> {
  const sizes = sizesOf(slots);
  const pairs = new Map<string, Pair>();
  for (const slot of slots) {
    if (slot.length < 2 || slot[0]!.resource.kind === 'Namespace') continue;
    for (const pair of siblingsIn(slot)) {
      const key = pair.join('\n');
      const known = pairs.get(key) ?? { folders: pair, shared: 0, differs: false };
      known.shared++;
      known.differs ||= differing.has(slot);
      pairs.set(key, known);
    }
  }
  const found = new Set<string>();
  for (const { folders, shared, differs } of pairs.values()) {
    const smaller = Math.min(...folders.map((folder) => sizes.get(folder) ?? 0));
    if (differs && shared * 2 >= smaller) for (const folder of folders) found.add(folder);
  }
  return found;
}

/** How many objects each folder has, however many definitions it has of one. */
function sizesOf(slots: readonly Slot[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const slot of slots) {
    if (slot[0]!.resource.kind === 'Namespace') continue;
    const folders = new Set(slot.flatMap(({ origin }) => origin.folders));
    for (const folder of folders) sizes.set(folder, (sizes.get(folder) ?? 0) + 1);
  }
  return sizes;
}

interface Pair {
  folders: readonly [string, string];
  shared: number;
  differs: boolean;
}

/** Of more copies than this the first ones say enough. */
const MOST_COPIES = 40;

/** The pairs of sibling folders in which a slot has definitions, each pair once. */
function siblingsIn(slot: Slot): [string, string][] {
  const pairs = new Map<string, [string, string]>();
  const some = slot.slice(0, MOST_COPIES);
  some.forEach((one, index) => {
    for (const other of some.slice(index + 1)) {
      const pair = siblings(one.origin.folders, other.origin.folders);
      if (pair) pairs.set(pair.join('\n'), pair);
    }
  });
  return [...pairs.values()];
}

/** Where different definitions of one object are told apart: the folders at which the ways to them part, or the files of one folder. */
export function partingPlaces(definitions: readonly Definition[]): Set<string> {
  const some = definitions.slice(0, MOST_COPIES);
  const pairs = some.flatMap((one, index) => some.slice(index + 1).map((other) => [one, other] as const));
  return new Set(
    pairs.flatMap(([{ origin: one, file }, { origin: other }]) => {
      // The values of one chart are checked as variants each; there is nothing to name.
      if (one.unit !== file.path && one.folders[0] === other.folders[0]) return [];
      // Meshes that the user names have no folders around them, and need no mention.
      if (one.folders.length === 1 && other.folders.length === 1)
        return one.unit === one.folders[0] ? [] : [one.unit, other.unit];
      const folders = siblings(one.folders, other.folders);
      if (folders) return folders.map((folder) => `${folder}/`);
      return one.unit === other.unit ? [] : [one.unit, other.unit];
    }),
  );
}

/** The two folders at which the ways to two files part; none where one lies above the other. */
function siblings(one: readonly string[], other: readonly string[]): [string, string] | undefined {
  let [a, b] = [one.length - 1, other.length - 1];
  while (a >= 0 && b >= 0 && one[a] === other[b]) [a, b] = [a - 1, b - 1];
  if (a < 0 || b < 0) return undefined;
  return one[a]! < other[b]! ? [one[a]!, other[b]!] : [other[b]!, one[a]!];
}
