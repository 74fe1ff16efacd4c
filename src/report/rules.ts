import type { Rule } from '../rules/rule';
import { docsOf } from './docs';
import type { Style } from './style';

/** A line a rule: name, severity, summary, counterparts. */
export function rulesText(rules: readonly Rule[], style: Style): string {
  const names = Math.max(...rules.map(({ name }) => name.length));
  return rules
    .map((rule) => {
      const { name, severity, summary, sameAs } = rule;
      const codes = sameAs.length ? ` ${style.faint(sameAs.join(' '))}` : '';
      const when = whenOn(rule);
      const optional = when ? ` ${style.faint(`(${when})`)}` : '';
      return `${style.strong(name.padEnd(names))}  ${style[severity](severity.padEnd(7))}  ${summary}${optional}${codes}\n`;
    })
    .join('');
}

/** When a rule reports anything, where that is not always. */
const whenOn = ({ isOptional, isRemark }: Rule): string =>
  isOptional ? 'off by default' : isRemark ? 'off without --world closed' : '';

/** The rules as data. */
export function rulesJson(rules: readonly Rule[]): string {
  const data = rules.map((rule) => {
    const { name, category, severity, summary, url, sameAs, isOptional = false, isRemark = false } = rule;
    return {
      name,
      category,
      severity,
      summary,
      url,
      docs: docsOf(rule),
      sameAs,
      optional: isOptional,
      remark: isRemark,
    };
  });
  return `${JSON.stringify({ version: 1, rules: data }, null, 2)}\n`;
}

/** The table of the README: the rules by name. */
export function rulesMarkdown(rules: readonly Rule[]): string {
  const byName = [...rules].sort((a, b) => (a.name < b.name ? -1 : 1));
  const rows = byName.map((rule) => {
    const { name, severity, summary, sameAs } = rule;
    const level = [severity, whenOn(rule)].filter(Boolean).join(', ');
    return `| \`${name}\` | ${level} | ${summary.replace(/\|/g, '\\|')} | ${sameAs.join(', ')} |`;
  });
  return ['| rule | severity | what is wrong | counterparts |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}
