import { groupBy } from '../mesh/grouping';
import { type Kind, identity, kindKey } from '../mesh/mesh';
import { Resource } from '../source/resource';
import { own } from '../source/own';

/** Kinds of which one object of a name is looked up, and the list in it that says what it offers. */
const OFFERS: Partial<Record<Kind, string>> = { Service: 'ports', Gateway: 'servers', KubernetesGateway: 'listeners' };

/** Several definitions of one slot, with those that are looked up by name as one that offers what any of them does. */
export const unionOf = (definitions: readonly Resource[]): Resource[] =>
  definitions.length < 2 ? [...definitions] : [...groupBy(definitions, identity).values()].flatMap(unionOfSame);

function unionOfSame(definitions: readonly Resource[]): Resource[] {
  const [first, ...others] = definitions;
  if (!first || others.length === 0) return [...definitions];
  const list = OFFERS[kindKey(first) as Kind];
  if (list === undefined) return [...definitions];
  const { document, base, value, provenance } = first;
  const spec = specOf(value);
  const offered = definitions.flatMap((each) => {
    const items = own(specOf(each.value), list);
    return Array.isArray(items) ? (items as unknown[]) : [];
  });
  const whole = { ...value, spec: { ...spec, [list]: offered } };
  return [new Resource(document, base, whole, whole, provenance)];
}

function specOf(value: object): Record<string, unknown> {
  const { spec } = value as { spec?: unknown };
  return spec !== null && typeof spec === 'object' ? (spec as Record<string, unknown>) : {};
}
