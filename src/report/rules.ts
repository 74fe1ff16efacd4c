import type { Rule } from '../rules/rule';
import { docsOf } from './docs';
import type { Style } from './style';

/** A line a rule: name, severity, summary, counterparts. */
export function rulesText(rules: readonly Rule[], style: Style): string {
  const names = Math.max(...rules.map(({ name }) => name.length));
  return rules
    .map(({ name, severity, summary, sameAs, isOptional }) => {
      const codes = sameAs.length ? ` ${style.faint(sameAs.join(' '))}` : '';
      const optional = isOptional ? ` ${style.faint('(off by default)')}` : '';
      return `${style.strong(name.padEnd(names))}  ${style[severity](severity.padEnd(7))}  ${summary}${optional}${codes}\n`;
    })
    .join('');
}

/** The rules as data. */
export function rulesJson(rules: readonly Rule[]): string {
  const data = rules.map((rule) => {
    const { name, category, severity, summary, url, sameAs, isOptional = false } = rule;
    return { name, category, severity, summary, url, docs: docsOf(rule), sameAs, optional: isOptional };
  });
  return `${JSON.stringify({ version: 1, rules: data }, null, 2)}\n`;
}

/** The table of the README: the rules by name. */
export function rulesMarkdown(rules: readonly Rule[]): string {
  const byName = [...rules].sort((a, b) => (a.name < b.name ? -1 : 1));
  const rows = byName.map(
    ({ name, severity, summary, sameAs, isOptional }) =>
      `| \`${name}\` | ${severity}${isOptional ? ', off by default' : ''} | ${summary.replace(/\|/g, '\\|')} | ${sameAs.join(', ')} |`,
  );
  return ['| rule | severity | what is wrong | counterparts |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}
