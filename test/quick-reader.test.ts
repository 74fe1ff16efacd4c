import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { type Node, nodesOf } from '../src/source/nodes';
import { nodesFrom } from '../src/source/offsets';
import { readQuickly } from '../src/source/quick-reader';
import { splitDocuments } from '../src/source/split';
import { loadCompletely } from '../src/source/values';

const RUNS = { numRuns: Number(process.env['RUNS'] ?? 2000), seed: 17 };

/** Nodes without the places of empty values, of which the complete reader knows the marks before them only where few are in a row. */
function withoutEmpty(node: Node | undefined): unknown {
  switch (node?.kind) {
    case 'scalar':
      return node.start === node.end ? 'empty' : node;
    case 'map':
      return { ...node, pairs: [...node.pairs].map(([name, { key, value }]) => [name, key, withoutEmpty(value)]) };
    case 'list':
      return { ...node, items: node.items.map(withoutEmpty) };
    default:
      return node;
  }
}

/** As withoutEmpty; empty values have to be behind their colon or dash. */
function placed(node: Node, text: string): unknown {
  if (node.kind === 'scalar' && node.start === node.end) expect(text[node.start - 1]).toMatch(/[:-]/);
  if (node.kind === 'map') for (const { value } of node.pairs.values()) placed(value, text);
  if (node.kind === 'list') for (const item of node.items) placed(item, text);
  return withoutEmpty(node);
}

/** Whether the quick reader reads a text; fails where it reads it differently from the complete one. */
function isReadAlike(text: string): boolean {
  const quick = readQuickly(text);
  if (!quick) return false;
  const read = [quick.value, placed(nodesFrom(text, quick.offsets), text)];
  const complete = [loadCompletely(text), withoutEmpty(nodesOf(text))];
  if (!isDeepStrictEqual(read, complete)) expect(read).toStrictEqual(complete);
  return true;
}

const documentsOf = (text: string): string[] => splitDocuments(text).map(({ start, end }) => text.slice(start, end));

const fixtures = readdirSync('fixtures', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ya?ml|json)$/.test(name))
  .map((name) => readFileSync(join('fixtures', name), 'utf8'))
  .flatMap(documentsOf);

test('reads most documents of the fixtures, as the complete reader does', () => {
  const read = fixtures.filter(isReadAlike);
  expect(read.length / fixtures.length).toBeGreaterThan(0.75);
});

/** Texts of one line as people write them, and as they should not. */
const plainWord = fc.constantFrom(
  ...[
    'a',
    'reviews.shop',
    '8080',
    '010',
    '0x1F',
    '1_000',
    '1e3',
    '-5',
    '.5',
    'yes',
    'n',
    'null',
    '~',
    'a b',
    'a:b',
    'a#b',
  ],
  ...['a\n b', 'a\n  b c\n d', 'é', '-x', 'b\n\n  c', 'a [b] {c}, d'],
);
const oddWord = fc.oneof(
  fc.constantFrom(
    '*',
    '',
    '-',
    'a: b',
    'a #b',
    ':80',
    'b:',
    '- a',
    '"',
    "'",
    "it''s",
    '\\',
    '\\n',
    '\\/',
    '{{ x }}',
    '${X}',
  ),
  fc.constantFrom(
    '<<',
    '__proto__',
    'constructor',
    '&a',
    '*a',
    '!t',
    '%x',
    '@a',
    '`a`',
    '|',
    '>',
    '?',
    '? a',
    ',',
    '[',
    ']',
  ),
  fc.constantFrom(
    '{}',
    '😀',
    '\t',
    '\u2028',
    '---',
    '...',
    'a\nb',
    'a\n # b',
    'a\\\n  b',
    'a\n  b: c',
    'a\n  \\ b',
    '\\ a',
  ),
  fc.string({ maxLength: 5 }),
);
const word = fc.oneof({ weight: 9, arbitrary: plainWord }, { weight: 1, arbitrary: oddWord });
const scalar = fc.oneof(
  { weight: 3, arbitrary: word },
  { weight: 1, arbitrary: fc.oneof(word, oddWord).map((text) => `"${text}"`) },
  { weight: 1, arbitrary: fc.oneof(word, oddWord).map((text) => `'${text}'`) },
);
const flow = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 2 }, scalar, tie('list'), tie('map')),
  list: fc.array(tie('any'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
  map: fc
    .array(fc.tuple(scalar, tie('any')), { maxLength: 3 })
    .map((pairs) => `{${pairs.map(([key, value]) => `${key}: ${String(value)}`).join(', ')}}`),
}));
const comment = fc.constantFrom('', '', '', '', ' ', ' # comment', '#x', '\n', '\n# comment', '\n   # comment', '\n  ');
const indented = (lines: string, by: string): string => lines.replace(/^(?=.)/gm, by);
const block = fc
  .tuple(
    fc.constantFrom('|', '|-', '|+', '>', '>-', '>+', '|2', '|1-', '>2-', '|4+', '| # comment'),
    fc.array(fc.oneof(fc.constantFrom('', ' ', '  a', '# no comment', '- a', 'a: b'), word), {
      minLength: 1,
      maxLength: 4,
    }),
    fc.constantFrom('  ', '   ', ' ', ''),
  )
  .map(([head, lines, by]) => `${head}\n${indented(lines.join('\n'), by)}`);

