import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** Words that users stumble over, and what to write instead. They are refused in texts of the program and in the docs. */
const FORBIDDEN: readonly (readonly [words: RegExp, instead: string])[] = [
  [/\b(?:is|are) no (?!longer\b|more\b)/, 'is not a'],
  [/\bthere (?:is|are) no\b/, 'is not defined, does not exist, unknown'],
  [/\b(?:nobody|somebody|whoever|whom|whence)\b/, 'no client, a user, the workload'],
  [/\bmend(?:s|ed|ing)?\b/, 'fix'],
  [/\bshall\b/, 'must'],
  [/\bstands? (?:twice|where|in the place)\b/, 'duplicate; expected ..., found ...'],
  [/\bleads? nowhere\b/, 'has no action'],
  [/\b(?:told|tells?|tellings?)\b/, 'reported, shows, says'],
  [/\b(?:speaks?|spoken)\b/, 'uses, applies'],
  [/\bis at home\b/, 'is in'],
  [/\bnot for ever\b/, 'deprecated'],
  [/\bjudg(?:e[sd]?|ing)\b/, 'check'],
  [/\bpass(?:es|ed)? over\b/, 'skip'],
  [/\bmade up\b/, 'generated'],
  [/\bwithout a word\b/, 'without a warning'],
  [/\bremarked upon\b/, 'reported as info'],
  [/\bworth knowing\b/, 'info'],
  [/\bheed(?:s|ed)?\b/, 'uses, reads'],
  [/\blets? (?:nobody|in)\b/, 'allows'],
  [/\bthrows? dice\b/, 'a random value'],
];

const files = (root: string, ending: string): string[] =>
  (readdirSync(root, { recursive: true }) as string[])
    .filter((name) => name.endsWith(ending))
    .map((name) => join(root, name));

/** The texts of a program: its string literals that consist of words, by line. */
function textsIn(path: string): [line: number, text: string][] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const texts: [number, string][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isLiteralTypeNode(node)) return;
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      if (node.text.trim().includes(' '))
        texts.push([source.getLineAndCharacterOfPosition(node.getStart()).line + 1, node.text]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts;
}

/** The prose of a page: without code, generated tables included. */
function proseIn(path: string): [line: number, text: string][] {
  const text = readFileSync(path, 'utf8').replace(/```[^]*?```/g, (code) => code.replace(/[^\n]/g, ''));
  return text.split('\n').map((line, index) => [index + 1, line.replace(/`[^`]*`/g, '')]);
}

function stumbles(path: string, texts: readonly [number, string][]): string[] {
  return texts.flatMap(([line, text]) =>
    FORBIDDEN.filter(([words]) => words.test(text)).map(
      ([words, instead]) => `${path}:${line} says "${words.exec(text)![0]}" (write: ${instead})`,
    ),
  );
}

test('the texts of the program are plain English', () => {
  expect(files('src', '.ts').flatMap((path) => stumbles(path, textsIn(path)))).toEqual([]);
});

test('the docs are plain English', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...files('docs', '.md')];
  expect(pages.flatMap((path) => stumbles(path, proseIn(path)))).toEqual([]);
});

test('forbidden words are found', () => {
  expect(stumbles('x', [[1, 'x is no host, and nobody is told']])).toHaveLength(3);
  expect(stumbles('x', [[1, 'x is no longer needed']])).toEqual([]);
});
