import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const CLI = resolve('bin/meshlint.js');
const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{name: http, port: 80}]}\n';
const WAITING = 'waiting for changes';

let folder: string;
let child: ChildProcess | undefined;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'meshlint-watch-'))));
afterEach(() => {
  child?.kill();
  rmSync(folder, { recursive: true });
});

/** Starts a watch; the function returned waits for a text in what is printed after the last one. */
function start(...args: string[]): (text: string) => Promise<string> {
  let printed = '';
  let hear = (): void => undefined;
  child = spawn(process.execPath, [CLI, 'lint', '--watch', ...args], { cwd: folder });
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      hear();
    });
  return async (text) => {
    while (!printed.includes(text)) await new Promise<void>((resume) => (hear = resume));
    const end = printed.indexOf(text) + text.length;
    const before = printed.slice(0, end);
    printed = printed.slice(end);
    return before;
  };
}

test('a folder is checked again when one of its files changes, and no other file', async () => {
  writeFileSync(join(folder, 'a.yaml'), SERVICE);
  const until = start('.', '--format', 'json:out.json', '--format', 'text');
  expect(await until(WAITING)).not.toMatch(/error/);
  writeFileSync(join(folder, 'notes.txt'), 'x');
  writeFileSync(join(folder, 'b.yaml'), SERVICE.replace('ports', 'port'));
  const again = await until(WAITING);
  expect(again).toMatch(/meshlint: b\.yaml changed/);
  expect(again).toMatch(/b\.yaml:4:8 error: .*did you mean "ports"/);
  expect(again).not.toMatch(/notes|out\.json/);
  rmSync(join(folder, 'b.yaml'));
  expect(await until(WAITING)).not.toMatch(/error/);
}, 60_000);

test('what cannot be read does not end it', async () => {
  writeFileSync(join(folder, 'a.yaml'), 'a: [\n');
  const until = start('a.yaml');
  expect(await until(WAITING)).toMatch(/a\.yaml:\d+:\d+ error/);
  writeFileSync(join(folder, 'a.yaml'), SERVICE);
  expect(await until(WAITING)).not.toMatch(/error/);
}, 60_000);

test.each([
  [['-'], 'standard input does not change'],
  [['.', '--fix'], '--watch cannot be used with --fix'],
  [['.', '--kube'], 'a cluster is not watched'],
  [['missing'], 'cannot watch the files'],
])(
  '%j is refused',
  async (args, message) => {
    writeFileSync(join(folder, 'a.yaml'), SERVICE);
    const until = start(...args);
    const status = new Promise((done) => child!.on('close', done));
    expect(await until(message)).toContain('meshlint: ');
    expect(await status).toBe(2);
  },
  60_000,
);
