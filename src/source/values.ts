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
const SCHEMA = new Schema([
  strTag,
  seqTag,
  mapTag,
  mergeTag,
  typed('null', (value) => value === null),
  typed('bool', (value) => typeof value === 'boolean'),
  typed('int', (value) => Number.isInteger(value)),
  typed('float', (value) => typeof value === 'number'),
  defineScalarTag('tag:yaml.org,2002:binary', { resolve: (source) => source, identify: () => false }),
  defineScalarTag('!', { ...ANY_TAG, resolve: (source) => plainScalar(source) }),
  defineSequenceTag('!', { ...ANY_TAG, create: seqTag.create, addItem: seqTag.addItem }),
  defineMappingTag('!', {
    ...ANY_TAG,
    create: mapTag.create,
    addPair: mapTag.addPair,
    has: mapTag.has,
    keys: mapTag.keys,
    get: mapTag.get,
  }),
]);

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
  let value: unknown;
  try {
    value = looselyIndented(text, indented, (each) =>
      load(each, { schema: SCHEMA, maxDepth: MOST_LEVELS, json: duplicateKeys === 'last-wins' }),
    );
  } catch (error) {
    if (!(error instanceof YAMLException)) throw new UnreadableYaml((error as Error).message, 0, 'syntax');
    if (/maxDepth/.test(error.reason))
      throw new UnreadableYaml(`this document nests more than ${MOST_LEVELS} levels deep`, 0, 'ours');
    if (/input is empty|empty (document|input)/i.test(error.reason)) return undefined;
    throw new UnreadableYaml(error.reason, error.mark?.position ?? 0, whyNot(error.reason));
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
