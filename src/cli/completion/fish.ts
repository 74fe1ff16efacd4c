import type { CommandWords, OptionWords, Values, Vocabulary } from './vocabulary';

/** A completion script for fish. */
export function fishCompletion({ program, options, commands }: Vocabulary): string {
  const lines = [
    `# Completion of ${program} for fish: ${program} completion fish | source`,
    `complete -c ${program} -f`,
    ...options.map((option) => line(program, '__fish_use_subcommand', option)),
    ...commands.map(
      ({ name, description }) => `complete -c ${program} -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
    ),
    ...commands.flatMap((command) => linesOf(program, command)),
  ];
  return `${lines.join('\n')}\n`;
}

function linesOf(program: string, { name, options, values }: CommandWords): string[] {
  const condition = `'__fish_seen_subcommand_from ${name}'`;
  return [
    ...options.map((option) => line(program, condition, option)),
    ...(values === undefined ? [] : [`complete -c ${program} -n ${condition} ${reply(values)}`]),
  ];
}

function line(program: string, condition: string, { flags, description, values }: OptionWords): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const value = values === undefined ? [] : ['-r', reply(values)];
  return ['complete -c', program, '-n', condition, ...names, ...value, '-d', quoted(description)].join(' ');
}

function reply(values: Values): string {
  if (values === 'files') return '-F';
  if ('ask' in values) return `-f -a ${quoted(`(${values.ask} 2>/dev/null)`)}`;
  return `-f -a ${quoted(values.join(' '))}`;
}

const quoted = (text: string): string => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
