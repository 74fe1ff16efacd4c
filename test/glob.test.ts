import { gitignore } from '../src/cli/input/gitignore';
import { patternFault, patternOf } from '../src/cli/input/patterns';
import { fitsWildcards } from '../src/source/glob';

test.each([
  ['*.yaml', 'a.yaml', true],
  ['*.yaml', 'a/b.yaml', false],
  ['**/*.yaml', 'a.yaml', true],
  ['**/*.yaml', 'a/b/c.yaml', true],
  ['a/**', 'a', false],
  ['a/**', 'a/b/c', true],
  ['a/**/z', 'a/z', true],
  ['a/**/z', 'a/b/c/z', true],
  ['a/**/z', 'a/b/c/y', false],
  ['a/*/c', 'a/b/b/c', false],
  ['?.yaml', 'é.yaml', true],
  ['[a-c].yaml', 'b.yaml', true],
  ['[!a-c].yaml', 'b.yaml', false],
  ['[[:digit:]]x', '7x', true],
  ['[', '[', true],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['{a,b{c,d}}.yaml', 'bd.yaml', true],
  ['{a,b}.yaml', 'c.yaml', false],
  ['{a}.yaml', '{a}.yaml', true],
  ['!a', 'b', true],
])('the pattern %s and the path %s', (pattern, path, fits) => expect(patternOf(pattern)(path)).toBe(fits));

// As `git check-ignore` answers.
test.each([
  ['*.log', 'a/b.log', true],
  ['/b.log', 'a/b.log', false],
  ['a/b.log', 'x/a/b.log', false],
  ['**/b.log', 'x/a/b.log', true],
  ['a/**', 'a/x/y', true],
  ['x/', 'x', false],
  ['x/', 'x/y', true],
  ['*\n!a.yaml', 'a.yaml', false],
  ['x\n!x/a.yaml', 'x/a.yaml', true],
  ['x/*\n!x/a.yaml', 'x/a.yaml', false],
  ['# a', '# a', false],
  ['\\# a', '# a', true],
  ['\\!a', '!a', true],
  ['a  ', 'a', true],
  ['a\\ ', 'a ', true],
  ['A.yaml', 'a.yaml', false],
  ['', 'a', false],
  ['/', 'a', false],
])('the lines %j and the path %s', (lines, path, leftOut) =>
  expect(gitignore(lines)(path, 'file') ?? false).toBe(leftOut),
);

test('no pattern takes long', () => {
  const stars = '*a'.repeat(500);
  const name = 'a'.repeat(5000);
  const start = performance.now();
  expect(patternOf(`${stars}b`)(name)).toBe(false);
  expect(patternOf('**/a/'.repeat(100) + 'b')('a/'.repeat(1000))).toBe(false);
  expect(fitsWildcards(`${stars}b`, name)).toBe(false);
  expect(gitignore(`${stars}b\n`)(name, 'file')).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(5000);
});

test('patterns that stand for too much are refused in words', () => {
  expect(patternFault('a'.repeat(70_000))).toBe('the pattern has 70000 characters; at most 4096 are allowed');
  expect(patternFault('{a,b}'.repeat(20))).toBe('the braces of the pattern stand for too many alternatives');
  expect(patternFault('{'.repeat(4000))).toBeUndefined();
});
