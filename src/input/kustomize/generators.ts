import type { KubernetesObject } from '../../source/resource';
import { type Values, maps, strings, text } from './edit';
import { isRecord } from '../../source/record';
import { type Item, add, equalIds, idsOf, currentId, itemOf, nameOf, namespaceOf, withMetadata } from './item';
import type { Kustomization } from './kustomization';
import { NotRendered } from './not-rendered';
import { own } from '../../source/own';

/** What a generator reads: the bytes of a file that a kustomization names, relative to its folder. */
export type ReadBytes = (entry: string) => Uint8Array;

type Kind = 'ConfigMap' | 'Secret';

/** Adds what the generators of a kustomization make to its objects, or merges it into those of an inner kustomization. */
export function generate(items: Item[], kustomization: Kustomization, read: ReadBytes): void {
  const { value } = kustomization;
  for (const [kind, field] of [
    ['ConfigMap', 'configMapGenerator'],
    ['Secret', 'secretGenerator'],
  ] as const)
    for (const args of maps(value[field]))
      absorb(items, generated(kind, args, kustomization, read), text(args['behavior']));
}

function generated(kind: Kind, args: Values, kustomization: Kustomization, read: ReadBytes): Item {
  const name = text(args['name']);
  if (name === '') throw new NotRendered(`a generator of a ${kind} has no name`);
  const options = merged(kustomization.value['generatorOptions'], args['options']);
  const namespace = text(args['namespace']);
  const metadata: Values = {
    ...(Object.keys(options.labels).length > 0 && { labels: options.labels }),
    ...(Object.keys(options.annotations).length > 0 && { annotations: options.annotations }),
    name,
    ...(namespace !== '' && { namespace }),
  };
  const value = {
    apiVersion: 'v1',
    kind,
    metadata,
    ...(kind === 'Secret' && { type: text(args['type']) || 'Opaque' }),
    ...dataOf(kind, pairsOf(args, read)),
    ...(options.immutable && { immutable: true }),
  };
  return itemOf(value, { generatedIn: kustomization, isHashed: !options.isUnhashed });
}

/** The options of a generator; those of the kustomization are for all of its generators. */
function merged(common: unknown, options: unknown) {
  const [outer, inner] = [isRecord(common) ? common : {}, isRecord(options) ? options : {}];
  const texts = (name: 'labels' | 'annotations') =>
    Object.fromEntries(
      [outer[name], inner[name]].filter(isRecord).flatMap((each) => Object.entries(each).map(([k, v]) => [k, text(v)])),
    );
  return {
    labels: texts('labels'),
    annotations: texts('annotations'),
    isUnhashed: outer['disableNameSuffixHash'] === true || inner['disableNameSuffixHash'] === true,
    immutable: outer['immutable'] === true || inner['immutable'] === true,
  };
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function pairsOf(args: Values, read: ReadBytes): Map<string, Uint8Array> {
  const pairs = new Map<string, Uint8Array>();
  const put = (key: string, value: Uint8Array) => {
    if (pairs.has(key)) throw new NotRendered(`the generator of "${text(args['name'])}" has the key "${key}" twice`);
    pairs.set(key, value);
  };
  const encoder = new TextEncoder();
  for (const path of [...strings([args['env']]), ...strings(args['envs'])])
    for (const [key, value] of environmentOf(decoded(read(path), path))) put(key, encoder.encode(value));
  for (const literal of strings(args['literals'])) {
    const at = literal.indexOf('=');
    if (at <= 0) throw new NotRendered(`the literal ${JSON.stringify(literal)} is not of the form key=value`);
    put(literal.slice(0, at), encoder.encode(unquoted(literal.slice(at + 1))));
  }
  for (const source of strings(args['files'])) {
    const at = source.indexOf('=');
    const path = source.slice(at + 1);
    put(at < 0 ? path.slice(path.lastIndexOf('/') + 1) : source.slice(0, at), read(path));
  }
  return pairs;
}

function decoded(bytes: Uint8Array, path: string): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new NotRendered(`"${path}" is not UTF-8 text`);
  }
}

