import { basename } from 'node:path';
import { identity } from '../../mesh/mesh';
import type { SourceFile } from '../../source/file';
import type { Resource } from '../../source/resource';
import type { Part } from './part';

/** Parts that can live in one cluster, and others that are only there to be referred to. */
interface Arrangement {
  judged: Part[];
  context: Part[];
}

/** The files of one mesh, and the folders that they are. */
export interface Arranged {
  title: string;
  /** Whether nothing is lacking that a renderer would have made. */
  isWhole: boolean;
  files: SourceFile[];
}

/**
 * Puts the parts of a repository together to as few meshes as can be: variants of one thing (`overlays/dev` and `overlays/prod`),
 * and parts that define the same objects, never live in one cluster. Of variants, those in folders of one name go together.
 */
export function arrange(parts: readonly Part[], extra: readonly Part[]): Arranged[] {
  const groups: Part[][] = [];
  for (const part of parts) {
    const open = groups.filter((group) => group.every((other) => canStandBeside(part, other)));
    const kin = open.find((group) => group.some((other) => isSameEnvironment(part, other))) ?? open[0];
    if (kin) kin.push(part);
    else groups.push([part]);
  }
  return groups.map((judged) => {
    const context = contextOf(judged, parts, extra);
    return {
      title: judged.map(({ title }) => title).join(', '),
      isWhole: [...judged, ...context].every((part) => part.isWhole),
      files: filesOf({ judged, context }),
    };
  });
}

function contextOf(judged: readonly Part[], parts: readonly Part[], extra: readonly Part[]): Part[] {
  const chosen: Part[] = [];
  const others = parts.filter((part) => !judged.includes(part));
  const kinFirst = [...others].sort((a, b) => closeness(b, judged) - closeness(a, judged));
  for (const part of [...extra, ...kinFirst])
    if (![...judged, ...chosen].some((other) => isVariant(part, other))) chosen.push(part);
  return chosen;
}

const closeness = (part: Part, judged: readonly Part[]) =>
  Number(judged.some((other) => isSameEnvironment(part, other)));

const isSameEnvironment = (a: Part, b: Part) => basename(a.title) === basename(b.title);

const canStandBeside = (a: Part, b: Part): boolean => !isVariant(a, b) && !collide(a, b);

/** Whether two parts are made mostly of the same texts. */
function isVariant(a: Part, b: Part): boolean {
  const [small, large] = a.sources.size < b.sources.size ? [a, b] : [b, a];
  if (small.sources.size === 0) return false;
  const shared = [...small.sources].filter((source) => large.sources.has(source)).length;
  return shared * 2 >= small.sources.size;
}

function collide(a: Part, b: Part): boolean {
  const taken = new Set(a.resources.filter(isNotShared).map(identity));
  return b.resources.some((resource) => isNotShared(resource) && taken.has(identity(resource)));
}

// Every application brings the namespace it lives in.
const isNotShared = ({ kind }: Resource): boolean => kind !== 'Namespace';

/** The files of a mesh: every object once, that of the first part that has it. */
function filesOf({ judged, context }: Arrangement): SourceFile[] {
  const taken = new Map<string, Part>();
  const claimed = (part: Part) => (resource: Resource) => {
    const key = identity(resource);
    const owner = taken.get(key) ?? part;
    taken.set(key, owner);
    return owner === part || !resource.name;
  };
  return [
    ...judged.flatMap((part) => part.files('judged', claimed(part))),
    ...context.flatMap((part) => part.files('context', claimed(part))),
  ];
}
