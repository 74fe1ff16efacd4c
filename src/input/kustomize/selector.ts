import { type Values, text } from './edit';
import { isRecord } from '../../source/record';
import { type Item, currentId, groupOf, matchesPattern, originalId, versionOf } from './item';
import { NotRendered } from './not-rendered';

/** Whether a target of a patch selects an object, by its first or its present name. kustomize: resWrangler.Select */
export function selects(target: Values, item: Item): boolean {
  const [first, now] = [originalId(item), currentId(item)];
  const either = (pattern: unknown, key: 'name' | 'namespace') =>
    matchesPattern(pattern, first[key]) || matchesPattern(pattern, now[key]);
  return (
    either(target['namespace'], 'namespace') &&
    either(target['name'], 'name') &&
    matchesKind(target, item) &&
    matchesLabels(target, item)
  );
}

/** Whether the group, version and kind of a selector match. */
const matchesKind = ({ group, version, kind }: Values, { value }: Item): boolean =>
  matchesPattern(group, groupOf(value)) &&
  matchesPattern(version, versionOf(value)) &&
  matchesPattern(kind, value.kind);

/** Whether the label and annotation selectors of a selector match. */
export function matchesLabels({ labelSelector, annotationSelector }: Values, { value }: Item): boolean {
  const metadata: Values = isRecord(value.metadata) ? value.metadata : {};
  return (
    matchesAll(text(labelSelector), metadata['labels']) && matchesAll(text(annotationSelector), metadata['annotations'])
  );
}

function matchesAll(selector: string, labels: unknown): boolean {
  const own: Values = isRecord(labels) ? labels : {};
  return requirements(selector).every((requirement) => matchesOne(requirement, own));
}

/** The parts of a selector, cut at commas that are not between brackets. */
const requirements = (selector: string): string[] =>
  [...selector.matchAll(/(?:[^,(]|\([^)]*\)?)+/g)].map(([each]) => each.trim()).filter(Boolean);

function matchesOne(requirement: string, labels: Values): boolean {
  const [, name = '', operator = '', rest = ''] =
    /^([^\s=!(),]+)\s*(==|=|!=|in\b|notin\b)\s*(.*)$/.exec(requirement) ?? [];
  if (name === '') return matchesPresence(requirement, labels);
  const has = Object.hasOwn(labels, name);
  const value = text(labels[name]);
  if (operator === '=' || operator === '==') return has && value === rest;
  if (operator === '!=') return !has || value !== rest;
  const values = /^\((.*)\)$/
    .exec(rest)?.[1]
    ?.split(',')
    .map((each) => each.trim());
  if (!values) throw new NotRendered(`${JSON.stringify(requirement)} is not a valid selector`);
  return operator === 'in' ? has && values.includes(value) : !has || !values.includes(value);
}

function matchesPresence(requirement: string, labels: Values): boolean {
  const [, not, name] = /^(!?)\s*([^\s=!(),]+)$/.exec(requirement) ?? [];
  if (name === undefined) throw new NotRendered(`${JSON.stringify(requirement)} is not a valid selector`);
  return Object.hasOwn(labels, name) !== (not === '!');
}
