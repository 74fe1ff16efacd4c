import type { CommandWords, OptionWords, Values, Vocabulary } from './vocabulary';

/** A completion script for zsh. */
export function zshCompletion({ program, options, commands }: Vocabulary): string {
  return `#compdef ${program}
# Completion of ${program} for zsh: source <(${program} completion zsh), or a file _${program} in a folder of $fpath
_${program}() {
  local command= word prev=\${words[CURRENT-1]}
  local -a list
  for word in \${words[2,CURRENT-1]}; do
    case $word in (${commands.map(({ name }) => name).join('|')}) command=$word; break ;; esac
  done
  case "$command $prev" in
${commands.flatMap(optionCases).join('\n')}
  esac
  if [[ \${words[CURRENT]} == -* ]]; then
    case $command in
      ('') list=(${described(options)}) ;;
${commands.map(({ name, options: own }) => `      (${name}) list=(${described(own)}) ;;`).join('\n')}
    esac
    _describe -o option list
    return
  fi
  case $command in
    ('') list=(${commands.map(({ name, description }) => item(name, description)).join(' ')}); _describe command list ;;
${commands.flatMap(valuesCase).join('\n')}
  esac
}
if [[ $funcstack[1] == _${program} ]]; then _${program} "$@"; else compdef _${program} ${program}; fi
`;
}

function optionCases({ name, options }: CommandWords): string[] {
  return options.flatMap(({ flags, values }) => {
    if (values === undefined) return [];
    return [`    (${flags.map((flag) => `'${name} ${flag}'`).join('|')}) ${reply(values)}; return ;;`];
  });
}

const valuesCase = ({ name, values }: CommandWords): string[] =>
  values === undefined ? [] : [`    (${name}) ${reply(values)} ;;`];

function reply(values: Values): string {
  if (values === 'files') return '_files';
  if ('ask' in values) return `compadd -- \${(f)"$(${values.ask} 2>/dev/null)"}`;
  return `compadd -- ${values.join(' ')}`;
}

const described = (options: readonly OptionWords[]): string =>
  options.flatMap(({ flags, description }) => flags.map((flag) => item(flag, description))).join(' ');

const item = (word: string, description: string): string =>
  `'${word}:${description.replace(/:/g, '\\:').replace(/'/g, "'\\''")}'`;
