import { readFileSync, readdirSync } from 'node:fs';
import { lint } from '../src/lint';
import { Mesh } from '../src/mesh/mesh';
import schemaViolation from '../src/rules/documents/schema-violation';
import schemaWarning from '../src/rules/documents/schema-warning';
import { read } from '../src/source/read';
import { compare, expectationsIn } from './expectations';

const FOLDER = 'fixtures/schema';
const files = readdirSync(FOLDER).map((name) => read(`${FOLDER}/${name}`, readFileSync(`${FOLDER}/${name}`, 'utf8')));
const findingsIn = (file: (typeof files)[number]) =>
  lint(new Mesh([file], { world: 'open' }), [schemaViolation, schemaWarning], { today: '2026-06-01' }).findings;

test.each(files.map((file) => [file.path, file] as const))(
  '%s is refused where it says, and nowhere else',
  (_, file) => {
    const expected = expectationsIn(file);
    expect(expected.every(({ column }) => column !== undefined)).toBe(true);
    expect(compare(expected, findingsIn(file))).toEqual({ missing: [], extra: [] });
  },
);

test('every document is refused, and there are many', () => {
  const documents = files.flatMap(({ resources }) => resources);
  const refused = new Set(
    files
      .flatMap(findingsIn)
      .filter(({ severity }) => severity === 'error')
      .map(({ place }) => place.resource),
  );
  expect(documents.filter((document) => !refused.has(document)).map(({ title }) => title)).toEqual([]);
  expect(documents.length).toBeGreaterThan(250);
});
