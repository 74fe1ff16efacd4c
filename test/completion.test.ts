import { Command, Option } from 'commander';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bashCompletion } from '../src/cli/completion/bash';
import { fishCompletion } from '../src/cli/completion/fish';
import { vocabularyOf } from '../src/cli/completion/vocabulary';
import { zshCompletion } from '../src/cli/completion/zsh';
import { rules } from '../src/rules';
import { expectFreshBuild, inScratch, meshlint, run } from './command';

beforeAll(expectFreshBuild);

/** What a shell offers behind a line, asked of the shell itself with a script sourced. */
type Ask = (script: string, line: string, cwd?: string) => string[];

const lines = (text: string) => text.split('\n').filter(Boolean);

const bash: Ask = (script, line, cwd) => {
  const words = line.split(' ');
  const set = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`;
  const asked = `${script}\n${set}; _meshlint; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return lines(run('bash', ['-c', asked], { cwd }).stdout);
};

// compadd, _describe and _files work only under the line editor: what they are called with is what is shown.
const ZSH = `
compdef() { }
compadd() { shift; print -l -- $@ }
_describe() { local it=\${@[-1]}; print -l -- \${\${(P)it}%%:*} }
_files() { print files }
`;
const zsh: Ask = (script, line, cwd) => {
  const words = line.split(' ');
  const set = `words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length}`;
  const shown = lines(run('zsh', ['-f', '-c', `${ZSH}\n${script}\n${set}; _meshlint`], { cwd }).stdout);
  return shown.filter((word) => word.startsWith(words.at(-1)!));
};

const fish: Ask = (script, line, cwd) => {
  const shown = run('fish', ['--no-config', '-c', `${script}\ncomplete -C '${line}'`], { cwd }).stdout;
  return lines(shown).map((offer) => offer.split('\t')[0]!);
};

const isHere = (shell: string) => run('sh', ['-c', `command -v ${shell}`]).status === 0;
const shells = Object.entries({ bash, zsh, fish });

describe.each(shells)('%s', (shell, ask) => {
  const title = isHere(shell) ? test : test.skip;
  const offers = (line: string, cwd?: string) => ask(meshlint(['completion', shell]).stdout, line, cwd).sort();

  title('completes commands', () => {
    expect(offers('meshlint li')).toEqual(['lint']);
    expect(offers('meshlint help ex')).toEqual(['explain']);
  });

  title('completes options and their values', () => {
    expect(offers('meshlint lint --max')).toEqual(['--max-warnings']);
    expect(offers('meshlint lint x.yaml --fail-on ')).toEqual(['error', 'info', 'never', 'warning']);
    expect(offers('meshlint lint -f j')).toEqual(['json', 'jsonl', 'junit']);
  });

  title('completes the names of the rules', () => {
    expect(offers('meshlint explain ').sort()).toEqual(
      [...new Set(rules.flatMap(({ name, sameAs }) => [name, ...sameAs]))].sort(),
    );
  });

  title('asks git for branches, and runs nothing that a branch is called', () =>
    inScratch((folder) => {
      run('git', ['init', '-q', '-b', 'main'], { cwd: folder });
      run('git', ['commit', '-q', '--allow-empty', '-m', 'a'], { cwd: folder });
      run('git', ['branch', 'mesh-$(touch${IFS}made)'], { cwd: folder });
      expect(offers('meshlint lint --changed me', folder)).toEqual(['mesh-$(touch${IFS}made)']);
      expect(run('ls', [], { cwd: folder }).stdout).toBe('');
    }),
  );

  title('offers files where files are wanted', () =>
    inScratch((folder) => {
      mkdirSync(join(folder, 'deploy'));
      const found = offers('meshlint lint de', folder);
      // bash completes files itself where a function offers nothing.
      expect(found).toEqual(shell === 'fish' ? ['deploy/'] : []);
    }),
  );
});

test('a value can be asked of a program when the key is pressed', () =>
  inScratch((folder) => {
    writeFileSync(join(folder, 'proxies'), 'reviews-v1.default\nreviews-v2.default\n');
    const proxy = new Option('--proxy <workload>', 'whose configuration');
    const program = new Command('meshlint');
    program.command('envoy').addOption(proxy).description("the proxy's: all of it");
    const vocabulary = vocabularyOf(program, (of) => (of === proxy ? { ask: 'cat proxies' } : undefined));
    const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };
    for (const [shell, ask] of shells)
      if (isHere(shell))
        expect(ask(scripts[shell as keyof typeof scripts](vocabulary), 'meshlint envoy --proxy rev', folder)).toEqual([
          'reviews-v1.default',
          'reviews-v2.default',
        ]);
  }));
