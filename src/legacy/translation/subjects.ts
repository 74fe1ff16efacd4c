/** Who a ServiceRoleBinding gives its role to, as the source and the conditions of a rule. */
import type { Subject } from '../../schema/kinds/legacy';
import type { Condition, Source } from '../../schema/kinds/security';
import type { Field } from '../../source/field';
import type { Untranslated } from './untranslated';

/** The part of a rule that says whose requests it allows; undefined where it is nobody. */
export interface Who {
  readonly source: Source;
  readonly when: readonly Condition[];
}

/** What a subject says. A name of `*` stands for everybody, with or without a certificate. istio: Principal.Generate */
export function whoIs(subject: Field<Subject>, untranslated: Untranslated[]): Who | undefined {
  const { user, names = [], notNames = [], group, groups = [], notGroups = [], properties = {} } = subject.value;
  const { namespaces = [], notNamespaces = [], ips = [], notIps = [] } = subject.value;
  if (Object.values(subject.value).every((value) => size(value) === 0)) return undefined;
  if (notNames.some(isEverybody)) return undefined;
  const unknown = Object.keys(properties).filter((key) => !isKnown(key));
  for (const key of unknown)
    untranslated.push({ field: subject.get('properties').child(key), reason: 'unknown property' });
  if (unknown.length > 0) return undefined;
  const source: Source = {
    ...listed('principals', isUsed(user) ? principalsOf([user]) : []),
    ...listed('notPrincipals', principalsOf(notNames)),
    ...listed('namespaces', namespaces),
    ...listed('notNamespaces', notNamespaces),
    ...listed('ipBlocks', ips),
    ...listed('notIpBlocks', notIps),
  };
  const when: Condition[] = [
    ...condition('source.principal', principalsOf(names)),
    ...condition(GROUPS, isUsed(group) ? [group] : []),
    ...condition(GROUPS, groups),
    ...(notGroups.length > 0 ? [{ key: GROUPS, notValues: notGroups }] : []),
    ...Object.entries(properties).flatMap(([key, value]) => ofProperty(key, value)),
  ];
  return { source, when };
}

const GROUPS = 'request.auth.claims[groups]';

const isUsed = (text: string | undefined): text is string => text !== undefined && text !== '';

const isEverybody = (name: string): boolean => name === '*' || name === 'allUsers';

/** A list that everybody is in says nothing. */
const principalsOf = (names: readonly string[]): string[] =>
  names.some(isEverybody) ? [] : names.map((name) => (name === 'allAuthenticatedUsers' ? '*' : name));

const isKnown = (key: string): boolean =>
  ['source.ip', 'source.namespace', 'source.principal', 'source.user'].includes(key) ||
  ['request.auth.principal', 'request.auth.audiences', 'request.auth.presenter'].includes(key) ||
  /^request\.(headers|auth\.claims)\[.+\]$/.test(key);

function ofProperty(key: string, value: string): Condition[] {
  if (key === 'source.principal') return condition(key, principalsOf([value]));
  return condition(key === 'source.user' ? 'source.principal' : key, [value]);
}

const condition = (key: string, values: string[]): Condition[] => (values.length > 0 ? [{ key, values }] : []);

const listed = <Key extends string>(key: Key, values: string[]): Partial<Record<Key, string[]>> =>
  values.length > 0 ? ({ [key]: values } as Record<Key, string[]>) : {};

const size = (value: unknown): number =>
  Array.isArray(value) || typeof value === 'string' ? value.length : Object.keys(value ?? {}).length;
