/** The same mesh for the newest release of Istio, document by document. */
import { translation } from '../legacy/translation/translation';
import { Mesh } from '../mesh/mesh';
import { untranslatedText } from '../rules/legacy/untranslated-policy';
import { placeOf } from '../rules/documents/violations';
import { admit } from '../schema/admit';
import { NEWEST } from '../schema/release';
import type { Document } from '../source/file';
import { read } from '../source/read';
import type { KubernetesObject, Resource } from '../source/resource';
import { groupBy } from '../mesh/grouping';
import { type Fate, documentText, listText } from './documents';
import { keptEdits } from './kept';
import { gatewayApiOutcomes } from './gateway-api/outcome';
import { mixerSuccessor } from './mixer/remainder';
import type { Note } from './note';
import { remainderOf } from './roles';

/** Objects that are applied together, as Istio 1.4 reads them, and those of them that are migrated. */
export interface Part {
  readonly mesh: Mesh;
  readonly isMigrated: (resource: Resource) => boolean;
}

/** What documents are written for. */
export type Target = 'newest release' | 'gateway-api';

/** What the documents become, and what could not be said. */
export interface Migration {
  readonly texts: ReadonlyMap<Document, string>;
  readonly notes: readonly Note[];
}

/** What becomes of an object, and what is to be said about it. */
interface Outcome {
  readonly fate: Fate;
  readonly notes: readonly Note[];
}

/** Migrates the documents of the parts; an object of several is translated in the first that has successors for it. */
export function migrate(given: readonly Part[], target: Target = 'newest release'): Migration {
  const parts = given.map(asWritten);
  const outcomes = new Map<Resource, Outcome>();
  for (const part of parts) {
    const successors = successorsIn(part.mesh);
    for (const resource of part.mesh.resources) {
      if (!part.isMigrated(resource)) continue;
      const known = outcomes.get(resource)?.fate;
      if (known && known.kind !== 'commented') continue;
      outcomes.set(resource, outcomeFor(target, part.mesh, resource, successors.get(keyOf(resource)) ?? []));
    }
  }
  const byDocument = groupBy([...outcomes], ([{ document }]) => document);
  const texts = new Map([...byDocument].map(([document, all]) => [document, textOf(document, all)]));
  const notes = [...outcomes.values()].flatMap((outcome) => outcome.notes);
  const translated = parts.flatMap(({ mesh, isMigrated }) => untranslatedNotes(mesh, isMigrated));
  return {
    texts,
    notes: [...notes, ...(target === 'newest release' ? [...refusals(texts, byDocument), ...once(translated)] : [])],
  };
}

/** The mesh without the objects of today that simulations read in the place of old ones. */
const asWritten = ({ mesh, isMigrated }: Part): Part => ({
  mesh: new Mesh(mesh.files, { ...mesh, objects: mesh.resources, translate: undefined }),
  isMigrated,
});

const keyOf = ({ document, base }: Resource<unknown>): string =>
  `${document.file.path} ${document.slice.start} ${base.join('.')}`;

/** Today's objects by the objects of removed kinds that they stand for. */
function successorsIn(mesh: Mesh): Map<string, KubernetesObject[]> {
  const removed = new Set(mesh.resources.filter(isRemoved).map(keyOf));
  const all = translation(mesh).objects.filter((each) => removed.has(keyOf(each)));
  const groups = groupBy(all as readonly Resource[], keyOf);
  return new Map([...groups].map(([key, objects]) => [key, objects.map(({ value }) => value)]));
}

const removalOf = (resource: Resource) =>
  admit(resource, NEWEST).violations.find(({ reason }) => reason === 'removed-kind');

const isRemoved = (resource: Resource): boolean => removalOf(resource) !== undefined;

function outcomeFor(target: Target, mesh: Mesh, resource: Resource, by: readonly KubernetesObject[]): Outcome {
  switch (target) {
    case 'newest release':
      return outcomeOf(mesh, resource, by);
    case 'gateway-api':
      return inGatewayApi(mesh, resource);
  }
}

