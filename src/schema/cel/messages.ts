import type { Path } from '../../source/path';
import { type Violation, violation } from '../violation';
import type { BrokenRule } from './rules';
import { choiceTellers } from './words/choices';
import { istioTellers } from './words/istio';
import { listenerTellers } from './words/listeners';
import { routeTellers } from './words/routes';
import { textTellers } from './words/texts';
import { type RuleMessage, type RuleText, value } from './words/rule-message';

const ruleMessages: readonly RuleMessage[] = [
  ...istioTellers,
  ...choiceTellers,
  ...routeTellers,
  ...listenerTellers,
  ...textTellers,
];

/** Broken rules as violations: of several about one place the first, and no consequences of another. */
export function ruleViolations(broken: readonly BrokenRule[]): Violation[] {
  const said = broken.map(({ rule, path, self }): RuleText & { site: Path } => ({ site: path, ...tell(rule, self) }));
  const places = new Set<string>();
  return said.flatMap(({ site, message, at, on, onlyAlone }) => {
    if (onlyAlone && said.some((other) => other.site === site && !other.onlyAlone)) return [];
    const path = [...site, ...at];
    const place = JSON.stringify(path);
    if (places.has(place)) return [];
    places.add(place);
    return [violation('cel', path, message, { on })];
  });
}

const tell = (rule: string, self: unknown): RuleText =>
  tellerOf(rule)?.(self as never) ?? value(`the rule ${rule} is violated`);

/** The words for a rule, or undefined where we have none of our own. Every rule under schemas/ has; a test holds that. */
export function tellerOf(rule: string): ((self: never) => RuleText) | undefined {
  const plain = rule.replace(/\s+/g, '').replaceAll('"', "'");
  for (const [pattern, teller] of ruleMessages) {
    const caught = typeof pattern === 'string' ? (pattern === plain ? [plain] : null) : pattern.exec(plain);
    if (caught) return (self) => teller(self, ...caught.slice(1));
  }
  return undefined;
}
