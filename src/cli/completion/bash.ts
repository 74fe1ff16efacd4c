import type { CommandWords, Values, Vocabulary } from './vocabulary';

/** A completion script for bash. */
export function bashCompletion({ program, options, commands }: Vocabulary): string {
  const names = commands.map(({ name }) => name);
  const flags = options.flatMap((option) => option.flags);
  return `# Completion of ${program} for bash: source <(${program} completion bash)
# What a program prints is taken as it is; compgen would expand it.
_${program}_ask() {
  local line
  while IFS= read -r line; do [[ $line == "$cur"* ]] && COMPREPLY+=("$line"); done < <("$@" 2>/dev/null)
}
_${program}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= word
  # bash takes --option=value apart
  if [[ $cur == '=' ]]; then cur=; elif [[ $prev == '=' ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${names.join('|')}) command=$word; break ;; esac
  done
  case "$command $prev" in
${commands.flatMap((command) => optionCases(command, program)).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case $command in
      '') COMPREPLY=($(compgen -W '${flags.join(' ')}' -- "$cur")) ;;
${commands.map(flagsCase).join('\n')}
    esac
    return
  fi
  case $command in
    '') ${reply(names, program)} ;;
${commands.flatMap((command) => valuesCase(command, program)).join('\n')}
  esac
}
complete -o default -F _${program} ${program}
`;
}

function optionCases({ name, options }: CommandWords, program: string): string[] {
  return options.flatMap(({ flags, values }) => {
    if (values === undefined) return [];
    const cases = flags.map((flag) => `'${name} ${flag}'`).join('|');
    return [`    ${cases}) ${values === 'files' ? '' : `${reply(values, program)}; `}return ;;`];
  });
}

const flagsCase = ({ name, options }: CommandWords): string =>
  `      ${name}) COMPREPLY=($(compgen -W '${options.flatMap(({ flags }) => flags).join(' ')}' -- "$cur")) ;;`;

const valuesCase = ({ name, values }: CommandWords, program: string): string[] =>
  values === undefined || values === 'files' ? [] : [`    ${name}) ${reply(values, program)} ;;`];

function reply(values: Exclude<Values, 'files'>, program: string): string {
  if ('ask' in values) return `_${program}_ask ${values.ask}`;
  return `COMPREPLY=($(compgen -W '${values.join(' ')}' -- "$cur"))`;
}
