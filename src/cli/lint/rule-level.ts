import { InvalidArgumentError } from 'commander';
import type { Severity } from '../../rules/rule';

/** What the command line says of a rule. */
export interface RuleLevel {
  name: string;
  level: Severity | 'off';
}

const LEVELS = ['off', 'info', 'warning', 'error'] as const;

/** Reads `unknown-subset=warning` and adds it to what was said before. */
export function parseRuleLevel(text: string, before: readonly RuleLevel[]): RuleLevel[] {
  const [name = '', word] = text.split('=', 2);
  const level = LEVELS.find((each) => each === word);
  if (!name || !level)
    throw new InvalidArgumentError(`A rule and ${LEVELS.join(', ')} is expected, as "unknown-subset=off".`);
  return [...before, { name, level }];
}
