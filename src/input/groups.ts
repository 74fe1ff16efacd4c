import { groupBy } from '../mesh/grouping';
import { identity } from '../mesh/mesh';
import type { SourceFile } from '../source/file';
import type { Resource } from '../source/resource';
import type { Company, CompanyOf } from '../mesh/company';
import { Contents, Definition, type Origin, type Slot, distinct, slotsOf } from './definitions';
import { type Folders, foldersOf, partingPlaces } from './folders';
import { unionOf } from './union';

/** Documents that are judged as one mesh, with what is applied beside them. */
export interface Group {
  /** The files of the judged documents. */
  readonly files: readonly SourceFile[];
  readonly isJudged: (resource: Resource<unknown>) => boolean;
  /** The judged documents and everything that is beside them in every variant. */
  readonly certain: readonly Resource[];
  /** The same with every definition that may be there instead; undefined where there is none. */
  readonly possible: readonly Resource[] | undefined;
}

/** The input as meshes, and the places that hold alternatives of one another. */
export interface Variants {
  readonly groups: readonly Group[];
  /** The folders, or files, that define the same objects differently; empty where there is one mesh only. */
  readonly alternatives: readonly string[];
  /** Whether two documents are applied together: in one unit for certain, in one folder that holds no alternatives in all likelihood. */
  readonly company: CompanyOf;
}

/**
 * Divides an input into groups that are judged as one mesh each, so that every definition is judged in the company in which it is
 * applied: its unit, its folder, and the variant that this is part of. See docs/input.md.
 */
export function variantsOf(files: readonly SourceFile[], originsOf: (file: SourceFile) => readonly Origin[]): Variants {
  const definitions = definitionsIn(files, originsOf);
  const slots = slotsOf(definitions);
  const contested = slots.filter((slot) => slot.length > 1);
  return new Division(files, definitions, slots, contested).variants();
}

/** A document of several meshes is a definition in each of them. */
function definitionsIn(files: readonly SourceFile[], originsOf: (file: SourceFile) => readonly Origin[]): Definition[] {
  const definitions: Definition[] = [];
  const contents = new Contents();
  for (const file of files)
    for (const origin of originsOf(file))
      for (const resource of file.resources)
        definitions.push(new Definition(resource, file, origin, definitions.length, contents));
  return definitions;
}

/** Together, the groups look at no more documents than this, or than three times the input. */
const MOST_DOCUMENTS = 20_000;

/** What the definitions of a group have in common. */
interface Draft {
  readonly definitions: Definition[];
  /** The variant folders around them, the innermost first. */
  readonly chain: readonly string[];
}

class Division {
  private readonly folders: Folders;
  private readonly contestedUnits: ReadonlySet<string>;
  private readonly contestedFolders: ReadonlySet<string>;
  private readonly byWritten: ReadonlyMap<unknown, readonly Definition[]>;
  private readonly bySlot: ReadonlyMap<string, readonly Definition[]>;
  private readonly drafts = new Map<string, Draft>();

  constructor(
    private readonly files: readonly SourceFile[],
    private readonly definitions: readonly Definition[],
    private readonly slots: readonly Slot[],
    private readonly contested: readonly Slot[],
  ) {
    this.folders = foldersOf(slots);
    const members = contested.flat();
    this.contestedUnits = new Set(members.map(({ origin }) => origin.unit));
    this.contestedFolders = new Set(members.map(({ folder }) => folder));
    this.byWritten = groupBy(definitions, ({ resource }) => resource.written);
    this.bySlot = groupBy(members, ({ resource }) => identity(resource));
    for (const each of definitions) {
      const chain = each.origin.folders.filter((folder) => this.folders.variants.has(folder));
      const key = this.keyOf(each, chain);
      const draft = this.drafts.get(key) ?? { definitions: [], chain };
      draft.definitions.push(each);
      this.drafts.set(key, draft);
    }
  }

  variants(): Variants {
    const judged = [...this.drafts.values()].filter(({ definitions }) => definitions.some(({ isJudged }) => isJudged));
    const single = this.slots.filter((slot) => slot.length === 1).map(([only]) => only!);
    const most = Math.max(MOST_DOCUMENTS, 3 * this.definitions.length) / Math.max(judged.length, 1);
    const isTrimmed = single.length > most;
    const everything = isTrimmed ? this.everything() : undefined;
    const groups = judged.flatMap((draft) => {
      const around = isTrimmed ? nearestTo(draft.definitions[0]!, single, most) : single;
      return this.groupsOf(draft, around, everything);
    });
    return {
      groups: this.withEmptyFiles(groups),
      alternatives: alternativesIn(this.contested),
      company: (one, other) => this.company(one, other),
    };
  }

  /** Definitions of one key see the same objects. */
  private keyOf({ origin: { unit }, folder }: Definition, chain: readonly string[]): string {
    const { alternating } = this.folders;
    if (!this.contestedFolders.has(folder)) return JSON.stringify(['', ...chain]);
    if (!alternating.has(folder)) return JSON.stringify([`folder ${folder}`, ...chain]);
    return JSON.stringify([this.contestedUnits.has(unit) ? `unit ${unit}` : '', ...chain]);
  }