/** Only Gateways and VirtualServices of Istio change; those that cannot stay with what uses them. */
function inGatewayApi(mesh: Mesh, resource: Resource): Outcome {
  const isRouting = resource.group === 'networking.istio.io';
  const { by, unsayable = [] } = (isRouting && gatewayApiOutcomes(mesh).get(resource.title)) || {};
  if (by) return { fate: { kind: 'replaced', by }, notes: [] };
  const notes = unsayable.map(({ field, reason }): Note => ({
    place: field,
    message: `${resource.title}: ${reason}`,
    left: 'as it is',
  }));
  return { fate: { kind: 'stays', edits: [] }, notes };
}

function outcomeOf(mesh: Mesh, resource: Resource, by: readonly KubernetesObject[]): Outcome {
  const removal = removalOf(resource);
  if (!removal) return { fate: { kind: 'stays', edits: keptEdits(resource) }, notes: [] };
  if (by.length > 0) return { fate: { kind: 'replaced', by }, notes: [] };
  const mixer = mixerSuccessor(mesh, resource);
  if (mixer && 'by' in mixer && mixer.by.length > 0) return { fate: { kind: 'replaced', by: mixer.by }, notes: [] };
  const remainder = mixer && 'kind' in mixer ? mixer : remainderOf(mesh, resource);
  if (remainder?.kind === 'part of what is not translated')
    return { fate: { kind: 'commented', comment: `${resource.title}: ${remainder.message}` }, notes: [] };
  if (remainder && remainder.kind !== 'not translated')
    return { fate: { kind: 'replaced', by: [], comment: `${resource.title}: ${remainder.message}` }, notes: [] };
  const message = remainder?.message ?? removal.message;
  const place = remainder?.field ?? resource.at(['kind']);
  return {
    fate: { kind: 'commented', comment: `not translated: ${resource.title}: ${message}` },
    notes: [{ place, message: `${resource.title}: ${message}`, left: 'as a comment' }],
  };
}

function textOf(document: Document, outcomes: readonly (readonly [Resource, Outcome])[]): string {
  const [only, ...others] = outcomes;
  if (only && others.length === 0 && only[0].base.length === 0) return documentText(document, only[1].fate);
  return listText(
    document,
    outcomes.map(([{ value }, outcome]) => ({ value, fate: outcome.fate })),
  );
}

/** What the translator leaves out of policies that it translates. */
const untranslatedNotes = (mesh: Mesh, isMigrated: Part['isMigrated']): Note[] =>
  translation(mesh).untranslated.flatMap(({ field, reason }) =>
    mesh.resources.some((each) => isMigrated(each) && keyOf(each) === keyOf(field.resource))
      ? [
          {
            place: field,
            message: `${field.resource.title}: ${untranslatedText(reason, field.path.at(-1))}`,
            left: 'out' as const,
          },
        ]
      : [],
  );

const once = (notes: readonly Note[]): Note[] => [
  ...new Map(notes.map((note) => [`${note.place.file.path} ${note.place.pathText} ${note.message}`, note])).values(),
];

/** Documents that stay, and that a cluster with the newest release refuses for what Istio 1.4 accepted. */
function refusals(
  texts: ReadonlyMap<Document, string>,
  byDocument: ReadonlyMap<Document, readonly (readonly [Resource, Outcome])[]>,
): Note[] {
  return [...byDocument].flatMap(([document, outcomes]) => {
    const stay = outcomes.filter(([, { fate }]) => fate.kind === 'stays');
    if (stay.length !== outcomes.length) return [];
    const after = read(document.file.path, texts.get(document)!).resources;
    return stay.flatMap(([resource], index) => (after[index] ? refusalsOf(resource, after[index]) : []));
  });
}

function refusalsOf(before: Resource, after: Resource): Note[] {
  const known = new Set(admit(before, '1.4').violations.map(({ message }) => message));
  return admit(after, NEWEST)
    .violations.filter(({ severity, message, ours }) => severity === 'error' && !ours && !known.has(message))
    .map((violation) => ({
      place: placeOf(before, violation),
      message: `${before.title}: ${violation.message}`,
      left: 'as it is',
    }));
}
