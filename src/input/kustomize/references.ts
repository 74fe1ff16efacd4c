import { type Values, edited, mapped, text } from './edit';
import { isRecord } from '../../source/record';
import { type FieldSpec, type FieldSpecs, type KindSpec, isOfKind } from './field-specs';
import {
  type Id,
  type Item,
  currentId,
  effectiveNamespace,
  isClusterScoped,
  nameOf,
  namespaceOf,
  originalId,
} from './item';
import { NotRendered } from './not-rendered';

/** Gives references to objects the names that the objects have in the end. kustomize: nameref.Filter */
export function updateReferences(items: readonly Item[], { nameReference }: FieldSpecs): void {
  const byName = new Map<string, Item[]>();
  for (const item of items)
    for (const name of new Set(item.previous.map((id) => id.name)))
      byName.set(name, [...(byName.get(name) ?? []), item]);
  const byKind = new Map<string, Item[]>();
  for (const item of items) {
    const { kind } = originalId(item);
    byKind.set(kind, [...(byKind.get(kind) ?? []), item]);
  }
  for (const target of nameReference)
    for (const spec of target.fields)
      for (const referrer of byKind.get(spec.kind) ?? [])
        if (isOfKind({ ...spec, kind: '' }, referrer.value)) new Reference(referrer, target, spec, byName).update();
}

class Reference {
  private readonly namespaces: ReadonlySet<string>;

  constructor(
    private readonly referrer: Item,
    private readonly target: KindSpec,
    private readonly spec: FieldSpec,
    private readonly byName: ReadonlyMap<string, readonly Item[]>,
  ) {
    this.namespaces = new Set(referrer.value.kind === 'RoleBinding' ? accountNamespaces(referrer) : []);
  }

  update(): void {
    this.referrer.value = edited(this.referrer.value, this.spec.path, undefined, (old) =>
      Array.isArray(old) ? mapped(old, (each) => this.changed(each)) : this.changed(old),
    ) as Item['value'];
  }

  private changed(old: unknown): unknown {
    if (isRecord(old)) return this.changedMap(old);
    const referral = this.referral(text(old), this.candidates(text(old)), 'name');
    return referral && nameOf(referral.value) !== text(old) ? nameOf(referral.value) : old;
  }

  /** A map with a name and perhaps a namespace, such as the subject of a RoleBinding. */
  private changedMap(old: Values): Values {
    const name = text(old['name']);
    const all = this.candidates(name);
    const candidates = old['namespace'] === undefined ? all : this.ofNamespace(all, text(old['namespace']));
    const referral = this.referral(name, candidates, 'name and namespace');
    if (!referral) return old;
    const namespace = namespaceOf(referral.value);
    return { ...old, name: nameOf(referral.value), ...(namespace && { namespace }) };
  }

  private candidates(name: string): Item[] {
    return (this.byName.get(name) ?? []).filter((item) => this.canRefer(item));
  }

  /** Those that were in a namespace at first; where none was, those that are in it now. */
  private ofNamespace(candidates: readonly Item[], namespace: string): Item[] {
    const isFirst = (item: Item) => originalId(item).namespace === namespace;
    const isAny = [...this.byName.values()].some((all) => all.some((item) => this.canRefer(item) && isFirst(item)));
    return candidates.filter(isAny ? isFirst : (item) => currentId(item).namespace === namespace);
  }

  private canRefer(item: Item): boolean {
    const { value } = this.referrer;
    if (isClusterScoped(value) || isClusterScoped(item.value)) return true;
    return (
      currentId(item).namespace === effectiveNamespace(value, namespaceOf(value)) ||
      this.namespaces.has(namespaceOf(item.value))
    );
  }

  private referral(name: string, given: readonly Item[], identity: 'name' | 'name and namespace'): Item | undefined {
    const fits = (id: Id, item: Item) => isOfKind(this.target, { ...item.value, kind: id.kind });
    const near = given.filter(
      (item) =>
        item.previous.some((id) => id.name === name) &&
        item.previous.some((id) => fits(id, item)) &&
        this.fitsRole(item) &&
        this.isNear(item),
    );
    if (near.length <= 1) return near[0];
    const loose = near.filter((item) => hasSameAffixes(item, this.referrer, 'or none'));
    const exact = loose.length > 1 ? loose.filter((item) => hasSameAffixes(item, this.referrer, 'exactly')) : loose;
    const [first, ...others] = exact;
    const isOne = ({ value }: Item) =>
      nameOf(value) === nameOf(first!.value) &&
      (identity === 'name' || namespaceOf(value) === namespaceOf(first!.value));
    if (others.every(isOne)) return first;
    throw new NotRendered(
      `${this.referrer.value.kind} "${nameOf(this.referrer.value)}" may refer to several "${name}"`,
    );
  }

  private fitsRole(item: Item): boolean {
    if (!this.spec.path.join('/').endsWith('roleRef/name')) return true;
    const { roleRef } = this.referrer.value as unknown as Values;
    if (!isRecord(roleRef)) return true;
    const wanted = { group: text(roleRef['apiGroup']), version: '', kind: text(roleRef['kind']) };
    return isOfKind(wanted, item.value);
  }

  private isNear(item: Item): boolean {
    const { value } = this.referrer;
    if (isClusterScoped(value) || isClusterScoped(item.value) || item.value.kind === 'ServiceAccount') return true;
    return currentId(item).namespace === currentId(this.referrer).namespace;
  }
}

/** The namespaces of the service accounts that a RoleBinding names. */
function accountNamespaces({ value }: Item): string[] {
  const { subjects } = value as unknown as Values;
  const accounts = (Array.isArray(subjects) ? subjects : []).filter(isRecord);
  return accounts.flatMap(({ kind, namespace }) => (kind === 'ServiceAccount' ? [text(namespace)] : []));
}

function hasSameAffixes(a: Item, b: Item, how: 'or none' | 'exactly'): boolean {
  return (['prefixes', 'suffixes'] as const).every((key) => {
    const [one, other] = [a[key], b[key]];
    if (how === 'or none' && (one.length === 0 || other.length === 0)) return true;
    return endsAlike(one, other);
  });
}

/** Whether the shorter of two lists is the end of the longer. */
function endsAlike(a: readonly string[], b: readonly string[]): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length === 0) return long.length === 0;
  return short.every((each, index) => each === long[long.length - short.length + index]);
}