/** Blocks of lines: maps and lists in each other, indented as is usual or not. */
const yaml = fc.letrec<{ node: string; map: string; list: string }>((tie) => ({
  node: fc.oneof({ maxDepth: 4 }, scalar, flow.any as fc.Arbitrary<string>, block, tie('map'), tie('list')),
  map: fc
    .array(
      fc.tuple(
        fc.oneof(
          { weight: 5, arbitrary: fc.constantFrom('a', 'b', 'c', 'd-e', '"q"', "'r'") },
          { weight: 1, arbitrary: scalar },
        ),
        fc.constantFrom('below', 'beside'),
        tie('node'),
        comment,
        fc.constantFrom('  ', '  ', '    ', '', ' '),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((pairs) =>
      pairs
        .map(
          ([key, place, value, end, by]) =>
            `${key}:${place === 'beside' ? ` ${indented(value, by).trimStart()}` : `${end}\n${indented(value, by)}`}${end}`,
        )
        .join('\n'),
    ),
  list: fc
    .array(fc.tuple(tie('node'), comment, fc.constantFrom(' ', ' ', '   ', '\n  ')), { minLength: 1, maxLength: 4 })
    .map((items) =>
      items
        .map(([item, end, gap]) => `-${gap}${indented(item, gap === '   ' ? '    ' : '  ').trimStart()}${end}`)
        .join('\n'),
    ),
}));

test('reads random documents as the complete reader does, or gives up', () => {
  let read = 0;
  fc.assert(
    fc.property(fc.oneof(yaml.map, yaml.list), fc.constantFrom('', '\n', '\r\n'), (text, end) => {
      if (isReadAlike(end === '\r\n' ? `${text}\n`.replaceAll('\n', end) : text + end)) read++;
    }),
    RUNS,
  );
  expect(read).toBeGreaterThan(RUNS.numRuns / 20);
});

/** What is put into a text somewhere, or takes the place of what is there. */
const splinter = fc.constantFrom(
  ...'\n #:-[]{}"\'|>&*!?,\\\t%@a0',
  '\n\n',
  '\n ',
  '\n  ',
  ': ',
  ' #',
  '- ',
  '\\n',
  '""',
  "''",
  '[]',
  '{}',
  '\n---\n',
  '<<: ',
  ': |\n',
  ': >\n  ',
);

test('reads broken fixtures as the complete reader does, or gives up', () => {
  let read = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...fixtures.filter(({ length }) => length < 3000)),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      splinter,
      fc.nat({ max: 3 }),
      (text, at, piece, cut) => {
        const offset = Math.floor(at * text.length);
        if (isReadAlike(text.slice(0, offset) + piece + text.slice(offset + cut))) read++;
      },
    ),
    RUNS,
  );
  expect(read).toBeGreaterThan(RUNS.numRuns / 10);
});
