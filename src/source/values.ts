import {
  Schema,
  YAMLException,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  load,
  mapTag,
  mergeTag,
  seqTag,
  strTag,
  NOT_RESOLVED,
} from 'js-yaml';
import { readFirst } from './first-document';
import { refusedByGo } from './go-reader';
import { indented, looselyIndented } from './loose-indentation';
import type { Offsets } from './offsets';
import { readQuickly } from './quick-reader';
import { TYPED_FIRST_CHARACTERS, plainScalar } from './scalars';

/** Aliases may multiply a document to at most this many nodes; a deliberate bomb has billions. */
const MOST_NODES = 1_000_000;
const MOST_LEVELS = 100;

const typed = (tag: string, fits: (value: unknown) => boolean) =>
  defineScalarTag(`tag:yaml.org,2002:${tag}`, {
    implicit: true,
    implicitFirstChars: TYPED_FIRST_CHARACTERS,
    resolve: (source) => {
      const value = plainScalar(source);
      return fits(value) ? value : NOT_RESOLVED;
    },
    identify: () => false,
  });

// Go's YAML reader takes a value with a local tag (`!Ref x`) as if the tag were not there.
const ANY_TAG = { matchByTagPrefix: true, identify: () => false } as const;
const MAP = {
  create: mapTag.create,
  addPair: mapTag.addPair,
  has: mapTag.has,
  keys: mapTag.keys,
  get: mapTag.get,
} as const;
const SCHEMA = new Schema([
  strTag,
  seqTag,
  mapTag,
  mergeTag,
  typed('null', (value) => value === null),
  typed('bool', (value) => typeof value === 'boolean'),
  typed('int', (value) => Number.isInteger(value)),
  typed('float', (value) => typeof value === 'number'),
  defineScalarTag('tag:yaml.org,2002:binary', { resolve: (source) => decoded(source), identify: () => false }),
  defineScalarTag('!', { ...ANY_TAG, resolve: (source) => plainScalar(source) }),
  defineSequenceTag('!', { ...ANY_TAG, create: seqTag.create, addItem: seqTag.addItem }),
  defineMappingTag('!', { ...ANY_TAG, ...MAP }),
  // Tags of YAML that Kubernetes has no types for: a scalar is a text then.
  defineScalarTag('tag:', { ...ANY_TAG, resolve: (source) => source }),
  defineSequenceTag('tag:', { ...ANY_TAG, create: seqTag.create, addItem: seqTag.addItem }),
  defineMappingTag('tag:', { ...ANY_TAG, ...MAP }),
]);

/** What base64 stands for; not resolved, so refused, where it is none. */
function decoded(source: string): string | typeof NOT_RESOLVED {
  const text = source.replace(/[\r\n]/g, '');
  if (!BASE64.test(text) || text.length % 4 !== 0) return NOT_RESOLVED;
  return new TextDecoder().decode(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Why a document has no value: a message, and the offset where its reader stopped, if it told. */
export class UnreadableYaml extends Error {
  constructor(
    message: string,
    readonly offset: number,
    /** `ours` is what our message says better than any parser would. */
    readonly why: 'syntax' | 'duplicate key' | 'ours',
  ) {
    super(message);
  }
}

export interface LoadOptions {
  /** Later duplicates of a key win, as in kubectl without strict validation, instead of being refused. */
  duplicateKeys?: 'refuse' | 'last-wins';
}

/** The value of one YAML or JSON document, read with the scalar rules of the Kubernetes clients. Throws UnreadableYaml. */
export const loadValue = (text: string, options: LoadOptions = {}): unknown => loadDocument(text, options).value;

/** As `loadValue`, with the places of what is in the document where they are known already. */
export const loadDocument = (text: string, options: LoadOptions = {}): Loaded =>
  readQuickly(text) ?? { value: loadCompletely(text, options), offsets: undefined };

interface Loaded {
  readonly value: unknown;
  readonly offsets: Offsets | undefined;
}

/** As `loadValue`, by the reader that knows all of YAML. */
export function loadCompletely(text: string, { duplicateKeys = 'refuse' }: LoadOptions = {}): unknown {
  const content = /^[ \t]*[^\s#]/m.exec(text);
  if (content && /^\.\.\.(?:\s|$)/.test(text.slice(content.index, content.index + 4)))
    throw new UnreadableYaml('a document ends at "...", and there is nothing before it', content.index, 'ours');
  let value: unknown;
  try {
    value = looselyIndented(text, indented, (each) =>
      readFirst(each, (first) =>
        load(first, { schema: SCHEMA, maxDepth: MOST_LEVELS, json: duplicateKeys === 'last-wins' }),
      ),
    );
  } catch (error) {
    if (!(error instanceof YAMLException)) throw new UnreadableYaml((error as Error).message, 0, 'syntax');
    if (/maxDepth/.test(error.reason))
      throw new UnreadableYaml(`this document nests more than ${MOST_LEVELS} levels deep`, 0, 'ours');
    if (/input is empty|empty (document|input)/i.test(error.reason)) return undefined;
    throw new UnreadableYaml(error.reason, error.mark?.position ?? 0, whyNot(error.reason));
  }
  if (/\.(?:inf|nan)/i.test(text) && hasNonFinite(value)) {
    const offset = text.search(/[-+]?\.(?:inf|nan)/i);
    throw new UnreadableYaml('an infinite number or .nan is not allowed; JSON has none', offset, 'ours');
  }
  const refused = refusedByGo(text);
  if (refused) throw new UnreadableYaml(refused.message, refused.offset, 'ours');
  if (text.includes('*') && expandedSize(value, new Map()) > MOST_NODES)
    throw new UnreadableYaml(
      `aliases expand this document to more than ${MOST_NODES} values`,
      text.indexOf('*'),
      'ours',
    );
  return value;
}

function hasNonFinite(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return value !== null && typeof value === 'object' && Object.values(value).some(hasNonFinite);
}

const whyNot = (reason: string) => (/duplicated? mapping key/i.test(reason) ? 'duplicate key' : 'syntax');

/** How many nodes a value has once every alias is written out; shared nodes are counted as often as they are used. */
function expandedSize(value: unknown, known: Map<unknown, number>): number {
  if (value === null || typeof value !== 'object') return 1;
  const before = known.get(value);
  if (before !== undefined) return before;
  known.set(value, MOST_NODES + 1); // An alias to a node around it would never end.
  let size = 1;
  for (const child of Object.values(value)) size += expandedSize(child, known);
  known.set(value, size);
  return size;
}
