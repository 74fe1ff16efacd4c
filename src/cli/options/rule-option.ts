import { Option } from 'commander';
import { completed } from '../commands/completion';
import { parseRuleLevel } from '../lint/rule-level';

/** The severities of rules, over those of the configuration. */
export const ruleLevels = (): Option =>
  completed(
    new Option('--rule <name=severity>', 'set the severity of a rule: error, warning, info or off; repeatable'),
    'rules',
  )
    .argParser(parseRuleLevel)
    .default([], 'as configured');
