import { readFileSync, readdirSync } from 'node:fs';
import ts from 'typescript';

// Every text of an input meets regular expressions of ours: none may take more than linear time, whatever the text is.
const REPEATED = [
  ' ',
  '\n',
  '\t',
  '\r\n',
  'a',
  'A',
  '0',
  '.',
  '-',
  '_',
  '/',
  ',',
  ':',
  '=',
  '*',
  '#',
  '@',
  '%',
  '<',
  '`',
  '"',
  "'",
  '\\',
  '{',
  '}',
  '(',
  '[',
  '{{',
  '..',
  '::',
  '://',
  'a.',
  'a/',
  'a:',
  'a,',
  'a=',
  'a ',
  '- ',
  '\n ',
  '\n#',
  '0.',
  '%A',
  'eyJ',
  'eyJaaaaaa.',
  '-----BEGIN ',
  'allow ',
  ' until',
  '\u001b[',
];
const ENDS = ['', '!', '\n!', '"'];
const LENGTH = 12_000;
/** A pattern that backtracks takes several hundred milliseconds for so many characters; one that does not, less than one. */
const MOST_MILLISECONDS = 150;

function patternsIn(name: string): { where: string; pattern: RegExp }[] {
  const file = ts.createSourceFile(name, readFileSync(`src/${name}`, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: { where: string; pattern: RegExp }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const [, source = '', flags = ''] = /^\/(.*)\/(\w*)$/s.exec(node.text) ?? [];
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      found.push({
        where: `${name}:${line + 1} ${node.text}`,
        pattern: new RegExp(source, flags.replace(/[gy]/g, '') + 'g'),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isSlow(pattern: RegExp, text: string): boolean {
  const takesLong = (): boolean => {
    const start = performance.now();
    text.replace(pattern, '');
    return performance.now() - start > MOST_MILLISECONDS;
  };
  // A busy machine may interrupt one of them, and hardly all three.
  return takesLong() && takesLong() && takesLong();
}

test('no regular expression backtracks', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const patterns = files.flatMap(patternsIn);
  expect(patterns.length).toBeGreaterThan(200);
  const texts = REPEATED.flatMap((each) => ENDS.map((end) => each.repeat(LENGTH / each.length) + end));
  const slow = patterns.filter(({ pattern }) => texts.some((text) => isSlow(pattern, text)));
  expect(slow.map(({ where }) => where)).toEqual([]);
}, 120_000);