  /** One group, and one more for each further definition of an object within a unit. */
  private groupsOf(draft: Draft, around: readonly Definition[], everything: readonly Resource[] | undefined): Group[] {
    const members = new Set(draft.definitions);
    const rounds = roundsOf(draft.definitions);
    const beside = new Set(around.filter((each) => !members.has(each)));
    let isOpen = false;
    const merged: Resource[] = [];
    for (const slot of this.contested) {
      if (slot.some((each) => members.has(each))) continue;
      const candidates = byContent(distinct(candidatesIn(slot, draft.chain)));
      if (candidates.length === 1) beside.add(candidates[0]!);
      else {
        isOpen = true;
        for (const each of unionOf(candidates.map(({ resource }) => resource))) merged.push(each);
      }
    }
    return rounds.map((own, round) => {
      const certain = inOrder([...own, ...beside]).map(({ resource }) => resource);
      const judged = round === 0 ? draft.definitions : own;
      const possible = everything ?? (isOpen ? [...certain, ...merged] : undefined);
      return this.group(judged, certain, possible);
    });
  }

  private group(
    definitions: readonly Definition[],
    certain: readonly Resource[],
    possible: readonly Resource[] | undefined,
  ): Group {
    const judged = definitions.filter(({ isJudged }) => isJudged);
    const written = new Set<unknown>(judged.map(({ resource }) => resource.written));
    return {
      files: [...new Set(judged.map(({ file }) => file))],
      isJudged: (resource) => written.has(resource.written),
      certain,
      possible,
    };
  }

  /** The definitions that an object is, or that were made one to look it up by its name. */
  private definitionsOf(resource: Resource<unknown>): readonly Definition[] | undefined {
    return this.byWritten.get(resource.written) ?? this.bySlot.get(identity(resource));
  }

  private company(one: Resource<unknown>, other: Resource<unknown>): Company {
    const [ones, others] = [this.definitionsOf(one), this.definitionsOf(other)];
    if (!ones || !others || isAnyPair(ones, others, (a, b) => a.origin.unit === b.origin.unit)) return 'certain';
    const isInFolder = (a: Definition, b: Definition) =>
      a.folder === b.folder && !this.folders.alternating.has(a.folder);
    return isAnyPair(ones, others, isInFolder) ? 'likely' : 'unknown';
  }

  private everything(): Resource[] {
    return this.slots.flatMap((slot) => unionOf(byContent(distinct(slot)).map(({ resource }) => resource)));
  }

  /** What could not be read in a file is told with the first group, where no other has the file. */
  private withEmptyFiles(groups: readonly Group[]): Group[] {
    const known = new Set(groups.flatMap(({ files }) => files));
    const others = this.files.filter((file) => file.role === 'judged' && !known.has(file));
    const [first = this.group([], [], undefined), ...rest] = groups;
    return [{ ...first, files: [...first.files, ...others] }, ...rest];
  }
}

const isAnyPair = (
  ones: readonly Definition[],
  others: readonly Definition[],
  fits: (one: Definition, other: Definition) => boolean,
): boolean => ones.some((one) => others.some((other) => fits(one, other)));

/** Of the definitions of one slot those that can be beside a group: the ones of its own variant, else all. */
function candidatesIn(slot: Slot, chain: readonly string[]): Slot {
  for (const folder of chain) {
    const inside = slot.filter(({ origin }) => origin.folders.includes(folder));
    if (inside.length > 0) return inside;
  }
  return slot;
}

/** Of more definitions of one object in one unit the others are judged by themselves only. */
const MOST_ROUNDS = 20;

/** The definitions, then again with the second one of each object that a unit defines differently, and so on. */
function roundsOf(definitions: readonly Definition[]): Definition[][] {
  const byKey = groupBy(definitions, ({ resource: { group, kind, namespace, name }, index }) =>
    name ? `${group}/${kind}/${namespace}/${name}` : String(index),
  );
  // The last one wins where the cluster is given one after the other.
  const different = [...byKey.values()].map((same) => distinct(same.toReversed()));
  const most = different.reduce((longest, { length }) => Math.min(MOST_ROUNDS, Math.max(longest, length)), 1);
  const first = definitions.slice();
  const later = Array.from({ length: most - 1 }, (_, round) =>
    different.map((each) => each[Math.min(round + 1, each.length - 1)]!),
  );
  return [first, ...later];
}

/** An order that has nothing to do with the names of files. */
const byContent = (definitions: Definition[]): Definition[] =>
  definitions.length < 2 ? definitions : definitions.sort((one, other) => (one.content < other.content ? -1 : 1));

const inOrder = (definitions: readonly Definition[]): Definition[] =>
  [...new Set(definitions)].sort((one, other) => one.index - other.index);

/** The definitions in the folders nearest to one, as many whole levels as are allowed. */
function nearestTo(definition: Definition, all: readonly Definition[], most: number): Definition[] {
  const { folders } = definition.origin;
  const levels = groupBy(all, ({ origin }) => folders.findIndex((folder) => origin.folders.includes(folder)));
  const chosen: Definition[] = [];
  for (const [level] of folders.entries()) {
    const more = levels.get(level) ?? [];
    if (chosen.length + more.length > most) break;
    for (const each of more) chosen.push(each);
  }
  return chosen;
}

/** The folders or files at which the ways to different definitions of one object part, those of the most objects first. */
function alternativesIn(contested: readonly Slot[]): string[] {
  const objects = new Map<string, number>();
  for (const slot of contested) {
    const different = distinct(slot);
    if (different.length < 2) continue;
    for (const place of partingPlaces(different)) objects.set(place, (objects.get(place) ?? 0) + 1);
  }
  return [...objects.keys()].sort((one, other) => objects.get(other)! - objects.get(one)!);
}
