import type { LintOptions } from '../../lint';
import type { MeshOptions } from '../../mesh/mesh';
import type { Rule } from '../../rules/rule';
import type { Release } from '../../schema/release';
import { unknownRule } from '../configuration/settings';
import { configured, meshOptions } from '../input/load';
import { askedRules, severitiesOf } from '../lint/choices';
import type { RuleLevel } from '../lint/rule-level';

/** How the objects of a cluster are checked: as `meshlint lint` does with the same configuration. */
export interface Checks {
  readonly rules: readonly Rule[];
  /** The options of a run that starts now. */
  readonly options: () => LintOptions;
  readonly mesh: MeshOptions;
}

/** The options that say how the objects of a cluster are checked. */
export interface CheckOptions {
  config?: string | false;
  rule: RuleLevel[];
  istioVersion?: Release[];
}

/** Reads the configuration. Throws a UsageError where it is wrong. */
export function checksOf({ config, rule, istioVersion }: CheckOptions): Checks {
  const options = configured([], {
    with: [],
    rule,
    stdinFilename: 'stdin',
    render: false,
    kube: true,
    ...(config !== undefined && { config }),
    ...(istioVersion && { istioVersion }),
  });
  const severityOf = severitiesOf([], options);
  return {
    rules: askedRules(options),
    options: () => ({ today: new Date().toISOString().slice(0, 10), severityOf, faultOfName: unknownRule }),
    mesh: meshOptions(options),
  };
}
