import type { Path } from '../../source/path';
import { type Schema, type SchemaFile, celEngine, resolved, schemaFile } from '../validators';
import type { Rule } from './engine';
import { own } from '../../source/own';

/** Where in a kind there are rules: only the branches that lead to one. */
interface Site {
  readonly rules: readonly string[];
  readonly fields: ReadonlyMap<string, Site>;
  readonly each?: Site | undefined;
}

/** A rule that does not hold of a value, or cannot be evaluated, which the API server counts alike. */
export interface BrokenRule {
  readonly rule: string;
  readonly path: Path;
  readonly self: unknown;
}

const sites = new Map<string, Site | undefined>();

/** The rules of a kind that its value breaks. `isSound` says whether what stands at a path has the shape that the rules rely on. */
export function brokenRules(
  bundle: string,
  kind: string,
  value: unknown,
  isSound: (path: Path) => boolean,
): BrokenRule[] {
  const broken: BrokenRule[] = [];
  // The path is that of the value at hand, the same array for all of them.
  const path: (string | number)[] = [];
  const visit = (site: Site, self: unknown): void => {
    if (self === null || self === undefined) return;
    if (site.rules.length && isSound(path)) {
      // The rules of one place share its path: that is how they are known to be about the same value.
      const here = [...path];
      for (const rule of site.rules) if (!holds(rule, self)) broken.push({ rule, path: here, self });
    }
    if (typeof self !== 'object') return;
    if (site.each) for (const [step, child] of entriesOf(self)) enter(site.each, child, step);
    for (const [field, below] of site.fields)
      if (Object.hasOwn(self, field)) enter(below, own(self as Record<string, unknown>, field), field);
  };
  const enter = (site: Site, child: unknown, step: string | number): void => {
    path.push(step);
    visit(site, child);
    path.pop();
  };
  const site = siteOf(bundle, kind);
  if (site) visit(site, value);
  return broken;
}

const entriesOf = (self: object): Iterable<[string | number, unknown]> =>
  Array.isArray(self) ? self.entries() : Object.entries(self);

function siteOf(bundle: string, kind: string): Site | undefined {
  const key = `${bundle} ${kind}`;
  if (!sites.has(key)) {
    const file = schemaFile(bundle);
    sites.set(key, makeSite(own(file.kinds, kind)!, file));
  }
  return sites.get(key);
}

function makeSite(reference: Schema, file: SchemaFile): Site | undefined {
  const { rules = [], properties = {}, items, additionalProperties } = resolved(reference, file);
  const fields = new Map<string, Site>();
  for (const [field, schema] of Object.entries(properties)) {
    const below = makeSite(schema, file);
    if (below) fields.set(field, below);
  }
  const inside = items ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
  const each = inside && makeSite(inside, file);
  return rules.length || fields.size || each ? { rules, fields, each } : undefined;
}

const compiled = new Map<string, Rule>();

function holds(text: string, self: unknown): boolean {
  let rule = compiled.get(text);
  if (!rule) {
    rule = celEngine().compile(text);
    compiled.set(text, rule);
  }
  if (isTrue(rule, self)) return true;
  const copy = withMaps(self);
  return copy !== self && isTrue(rule, copy);
}

function isTrue(rule: Rule, self: unknown): boolean {
  try {
    return rule(self) === true;
  } catch {
    return false; // A field that is not there, a text that is no duration.
  }
}

/** The value with a Map for each object that has a key `constructor`: the library takes what it finds there for the type of the object. */
function withMaps(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  const entries = [...entriesOf(value)];
  const copies = entries.map(([step, child]) => [step, withMaps(child)] as const);
  if (Object.hasOwn(value, 'constructor')) return new Map(copies);
  if (copies.every(([, child], index) => child === entries[index]![1])) return value;
  return Array.isArray(value) ? copies.map(([, child]) => child) : Object.fromEntries(copies);
}
