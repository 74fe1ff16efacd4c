import { configs } from '../../mesh/settings/configs';
import { vocabularyOf } from '../../legacy/mixer/configuration';
import { compile } from '../../legacy/mixer/expression';
import { type Sent, sentBy } from '../../legacy/mixer/sent';
import { type Calls, type Unmatchable, unmatchable } from '../../legacy/mixer/unmatchable';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { withinText } from './within-text';
import { rule } from '../rule';

export default rule({
  name: 'unmatchable-mixer-rule',
  category: 'traffic',
  severity: 'warning',
  summary: 'The condition of a Mixer rule (Istio 1.4) can never be true.',
  url: 'https://istio.io/v1.4/docs/reference/config/policy-and-telemetry/expression-language/',
  docs: `
    Mixer runs the actions of a rule when its \`match\` expression is true. An expression that needs
    an absent attribute counts as false, without an error. The actions of such a rule never run: a
    denier denies nothing, a quota limits nothing, a metric stays empty.

    Fix: correct the expression. Checks and quotas run before the response, so they cannot use
    \`response.*\`, \`check.*\`, \`quota.*\`, \`connection.duration\` or \`connection.*_total\`. An
    attribute has one value in a call: join alternatives with \`||\`. A rule outside the root namespace
    applies to inbound calls to workloads of its namespace and to outbound calls from them.
  `,
  check({ mesh, report }) {
    const vocabulary = vocabularyOf(mesh);
    for (const each of configs(mesh, 'rule')) {
      const match = each.at(['spec', 'match']);
      if (typeof match.value !== 'string' || match.value.trim() === '') continue;
      const condition = compile(match.value, vocabulary);
      if ('fault' in condition || condition.type !== 'BOOL') continue;
      const { namespace } = each;
      const scope = namespace === rootNamespace(mesh) ? {} : { namespace };
      const why = callsOf(sentBy(mesh, each)).flatMap((call) => unmatchable(condition, { call, ...scope }) ?? [])[0];
      if (why) report(withinText(match, why.offset), messageOf(why, namespace));
    }
  },
});

/** An instance that the input does not hold may be one of reports. */
const callsOf = (sent: readonly Sent[]): Calls['call'][] =>
  sent.some(({ variety }) => variety === 'check' || variety === 'quota') ? ['any', 'check'] : ['any'];

function messageOf(why: Unmatchable, namespace: string): string {
  switch (why.kind) {
    case 'always false':
      return 'this is always false, so the rule never matches';
    case 'contradiction':
      return 'this is false whenever the rest of the condition is true, so the rule never matches';
    case 'only in reports':
      return `"${why.attribute}" is known only after the response, so the checks and quotas of this rule never run`;
    case 'unknown reporter':
      return '"context.reporter.kind" is "inbound" or "outbound", so the rule never matches';
    case 'other namespace':
      return why.reporter === 'inbound'
        ? `rules of namespace "${namespace}" apply only to inbound calls with destination.namespace "${namespace}", so the rule never matches`
        : `rules of namespace "${namespace}" apply only to outbound calls with source.namespace "${namespace}", so the rule never matches`;
  }
}
