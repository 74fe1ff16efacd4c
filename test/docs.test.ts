import { readFileSync, writeFileSync } from 'node:fs';
import { lint } from '../src/lint';
import { Mesh } from '../src/mesh/mesh';
import { rulesMarkdown } from '../src/report/rules';
import { rules } from '../src/rules';
import { BIN, run } from './command';
import { picture } from './picture';
import { GONE_FIELDS, REMOVED } from '../src/schema/history';
import { read } from '../src/source/read';

/** What `npm run docs` writes between two comments of a page: they carry its name. */
const generated: Record<string, { page: string; text: string }> = {
  rules: { page: 'docs/rules.md', text: rulesMarkdown(rules) },
  removals: {
    page: 'docs/migration.md',
    text: table(
      ['kind', 'gone since', 'what does its work now'],
      Object.entries(REMOVED).map(([kind, { gone, instead }]) => [`\`${kind}\``, gone, instead]),
    ),
  },
  fields: {
    page: 'docs/migration.md',
    text: table(
      ['field', 'what does its work now'],
      Object.entries(GONE_FIELDS).map(([field, instead]) => [`\`${field}\``, instead]),
    ),
  },
};

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
}

test.each(Object.entries(generated))('%s: the page says what the code says', (name, { page, text }) => {
  const written = readFileSync(page, 'utf8');
  const between = new RegExp(`(<!-- ${name}: .* -->\n)[^]*?(<!-- /${name} -->)`);
  expect(written).toMatch(between);
  const ignored = `<!-- prettier-ignore-start -->\n${text}<!-- prettier-ignore-end -->\n`;
  const now = written.replace(between, (_, start: string, end: string) => `${start}\n${ignored}\n${end}`);
  if (process.env.WRITE) writeFileSync(page, now);
  else expect(now).toBe(written);
});

/** Pictures of the terminal that pages show. */
const pictures: Record<string, readonly string[]> = {
  'docs/simulate.svg': [
    'simulate',
    'fixtures/bookinfo',
    'fixtures/bookinfo-networking/destination-rule-all',
    'fixtures/bookinfo-networking/virtual-service-reviews-test-v2',
    '--from',
    'productpage-v1.default',
    '--user',
    'jason',
    'http://reviews:9080/reviews/0',
  ],
};

test.each(Object.entries(pictures))('%s shows what the program prints', (file, args) => {
  const shown = args.map((arg) => arg.replace('fixtures/bookinfo-networking/', '').replace('fixtures/', ''));
  const { status, stdout } = run(process.execPath, [BIN, ...args, '--color', 'always']);
  expect(status).toBe(0);
  const now = picture(`$ meshlint ${shown.join(' ')}\n\n${stdout}`);
  if (process.env.WRITE) writeFileSync(file, now);
  else expect(now).toBe(readFileSync(file, 'utf8'));
});

test('docs/migration.md: what it shows instead of the old is without fault', () => {
  const blocks = [...readFileSync('docs/migration.md', 'utf8').matchAll(/```yaml\n([^]*?)```/g)].map(
    ([, text]) => text!,
  );
  expect(blocks.length).toBeGreaterThan(2);
  const files = blocks.map((text, index) => read(`block-${index}.yaml`, text));
  expect(lint(new Mesh(files, { world: 'open' }), rules, { today: '2026-01-01' }).findings).toEqual([]);
});
