// `npm install` and `npm ci` in a checkout, and npm when it packs one or installs it from git: builds dist/ where it is not up to date.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const SOURCES = ['src', 'schemas', 'scripts', 'fixtures/rules', 'package.json', 'package-lock.json', 'tsconfig.json'];
const BUILT_LAST = 'dist/index.d.ts';

// `npm install -g git+...` (which is what pre-commit does) prepares a checkout without the packages it is built with:
// https://github.com/npm/cli/issues/8440
if (!isHere('esbuild'))
  run('npm', 'install', '--no-save', '--global=false', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund');
if (!isUpToDate()) run(process.execPath, 'scripts/build.mjs', '--types');

function isHere(name) {
  try {
    return Boolean(createRequire(import.meta.url).resolve(name));
  } catch {
    return false;
  }
}

function isUpToDate() {
  if (!existsSync(BUILT_LAST)) return false;
  const built = statSync(BUILT_LAST).mtimeMs;
  return SOURCES.flatMap(filesBelow).every((path) => statSync(path).mtimeMs < built);
}

function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap(({ name }) => filesBelow(join(path, name)));
}

function run(program, ...args) {
  const { status, error } = spawnSync(program, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