const environmentOf = (content: string): [string, string][] =>
  content
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
    });

const unquoted = (value: string): string => /^(["'])(.*)\1$/s.exec(value)?.[2] ?? value;

function dataOf(kind: Kind, pairs: ReadonlyMap<string, Uint8Array>): Values {
  const data: Values = {};
  const binaryData: Values = {};
  for (const [key, bytes] of [...pairs].sort(([a], [b]) => (a < b ? -1 : 1)))
    if (kind === 'Secret') data[key] = base64(bytes);
    else {
      const plain = plainText(bytes);
      if (plain === undefined) binaryData[key] = base64(bytes);
      else data[key] = plain;
    }
  return {
    ...((kind === 'Secret' || Object.keys(data).length > 0) && { data }),
    ...(Object.keys(binaryData).length > 0 && { binaryData }),
  };
}

function plainText(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}

function base64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const lines = btoa(binary).match(/.{1,70}/g) ?? [];
  return lines.length > 1 ? `${lines.join('\n')}\n` : lines.join('');
}

/** kustomize: resWrangler.appendReplaceOrMerge */
function absorb(items: Item[], item: Item, behavior: string): void {
  const id = currentId(item);
  const matches = items.filter(
    (other) => other.value.apiVersion === 'v1' && idsOf(other).some((each) => equalIds(each, id)),
  );
  const [old, ...more] = matches;
  const isNew = behavior !== 'merge' && behavior !== 'replace';
  if (!old && isNew) return add(items, item);
  if (!old) throw new NotRendered(`no ${id.kind} "${id.name}" exists that a generator could ${behavior}`);
  if (more.length > 0 || isNew) throw new NotRendered(`${id.kind} "${id.name}" is generated, and exists already`);
  items[items.indexOf(old)] = replacing(old, item, behavior);
}

function replacing(old: Item, item: Item, behavior: string): Item {
  const [before, after]: Values[] = [{ ...old.value }, { ...item.value }];
  const joined = (name: 'data' | 'binaryData'): Values => {
    const both = [before?.[name], after?.[name]].filter(isRecord);
    return both.length ? { [name]: Object.assign({}, ...both) as Values } : {};
  };
  const [metadata, changes] = [old.value.metadata as Values, item.value.metadata as Values];
  const texts = (name: 'labels' | 'annotations') =>
    [metadata[name], changes[name]].some(isRecord) && {
      [name]: { ...(metadata[name] as Values), ...(changes[name] as Values) },
    };
  const value = {
    ...after,
    ...(behavior === 'merge' && { ...joined('data'), ...joined('binaryData') }),
    metadata: { ...changes, ...texts('labels'), ...texts('annotations') },
  } as unknown as KubernetesObject;
  const named = withMetadata(value, { name: nameOf(old.value), namespace: namespaceOf(old.value) || undefined });
  return { ...old, value: named, generatedIn: item.generatedIn, isHashed: item.isHashed };
}

/** The SHA-256 of a text, in hexadecimal digits. */
export type Digest = (text: string) => string;

const LETTERS: Readonly<Record<string, string>> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };

/** What is added to the name of a generated object, so that its users notice a change. kustomize: hasher.Hash */
export function hashOf(value: KubernetesObject, digest: Digest): string {
  const { kind, data, type, ...rest } = value as unknown as Values;
  const second = kind === 'Secret' ? 'stringData' : 'binaryData';
  const content = {
    ...(isRecord(rest[second]) && { [second]: rest[second] }),
    data: data ?? '',
    kind,
    // kustomize means to hash the name too, and looks for it in a field that does not exist.
    name: '',
    ...(kind === 'Secret' && { type: type ?? '' }),
  };
  return [...digest(goJson(content)).slice(0, 10)].map((letter) => own(LETTERS, letter) ?? letter).join('');
}

/** JSON as Go writes it: keys in order, and some characters escaped that need not be. */
function goJson(value: unknown): string {
  const sorted = JSON.stringify(value, (_, each: unknown) =>
    isRecord(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
  );
  return sorted.replace(/[<>&\u2028\u2029]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
