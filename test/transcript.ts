import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BIN, inScratch, runBeside } from './command';

/**
 * A transcript: comments, then for each command its text behind `$ ` (further lines behind `> `), what it printed (what came on
 * standard error behind `! `), and `[exit STATUS]`. All commands of one run in one scratch folder that has the fixtures in it.
 */
export function replay(transcript: string): Promise<string> {
  return inScratch(async (scratch) => {
    const work = prepare(scratch);
    const env = { PATH: `${join(scratch, 'bin')}:${process.env['PATH']}`, HOME: scratch };
    const shown = [/^(?:# .*\n)*/.exec(transcript)![0].trimEnd()];
    for (const command of commandsOf(transcript)) {
      const { status, stdout, stderr } = await runBeside('bash', ['-c', command], { cwd: work, env });
      const said = [...linesOf(stdout), ...linesOf(stderr).map((line) => `! ${line}`.trimEnd())];
      const printed = said.map((line) => line.replaceAll(scratch, '/scratch'));
      shown.push('', `$ ${command.replaceAll('\n', '\n> ')}`, ...printed, `[exit ${status}]`);
    }
    return `${shown.join('\n')}\n`;
  });
}

const linesOf = (text: string): string[] => (text ? text.replace(/\n$/, '').split('\n') : []);

function prepare(scratch: string): string {
  const [bin, work] = [join(scratch, 'bin'), join(scratch, 'work')];
  mkdirSync(bin);
  mkdirSync(work);
  symlinkSync(resolve('fixtures'), join(work, 'fixtures'));
  writeFileSync(join(bin, 'meshlint'), `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`);
  chmodSync(join(bin, 'meshlint'), 0o755);
  return work;
}

/** Further lines of a command stand right below it: what it printed may begin alike. */
function commandsOf(transcript: string): string[] {
  const blocks = transcript.matchAll(/^\$ .*(?:\n> .*|\n>(?=\n))*/gm);
  return [...blocks].map(([block]) => block.slice(2).replace(/\n> ?/g, '\n'));
}
