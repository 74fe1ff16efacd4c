import { type Values, list, maps, strings, text } from './edit';
import { isRecord } from '../../source/record';
import { type Id, type Item, effectiveNamespace, groupOf, idsOf, matchesPattern, nameOf, versionOf } from './item';
import { NotRendered } from './not-rendered';
import { matchesLabels } from './selector';
import { own } from '../../source/own';

/** Copies values between objects as `replacements` say. kustomize: replacement.Filter */
export function replace(items: readonly Item[], replacements: readonly Values[]): void {
  for (const replacement of replacements) {
    const value = sourceOf(items, replacement);
    for (const target of maps(replacement['targets']))
      for (const item of items.filter((each) => isTarget(each, target))) copy(item, value, target);
  }
}

function sourceOf(items: readonly Item[], { source, sourceValue }: Values): unknown {
  if (typeof sourceValue === 'string') return sourceValue;
  if (!isRecord(source)) throw new NotRendered('a replacement has no source');
  const found = items.filter((item) => idsOf(item).some((id) => isSource(id, item, source)));
  const what = `${text(source['kind'])} "${text(source['name'])}"`;
  if (found.length !== 1)
    throw new NotRendered(
      `a replacement reads ${what}, which ${found.length ? 'is not one object' : 'does not exist'}`,
    );
  const path = text(source['fieldPath']) || 'metadata.name';
  const value = valueIn(found[0]!.value, path);
  if (value === undefined || value === '')
    throw new NotRendered(`a replacement reads "${path}" of ${what}, which does not exist`);
  return part(value, source['options']);
}

const isSource = (id: Id, { value }: Item, { group, version, kind, name, namespace }: Values): boolean =>
  (!text(name) || text(name) === id.name) &&
  (!text(namespace) || effectiveNamespace(value, text(namespace)) === id.namespace) &&
  (!text(group) || text(group) === groupOf(value)) &&
  (!text(version) || text(version) === versionOf(value)) &&
  (!text(kind) || text(kind) === id.kind);

/** The part of a text between delimiters that the options ask for. */
function part(value: unknown, options: unknown): unknown {
  if (!isRecord(options) || !text(options['delimiter'])) return value;
  const parts = text(value).split(text(options['delimiter']));
  const found = parts[Number(options['index'] ?? 0)];
  if (found === undefined)
    throw new NotRendered(`a replacement reads part ${text(options['index'])} of "${text(value)}"`);
  return found;
}

function isTarget(item: Item, { select, reject }: Values): boolean {
  if (!isRecord(select)) throw new NotRendered('a replacement has a target that selects nothing');
  const rejects = maps(reject);
  const byLabels = rejects.filter((each) => text(each['labelSelector']) || text(each['annotationSelector']));
  return (
    matchesLabels(select, item) &&
    !byLabels.some((each) => matchesLabels(each, item)) &&
    !rejects.some((each) => hasId(each) && idsOf(item).some((id) => matchesId(each, id, item))) &&
    idsOf(item).some((id) => matchesId(select, id, item))
  );
}

const hasId = ({ group, version, kind, name, namespace }: Values): boolean =>
  [group, version, kind, name, namespace].some((each) => text(each) !== '');

const matchesId = ({ group, version, kind, name, namespace }: Values, id: Id, { value }: Item): boolean =>
  matchesPattern(group, groupOf(value)) &&
  matchesPattern(version, versionOf(value)) &&
  matchesPattern(kind, id.kind) &&
  matchesPattern(name, id.name) &&
  matchesPattern(namespace, id.namespace);

function copy(item: Item, value: unknown, target: Values): void {
  const options: Values = isRecord(target['options']) ? target['options'] : {};
  const paths = strings(target['fieldPaths']);
  for (const path of paths.length ? paths : ['metadata.name']) {
    let isFound = false;
    const change = (old: unknown) => {
      isFound = true;
      return replaced(old, value, options);
    };
    item.value = changed(
      item.value,
      pathSteps(path),
      options['create'] === true ? value : undefined,
      change,
    ) as Item['value'];
    if (!isFound)
      throw new NotRendered(
        `a replacement writes "${path}" of ${item.value.kind} "${nameOf(item.value)}", which is absent`,
      );
  }
}

