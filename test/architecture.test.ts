import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { MAY_CALL, MAY_IMPORT, MAY_IMPORT_ALL, SMALL_CIRCLES } from './import-table';

interface Import {
  file: string;
  from: string;
  to: string;
  typesOnly: boolean;
}

const files = (readdirSync('src', { recursive: true }) as string[]).filter((file) => file.endsWith('.ts'));
const unitOf = (file: string) => file.split(/[\\/]/)[0]!;

const IMPORT = /^(?:import|export)\s+(type\s)?([^;'"]*?)\s*\bfrom\s+'([^']+)'/gm;

function importsOf(file: string): Import[] {
  const text = readFileSync(join('src', file), 'utf8');
  return [...text.matchAll(IMPORT)].map(([, type, names = '', to = '']) => {
    const target = to.startsWith('.') ? relative('src', join('src', dirname(file), to)) : to;
    const typesOnly = type !== undefined || /^\{(\s*type\s[^,}]+,?)+\s*\}$/.test(names);
    return { file, from: unitOf(file), to: to.startsWith('.') ? unitName(target) : to, typesOnly };
  });
}

/** A file directly in src/ is imported without its extension. */
const unitName = (target: string) => (/[\\/]/.test(target) ? unitOf(target) : `${target}.ts`);

const isOurs = ({ to }: Import) => files.some((file) => unitOf(file) === to);
const imports = files.flatMap(importsOf);

test('every folder imports only what the design lets it', () => {
  const across = imports.filter((each) => isOurs(each) && each.to !== each.from && !MAY_IMPORT_ALL.includes(each.from));
  const forbidden = across.filter(({ from, to, typesOnly }) => {
    if (MAY_CALL[from]) return !typesOnly && !MAY_CALL[from].includes(to);
    return !MAY_IMPORT[from]?.includes(to);
  });
  expect(forbidden.map(({ file, to }) => `${file} imports ${to}`)).toEqual([]);
});

test('every folder has a place in the table', () => {
  const placed = [...Object.keys(MAY_IMPORT), ...Object.keys(MAY_CALL), ...MAY_IMPORT_ALL];
  expect([...new Set(files.map(unitOf))].filter((unit) => !placed.includes(unit))).toEqual([]);
});

test('the table has no circles', () => {
  const reaches = (from: string, path: readonly string[] = []): string[] =>
    path.includes(from)
      ? [[...path, from].join(' -> ')]
      : (MAY_IMPORT[from] ?? []).flatMap((to) => reaches(to, [...path, from]));
  expect(Object.keys(MAY_IMPORT).flatMap((from) => reaches(from))).toEqual([]);
});

/** The file that an import names; undefined for packages. */
function fileOf(importing: string, to: string): string | undefined {
  const target = relative('src', join('src', dirname(importing), to)).replaceAll('\\', '/');
  return to.startsWith('.') ? [`${target}.ts`, `${target}/index.ts`].find((file) => files.includes(file)) : undefined;
}

const importedBy = new Map(
  files.map((file) => {
    const text = readFileSync(join('src', file), 'utf8');
    return [file, [...text.matchAll(IMPORT)].flatMap(([, , , to = '']) => fileOf(file, to) ?? [])] as const;
  }),
);

function reachableFrom(start: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [start];
  while (open.length > 0)
    for (const file of importedBy.get(open.pop()!) ?? [])
      if (!reached.has(file)) {
        reached.add(file);
        open.push(file);
      }
  return reached;
}

test('files import each other in no circles but small ones that are listed, types included', () => {
  const reached = new Map(files.map((file) => [file, reachableFrom(file)] as const));
  const circles = files
    .filter((file) => reached.get(file)!.has(file))
    .map((file) => files.filter((other) => reached.get(file)!.has(other) && reached.get(other)!.has(file)).sort());
  expect([...new Set(circles.map((circle) => circle.join(' ')))].sort()).toEqual(
    SMALL_CIRCLES.map((circle) => [...circle].sort().join(' ')).sort(),
  );
});

test('only cli/ touches the world', () => {
  const outside = imports.filter(({ from, to }) => from !== 'cli' && to.startsWith('node:'));
  expect(outside.map(({ file, to }) => `${file} imports ${to}`)).toEqual([]);
  const globals = files.filter(
    (file) => unitOf(file) !== 'cli' && /\bprocess\.|\bDate\.now\(/.test(readFileSync(join('src', file), 'utf8')),
  );
  expect(globals).toEqual([]);
});
