import type { Path } from '../../source/path';
import { type Violation, violation } from '../violation';
import { gatewayApiTellers } from './gateway-api';
import { istioTellers } from './istio';
import type { BrokenRule } from './rules';

/** What to say of a broken rule. */
export interface Told {
  readonly message: string;
  /** Where, from the value that the rule is about. */
  readonly at?: Path;
  readonly on?: 'key';
  /** Said only where no other rule about the same value is broken: this one would be a consequence. */
  readonly onlyAlone?: true;
}

/** Tells of the rules that a pattern matches, given the value and what the pattern caught. Rules are matched without blanks, with single quotes. */
export type Teller = readonly [rule: string | RegExp, tell: (self: never, ...caught: string[]) => Told];

const tellers: readonly Teller[] = [...istioTellers, ...gatewayApiTellers];
const found = new Map<string, (self: never) => Told>();

/** Broken rules as violations: of several about one place the first, and no consequences of another. */
export function ruleViolations(broken: readonly BrokenRule[]): Violation[] {
  const said = broken.map(({ rule, path, self }): Told & { site: Path } => ({
    site: path,
    ...tellerOf(rule)(self as never),
  }));
  const places = new Set<string>();
  return said.flatMap(({ site, message, at = [], on, onlyAlone }) => {
    if (onlyAlone && said.some((other) => other.site === site && !other.onlyAlone)) return [];
    const path = [...site, ...at];
    const place = JSON.stringify(path);
    if (places.has(place)) return [];
    places.add(place);
    return [violation('cel', path, message, on && { on })];
  });
}

/** What explains a rule. Every rule under schemas/ has its own words; a test holds that. */
export function tellerOf(rule: string): (self: never) => Told {
  const known = found.get(rule);
  if (known) return known;
  const made = lookUp(rule) ?? (() => ({ message: `the rule ${rule} does not hold` }));
  found.set(rule, made);
  return made;
}

/** The words for a rule, or undefined where we have none of our own. */
export function lookUp(rule: string): ((self: never) => Told) | undefined {
  const plain = rule.replace(/\s+/g, '').replaceAll('"', "'");
  for (const [pattern, tell] of tellers) {
    if (typeof pattern === 'string') {
      if (pattern === plain) return (self) => tell(self);
      continue;
    }
    const caught = pattern.exec(plain);
    if (caught) return (self) => tell(self, ...caught.slice(1));
  }
  return undefined;
}