function replaced(old: unknown, value: unknown, options: Values): unknown {
  const delimiter = text(options['delimiter']);
  if (delimiter) return spliced(text(old), text(value), delimiter, Number(options['index'] ?? 0));
  // A scalar keeps its type, so that a port stays a number and a quoted number a text.
  if (typeof old === 'string' && typeof value !== 'object') return text(value);
  if (typeof old === 'number' && typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  if (typeof old === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

function spliced(old: string, value: string, delimiter: string, index: number): string {
  const parts = old.split(delimiter);
  if (index < 0) return [value, ...parts].join(delimiter);
  return (index >= parts.length ? [...parts, value] : parts.with(index, value)).join(delimiter);
}

/** Changes every value that a path leads to: names of fields, indexes, `*` and `[name=x]`. kustomize: PathMatcher */
function changed(value: unknown, path: readonly string[], create: unknown, change: (old: unknown) => unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  const go = (old: unknown) => changed(old, rest, create, change);
  if (step === '*') return Array.isArray(value) ? value.map(go) : value;
  if (/^\d+$/.test(step) && Array.isArray(value)) return changedItem(value, Number(step), create, go);
  const [, key, pattern] = /^\[([^=]*)=(.*)\]$/s.exec(step) ?? [];
  if (key !== undefined && pattern !== undefined) return changedItems(value, key, pattern, create, go);
  if (!isRecord(value)) return value;
  if (!Object.hasOwn(value, step) && create === undefined) return value;
  return { ...value, [step]: go(value[step] ?? start(rest, create)) };
}

/** What a field is before it is written: a list for an index, a map for a name, nothing for a scalar. */
function start([next]: readonly string[], create: unknown): unknown {
  if (create === undefined || next === undefined) return undefined;
  return /^\d+$|^\[.*=|^-$/.test(next) ? [] : {};
}

function changedItem(
  items: readonly unknown[],
  index: number,
  create: unknown,
  go: (old: unknown) => unknown,
): unknown {
  if (index < items.length) return items.with(index, go(items[index]));
  return index === items.length && create !== undefined ? [...items, go({})] : items;
}

function changedItems(
  value: unknown,
  key: string,
  pattern: string,
  create: unknown,
  go: (old: unknown) => unknown,
): unknown {
  if (!Array.isArray(value)) return value;
  const fits = (item: unknown) => {
    const found = key === '' ? item : isRecord(item) ? own(item, key) : undefined;
    return found !== undefined && matchesPart(pattern, text(found));
  };
  if (!value.some(fits) && create !== undefined)
    return [...(value as unknown[]), go(key === '' ? pattern : { [key]: pattern })];
  return value.map((item: unknown) => (fits(item) ? go(item) : item));
}

/** Patterns of items are found anywhere in a text, unlike those of selectors. */
const matchesPart = (pattern: string, value: string): boolean => matchesPattern(`(?s).*(?:${pattern}).*`, value);

/** The steps of a path with dots; brackets keep names with dots together. */
function pathSteps(path: string): string[] {
  const parts = path.match(/\[[^\]]*\]|(?:\\\.|[^.])+/g) ?? [];
  return parts.map((part) => {
    const inner = /^\[(.*)\]$/s.exec(part)?.[1];
    if (inner !== undefined && !inner.includes('=')) return inner;
    return part.replaceAll('\\.', '.');
  });
}

/** The value that a path leads to, or undefined. */
export function valueIn(root: unknown, path: string): unknown {
  return pathSteps(path).reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return itemIn(list(value), step);
    return isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, root);
}

function itemIn(items: readonly unknown[], step: string): unknown {
  const [, key, wanted] = /^\[([^=]*)=(.*)\]$/s.exec(step) ?? [];
  if (key === undefined) return items[Number(step)];
  return items.find((item) => text(key === '' ? item : isRecord(item) ? own(item, key) : undefined) === wanted);
}
