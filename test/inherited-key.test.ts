import { spawnSync } from 'node:child_process';

/** The lines of a text in which ESLint, with the settings of this repository, finds a key that may be inherited. */
function linesFound(text: string): number[] {
  const args = ['node_modules/eslint/bin/eslint.js', '--stdin', '--stdin-filename', 'src/lint.ts', '--format', 'json'];
  const { stdout } = spawnSync(process.execPath, args, { input: text, encoding: 'utf8' });
  const [file] = JSON.parse(stdout) as [{ messages: { ruleId: string | null; message: string; line: number }[] }];
  expect(file.messages.filter(({ ruleId }) => ruleId === null)).toEqual([]);
  return file.messages.filter(({ ruleId }) => ruleId === 'meshlint/inherited-key').map(({ line }) => line);
}

test('objects are not read by keys that may be inherited', () => {
  const lines = linesFound(`import { own } from './source/own';
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
}, 120_000);
