import { readFileSync, writeFileSync } from 'node:fs';
import * as library from '../src';
import { lint } from '../src/lint';
import { Mesh } from '../src/mesh/mesh';
import { rulesMarkdown } from '../src/report/rules';
import { rules } from '../src/rules';
import { BIN, run } from './command';
import { routeWithoutTimeout } from './example-rule';
import { MAY_CALL, MAY_IMPORT } from './import-table';
import { picture } from './picture';
import { GONE_FIELDS, REMOVED } from '../src/schema/history';
import { read } from '../src/source/read';

/** The folders of src/ and their imports, as a Mermaid flow chart. */
function architecture(): string {
  const folders = Object.entries({ ...MAY_IMPORT, ...MAY_CALL }).filter(([name]) => !name.endsWith('.ts'));
  const edges = folders.flatMap(([from, all]) => all.map((to) => `  ${from} --> ${to}\n`));
  return `\`\`\`mermaid\nflowchart TD\n${edges.join('')}\`\`\`\n`;
}

/** What `npm run docs` writes between two comments of a page: they carry its name. */
const generated: Record<string, { page: string; text: string }> = {
  architecture: { page: 'docs/architecture.md', text: architecture() },
  'example-rule': {
    page: 'CONTRIBUTING.md',
    text: `\`\`\`ts\n${readFileSync('test/example-rule.ts', 'utf8')}\`\`\`\n`,
  },
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
  if (process.env['WRITE']) writeFileSync(page, now);
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
  if (process.env['WRITE']) writeFileSync(file, now);
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

test('CONTRIBUTING.md: the example rule reports a route without a timeout, and no other', () => {
  const text = [
    'apiVersion: networking.istio.io/v1',
    'kind: VirtualService',
    'metadata: { name: cart }',
    'spec:',
    '  hosts: [cart]',
    '  http:',
    '    - { timeout: 1s, route: [{ destination: { host: cart } }] }',
    '    - route: [{ destination: { host: cart } }]',
    '    - redirect: { uri: /moved }',
  ].join('\n');
  const { findings } = lint(new Mesh([read('mesh.yaml', text)]), [routeWithoutTimeout], { today: '2026-01-01' });
  expect(findings.map(({ place, rule }) => `${place.range.start.line} ${rule.name}`)).toEqual([
    '8 route-without-timeout',
  ]);
});

test('the example in src/index.ts prints a line for each finding', () => {
  const comment = /```ts\n([^]*?)```/.exec(readFileSync('src/index.ts', 'utf8'))![1]!;
  const example = comment.replace(/^ \* ?/gm, '').replace(/^import (.*) from 'meshlint';$/m, 'const $1 = library;');
  const lines: unknown[][] = [];
  const text = 'apiVersion: v1\nkind: Service\nmetadata: { name: cart }\nspec: { ports: [{ port: many }] }\n';
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the example is text of this repository
  const body = new Function('library', 'text', 'console', example) as (...values: unknown[]) => void;
  body(library, text, { log: (...words: unknown[]) => lines.push(words) });
  expect(lines).toEqual([['mesh.yaml', 4, expect.stringContaining('many')]]);
});
