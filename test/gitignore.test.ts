import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import fc from 'fast-check';
import { expand } from '../src/cli/input/files';

const hasGit = (() => {
  try {
    execFileSync('git', ['--version']);
    return true;
  } catch {
    return false;
  }
})();
const withGit = hasGit ? test : test.skip;

const FOLDERS = ['.', 'a', 'b', 'a/b', 'a/b/d', 'b/a', 'd', 'd/a'];
const line = fc.constantFrom(
  ...['a', '/a', 'a/', '*.yaml', '!x.yaml', '!a', '!a/', 'a/*', 'a/**', '**/x.yaml', '!**/x.yaml', 'a/b', '/a/b/'],
  ...['!a/b', 'b', '*', '!*/', '/*', '!/b', '[ab]', 'x.*', '!y.yaml', 'a/**/x.yaml', '\\!x', '#c', 'a/b/*'],
  ...['!a/b/x.yaml', '**', '!**/', 'b/', '?.yaml', 'x.yaml ', 'd*/'],
);
const tree = fc.record({
  ignored: fc.dictionary(fc.constantFrom(...FOLDERS), fc.array(line, { minLength: 1, maxLength: 4 }), { maxKeys: 4 }),
  files: fc.uniqueArray(fc.tuple(fc.constantFrom(...FOLDERS), fc.constantFrom('x.yaml', 'y.yaml')), {
    minLength: 4,
    maxLength: 16,
    selector: (path) => path.join('/'),
  }),
  tracked: fc.nat(20),
});

// Nested files take paths back in, folders that are left out keep everything in them out, and tracked files count all the same.
withGit(
  `files that git ignores are left out, as git itself says${hasGit ? '' : ' (git is not on the PATH)'}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'meshlint-ignored-'));
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
    try {
      fc.assert(
        fc.property(tree, ({ ignored, files, tracked }) => {
          rmSync(folder, { recursive: true });
          const write = (path: string, text: string) => {
            mkdirSync(dirname(join(folder, path)), { recursive: true });
            writeFileSync(join(folder, path), text);
          };
          write('kept.yaml', 'a: b\n');
          git('init', '-q', '.');
          git('add', 'kept.yaml');
          for (const [at, lines] of Object.entries(ignored)) write(join(at, '.gitignore'), `${lines.join('\n')}\n`);
          for (const path of files) write(join(...path), 'a: b\n');
          const chosen = files[tracked];
          if (chosen) git('add', '-f', join(...chosen));
          const wanted = git('ls-files', '-co', '--exclude-standard')
            .split('\n')
            .filter((path) => path.endsWith('.yaml'));
          const found = expand(folder, []).found.map(({ path }) => relative(folder, path));
          expect(found.sort()).toEqual(wanted.sort());
        }),
        { numRuns: 40, seed: 13 },
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  60_000,
);
