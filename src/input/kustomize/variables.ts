import { type Values, mapped, maps, text } from './edit';
import { isRecord } from '../../source/record';
import { type FieldSpecs } from './field-specs';
import { type Item, effectiveNamespace, idsOf, isClusterScoped } from './item';
import { NotRendered } from './not-rendered';
import { valueIn } from './replacements';
import { changeFields } from './transformers';
import { isEqual } from './equal';
import { own } from '../../source/own';

/** Variables by their names. */
export type Variables = Map<string, Values>;

/** Adds variables; one name with two meanings is refused. */
export function addVariables(variables: Variables, more: Iterable<Values>): void {
  for (const each of more) {
    const name = text(each['name']);
    const known = variables.get(name);
    if (known && !isEqual(known, each)) throw new NotRendered(`the variable "${name}" is defined twice`);
    variables.set(name, each);
  }
}

/** Notes which objects the variables of a kustomization read. kustomize: ResAccumulator.MergeVars */
export function bindVariables(items: readonly Item[], value: Values): void {
  for (const variable of maps(value['vars'])) {
    const found = items.filter((item) => isObjectOf(variable, item));
    if (found.length > 1) throw new NotRendered(`the variable "${text(variable['name'])}" fits several objects`);
    found[0]?.variables.push(text(variable['name']));
  }
}

function isObjectOf({ objref }: Values, item: Item): boolean {
  if (!isRecord(objref)) return false;
  const group = text(objref['group']);
  const version = text(objref['version']) || text(objref['apiVersion']);
  const apiVersion = group ? `${group}/${version}` : version;
  const namespace = text(objref['namespace']);
  return (
    item.value.apiVersion === apiVersion &&
    idsOf(item).some(
      (id) =>
        id.kind === text(objref['kind']) &&
        id.name === text(objref['name']) &&
        ((namespace === '' && !isClusterScoped(item.value)) ||
          id.namespace === effectiveNamespace(item.value, namespace)),
    )
  );
}

/** Replaces `$(NAME)` by the values of variables, in the fields in which kustomize looks for them. */
export function resolveVariables(items: readonly Item[], variables: Variables, { varReference }: FieldSpecs): void {
  if (variables.size === 0) return;
  const values = new Map([...variables.values()].map((each) => [text(each['name']), valueOf(each, items)]));
  for (const item of items)
    item.value = changeFields(item.value, varReference, undefined, (old) => {
      if (Array.isArray(old)) return mapped(old, (each) => expanded(each, values));
      if (!isRecord(old)) return expanded(old, values);
      const entries = Object.entries(old).map(([key, each]) => [key, expanded(each, values)] as const);
      return entries.every(([key, each]) => each === own(old, key)) ? old : Object.fromEntries(entries);
    });
}

function valueOf(variable: Values, items: readonly Item[]): unknown {
  const name = text(variable['name']);
  const item = items.find(({ variables }) => variables.includes(name));
  const path = isRecord(variable['fieldref'])
    ? text(variable['fieldref']['fieldpath'] ?? variable['fieldref']['fieldPath'])
    : '';
  const value = item && valueIn(item.value, path || 'metadata.name');
  if (value === undefined) throw new NotRendered(`the variable "${name}" reads a field that does not exist`);
  return value;
}

const VARIABLE = /\$(?:\$|\(([^()]*)\))/g;

function expanded(old: unknown, values: ReadonlyMap<string, unknown>): unknown {
  if (typeof old !== 'string' || !old.includes('$')) return old;
  const [, whole] = /^\$\(([^()]*)\)$/.exec(old) ?? [];
  if (whole !== undefined && values.has(whole)) return values.get(whole);
  return old.replace(VARIABLE, (match, name?: string) => {
    if (name === undefined) return '$';
    return values.has(name) ? text(values.get(name)) : match;
  });
}
