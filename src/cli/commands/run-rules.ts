import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Example, explanation } from '../../report/explanation';
import { rulesJson, rulesMarkdown, rulesText } from '../../report/rules';
import { rules } from '../../rules';
import type { Rule } from '../../rules/rule';
import { didYouMean } from '../../schema/spelling';
import { explainExpressions } from './expressions';
import type { ExplainOptions, RulesOptions } from './rules';
import { print, styleFor } from '../terminal';
import { UsageError } from '../usage-error';
import { own } from '../../source/own';

/** Prints all rules. */
export function runRules({ format, color }: RulesOptions): Promise<void> {
  switch (format) {
    case 'json':
      return print(rulesJson(rules));
    case 'markdown':
      return print(rulesMarkdown(rules));
    case 'text':
      return print(rulesText(rules, styleFor(process.stdout, color)));
  }
}

/** Prints what there is to know of a rule, or what the expressions of a file mean. */
export function runExplain(name: string | undefined, options: ExplainOptions): Promise<void> {
  if (options.expressions !== undefined) {
    if (name !== undefined) throw new UsageError('use either a rule or --expressions');
    return explainExpressions(options.expressions, options);
  }
  if (name === undefined) throw new UsageError('missing rule: pass its name, or --expressions FILE');
  return explainRule(name, options.color);
}

/** Of a counterpart that is several rules here, prints which they are. */
function explainRule(name: string, color: ExplainOptions['color']): Promise<void> {
  const style = styleFor(process.stdout, color);
  const found = rulesNamed(name);
  if (found.length === 1) return print(explanation(found[0]!, examplesOf(found[0]!), style));
  const title = `${name.toUpperCase()} is split into ${found.length} rules; run \`meshlint explain RULE\` for details:`;
  return print(`${title}\n\n${rulesText(found, style)}`);
}

function rulesNamed(name: string): readonly Rule[] {
  const named = rules.filter((rule) => rule.name === name);
  if (named.length) return named;
  const counterparts = rules.filter(({ sameAs }) => sameAs.includes(name.toUpperCase()));
  if (counterparts.length) return counterparts;
  if (/^(IST|KIA)\d+$/i.test(name)) throw new UsageError(`unknown code "${name.toUpperCase()}"`);
  throw new UsageError(
    `unknown rule "${name}"${didYouMean(
      name,
      rules.map((rule) => rule.name),
    )}`,
  );
}

/** The build lays the fixtures of the rules beside the program. */
function examplesOf({ name }: Rule): readonly Example[] {
  const all = JSON.parse(readFileSync(join(__dirname, 'examples.json'), 'utf8')) as Record<string, Example[]>;
  return own(all, name) ?? [];
}
