import type { Finding, Rule } from '../../rules/rule';
import { count } from '../closing';
import { docsOf } from '../docs';
import { headline, location, originOf } from '../location';
import { visible } from '../visible';
import { type Content, type Html, copyButton, element, link } from './element';
import { frame } from './frame';
import { prose } from './prose';
import type { Section } from './document';

const SEVERITIES = ['error', 'warning', 'info'] as const;

/** The findings of a run, the worst first, with what filters them; then the rules that they are of. */
export function findingSections(findings: readonly Finding[]): Section[] {
  const sorted = SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  const rules = [...new Map(sorted.map(({ rule }) => [rule.name, rule])).values()];
  const list = sorted.length ? [filters(sorted), sorted.map(findingOf)] : element('p', {}, 'No findings.');
  return [
    { id: 'findings', title: `Findings (${sorted.length})`, content: list },
    ...(rules.length ? [{ id: 'rules', title: 'Rules', content: rules.map(ruleOf) }] : []),
  ];
}

/** The form that filters; the script of the page shows it. */
function filters(findings: readonly Finding[]): Html {
  const total = count(findings.length, 'finding');
  return element(
    'form',
    { id: 'filters', role: 'search', 'aria-label': 'Filter the findings', hidden: true },
    element(
      'fieldset',
      {},
      element('legend', {}, 'Severity'),
      SEVERITIES.map((severity) => severityBox(severity, findings)),
    ),
    choice(
      'rule',
      'Rule',
      findings.map(({ rule }) => rule.name),
    ),
    choice('namespace', 'Namespace', findings.map(namespaceOf)),
    choice(
      'file',
      'File',
      findings.map(({ place }) => place.file.path),
    ),
    element('label', {}, 'Search ', element('input', { type: 'search', name: 'text', autocomplete: 'off' })),
    element('output', { id: 'shown', 'aria-live': 'polite' }, `${total} shown`),
  );
}

function severityBox(severity: Finding['severity'], findings: readonly Finding[]): Content {
  const number = findings.filter((finding) => finding.severity === severity).length;
  const box = element('input', { type: 'checkbox', name: 'severity', value: severity, checked: true });
  return number > 0 && element('label', {}, box, ` ${severity} (${number})`);
}

/** A choice among the values that findings have, each with the number of its findings. */
function choice(name: string, label: string, values: readonly string[]): Html {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const options = [...counts]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([value, number]) => element('option', { value: `=${value}` }, `${value || 'none'} (${number})`));
  return element(
    'label',
    {},
    `${label} `,
    element('select', { name }, element('option', { value: '' }, `all (${counts.size})`), options),
  );
}

const namespaceOf = ({ place: { resource } }: Finding): string => visible(resource?.namespace ?? '');

function findingOf(finding: Finding): Html {
  const { rule, severity, place, related, fix } = finding;
  const origin = originOf(place);
  return element(
    'article',
    {
      class: `finding ${severity}`,
      'data-severity': severity,
      'data-rule': rule.name,
      'data-namespace': namespaceOf(finding),
      'data-file': place.file.path,
    },
    element('h3', {}, element('span', { class: `severity ${severity}` }, severity), ' ', headline(finding)),
    element(
      'p',
      { class: 'where' },
      element('code', {}, location(place)),
      copyButton(location(place), 'the place'),
      element('a', { href: `#rule-${rule.name}` }, rule.name),
      origin !== undefined && ` rendered from ${origin}`,
    ),
    frame(place),
    related.length > 0 && element('ul', { class: 'related' }, related.map(relatedOf)),
    fix && element('p', { class: 'fix' }, `Fix: ${fix.title} `, fixCommand(fix.safety)),
  );
}

const relatedOf = ({ place, message }: Finding['related'][number]): Html =>
  element(
    'li',
    {},
    element('code', {}, location(place)),
    ` ${message}`,
    element('details', {}, element('summary', {}, 'Lines'), frame(place)),
  );

const fixCommand = (safety: 'safe' | 'unsafe'): Html =>
  element('code', {}, safety === 'safe' ? 'meshlint lint --fix' : 'meshlint lint --fix --unsafe-fixes');

function ruleOf(rule: Rule): Html {
  const { name, summary, severity, category, url, sameAs } = rule;
  const allow = `# meshlint: allow ${name} -- reason`;
  return element(
    'details',
    { id: `rule-${name}`, class: 'rule' },
    element('summary', {}, element('strong', {}, name), ` ${summary}`),
    element('p', {}, `Severity: ${severity}. Category: ${category}.`),
    prose(docsOf(rule)),
    element('p', {}, 'Documentation: ', link(url, url)),
    sameAs.length > 0 && element('p', {}, `In istioctl and Kiali: ${sameAs.join(', ')}`),
    element(
      'p',
      {},
      'Explain: ',
      element('code', {}, `meshlint explain ${name}`),
      copyButton(`meshlint explain ${name}`, 'the command'),
    ),
    element('p', {}, 'Suppress: ', element('code', {}, allow), copyButton(allow, 'the comment')),
  );
}
