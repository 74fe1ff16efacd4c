import type { SeverityOf } from '../../lint';
import { rules } from '../../rules';
import type { Rule } from '../../rules/rule';
import { severityOf as severityBySettings, unknownRule } from '../configuration/settings';
import { leftOut, named, onlyKindsOfMesh } from '../configuration/severities';
import type { Configured, InputOptions } from '../input/load';
import { UsageError } from '../usage-error';
import type { RuleLevel } from './rule-level';

/** What of the options of a run says which rules are asked, and how severe their findings are. */
type Choices = Configured<InputOptions & { rule: RuleLevel[]; allKinds?: true }>;

/** All rules, but of those that are off unless asked for only the ones that somebody names. */
export function askedRules({ rule: choices, settings }: Choices): Rule[] {
  const names = new Set([...settings.named, ...choices.map(({ name }) => name)]);
  return rules.filter(
    ({ isOptional, name, sameAs }) => !isOptional || [name, ...sameAs].some((each) => names.has(each)),
  );
}

/** How severe findings are: by the configuration, and above it by the command line. */
export function severitiesOf(paths: readonly string[], options: Choices): SeverityOf {
  const { rule, settings, allKinds = settings.allKinds } = options;
  const wrong = rule.map(({ name }) => unknownRule(name)).find((message) => message !== undefined);
  if (wrong) throw new UsageError(`--rule: ${wrong}`);
  const choices = rule.map(({ name, level }) => named({ [name]: level }));
  const silence = settings.ignored.length ? [leftOut(settings.ignored, paths)] : [];
  return severityBySettings(settings, [...choices, ...silence, ...(allKinds ? [] : [onlyKindsOfMesh])]);
}
