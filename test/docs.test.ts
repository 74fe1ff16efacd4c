import { readFileSync, writeFileSync } from 'node:fs';
import { rulesMarkdown } from '../src/report/rules';
import { rules } from '../src/rules';

/** What `npm run docs` writes between two comments of a page: they carry its name. */
const generated: Record<string, { page: string; text: string }> = {
  rules: { page: 'docs/rules.md', text: rulesMarkdown(rules) },
};

test.each(Object.entries(generated))('%s: the page says what the code says', (name, { page, text }) => {
  const written = readFileSync(page, 'utf8');
  const between = new RegExp(`(<!-- ${name}: .* -->\n)[^]*?(<!-- /${name} -->)`);
  expect(written).toMatch(between);
  const ignored = `<!-- prettier-ignore-start -->\n${text}<!-- prettier-ignore-end -->\n`;
  const now = written.replace(between, (_, start: string, end: string) => `${start}\n${ignored}\n${end}`);
  if (process.env.WRITE) writeFileSync(page, now);
  else expect(now).toBe(written);
});
