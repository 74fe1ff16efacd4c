import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Linter, type Rule } from 'eslint';
import tseslint from 'typescript-eslint';
import { inScratch } from './command';

const { inheritedKey } = jest.requireActual<{ inheritedKey: Rule.RuleModule }>('../scripts/lint/inherited-key.mjs');

const SETTINGS = JSON.stringify({
  compilerOptions: { strict: true, target: 'es2023', lib: ['es2023'], types: [], noUncheckedIndexedAccess: true },
  include: ['sample.ts'],
});

/** The lines of a text in which the rule finds a key that may be inherited. */
const linesFound = (text: string): Promise<number[]> =>
  inScratch((folder) => {
    const path = join(folder, 'sample.ts');
    writeFileSync(path, text);
    writeFileSync(join(folder, 'tsconfig.json'), SETTINGS);
    const messages = new Linter({ cwd: folder }).verify(
      text,
      [
        {
          files: ['**/*.ts'],
          languageOptions: {
            parser: tseslint.parser,
            parserOptions: { project: 'tsconfig.json', tsconfigRootDir: folder },
          },
          plugins: { meshlint: { rules: { 'inherited-key': inheritedKey } } },
          rules: { 'meshlint/inherited-key': 'error' },
        },
      ],
      path,
    );
    expect(messages.filter(({ ruleId }) => ruleId === null)).toEqual([]);
    return messages.map(({ line }) => line);
  });

test('objects are not read by keys that may be inherited', async () => {
  const lines =
    await linesFound(`declare function own<Value>(map: Record<string, Value>, key: string): Value | undefined;
type Values = Record<string, unknown>;
export const read = (map: Values, key: string) => map[key];
export const optional = (map: Values | undefined, key: string | number) => map?.[key];
export const named = (map: Values, key: \`a-\${string}\`) => map[key];
export const ofAny = (map: Values, key: any) => map[key];
export const table = (key: string) => ({ a: 1 })[key as string as never] ?? ({ a: 1 } as Values)[key];
export const append = (map: Record<string, string>, key: string) => (map[key] += 'x');
export const otherChecked = (map: Values, other: Values, key: string) => Object.hasOwn(other, key) && map[key];
export const viaOwn = (map: Values, key: string) => own(map, key);
export const known = (map: Values, key: 'a' | 'b') => map[key];
export const literal = (map: Values) => map['a'];
export const item = (list: string[], text: string, index: number) => [list[index], text[index]];
export const checked = (map: Values, key: string) => Object.hasOwn(map, key) && map[key];
export const written = (map: Values, key: string) => {
  map[key] = 1;
  delete map[key];
};
`);
  expect(lines).toEqual([3, 4, 5, 6, 7, 8, 9]);
}, 60_000);
