import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from './command';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meshlint-compile-cache-'));
  writeFileSync(join(folder, 'part.cjs'), 'exports.answer = () => 42;');
  writeFileSync(join(folder, 'whole.cjs'), 'module.exports = () => require("./part.cjs").answer() + __dirname;');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function answer(): string {
  const program = `require(process.argv[1]).keepCompiled(process.argv[2]); process.stdout.write(require(process.argv[2] + '/whole.cjs')());`;
  const { status, stdout, stderr } = run('node', ['-e', program, resolve('bin/compile-cache.js'), folder]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const entries = () => readdirSync(join(folder, 'cache')).sort();
const contentOf = (entry: string) => readFileSync(join(folder, 'cache', entry));

test('keeps what was compiled, and runs it', () => {
  expect(answer()).toBe(`42${folder}`);
  const kept = entries();
  expect(kept).toHaveLength(2);
  const before = kept.map(contentOf);
  expect(answer()).toBe(`42${folder}`);
  expect(entries()).toEqual(kept);
  expect(kept.map(contentOf)).toEqual(before);
});

test('replaces what is broken', () => {
  answer();
  for (const entry of entries()) {
    const content = contentOf(entry);
    content[content.length - 20]! ^= 0xff;
    writeFileSync(join(folder, 'cache', entry), content);
  }
  const broken = entries().map(contentOf);
  expect(answer()).toBe(`42${folder}`);
  entries().forEach((entry, index) => expect(contentOf(entry).equals(broken[index]!)).toBe(false));
});

test('another source has an entry of its own', () => {
  answer();
  writeFileSync(join(folder, 'part.cjs'), 'exports.answer = () => 43;');
  expect(answer()).toBe(`43${folder}`);
  expect(entries()).toHaveLength(3);
});

test('keeps nothing where it cannot', () => {
  writeFileSync(join(folder, 'cache'), 'a file');
  expect(answer()).toBe(`42${folder}`);
  expect(readFileSync(join(folder, 'cache'), 'utf8')).toBe('a file');
});

// Node.js reads a file of ASCII as it is and V8 keeps a byte for each character; one other character anywhere costs a fifth of the start-up.
test.each(['cli.cjs', 'commands.cjs', 'index.cjs', 'terminal.cjs'])(
  '%s is ASCII: write other characters in regular expressions as \\uXXXX',
  (name) => {
    const found = readFileSync(join('dist', name), 'utf8').match(/.{0,20}[^\x00-\x7f].{0,20}/g);
    expect(found ?? []).toEqual([]);
  },
);
