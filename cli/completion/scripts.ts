import type { Option } from 'commander';
import { allOptions, type CommandManual } from '../commandSpec.ts';

type Script = (commands: readonly CommandManual[]) => string;

/** The flags of an option, such as `-o` and `--output`. */
function flagsOf({ short, long }: Option): string[] {
  return [short, long].filter((flag) => flag !== undefined);
}

function flagsOfCommand(command: CommandManual): string[] {
  return [...allOptions(command).flatMap(flagsOf), '-h', '--help'];
}

/** The values of the first argument, where it has only some. */
function choicesOf({ words = [] }: CommandManual): readonly string[] {
  return words[0]?.argChoices ?? [];
}

/** In single quotes, as all three shells read them; an apostrophe ends the quotes and stands for itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function bashScript(commands: readonly CommandManual[]): string {
  const valueCases = commands.flatMap((command) =>
    allOptions(command)
      .filter(({ argChoices }) => argChoices !== undefined)
      .map((option) => {
        const patterns = flagsOf(option).map((flag) => quoted(`${command.name} ${flag}`));
        return `    ${patterns.join('|')}) words=${quoted((option.argChoices ?? []).join(' '))} ;;`;
      }),
  );
  const wordCases = commands.map((command) => {
    const words = [...choicesOf(command), ...flagsOfCommand(command)];
    return `      ${quoted(command.name)}) words=${quoted(words.join(' '))} ;;`;
  });
  return `# Completes gateloop in bash.
_gateloop() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=''
  COMPREPLY=()
  case "\${COMP_WORDS[1]} $previous" in
${valueCases.join('\n')}
    *)
      case "\${COMP_WORDS[1]}" in
${wordCases.join('\n')}
      esac ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then words=${quoted(commands.map(({ name }) => name).join(' '))}; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
# Without a match, bash completes files and folders.
complete -o default -F _gateloop gateloop
`;
}

/** Characters that end or nest a description of _arguments. */
function zshText(text: string): string {
  return text.replaceAll(/[[\]:]/g, (found) => `\\${found}`);
}

function zshScript(commands: readonly CommandManual[]): string {
  const summaries = commands.map(({ name, summary }) => `    ${quoted(`${name}:${zshText(summary)}`)}`);
  const cases = commands.map((command) => {
    const options = allOptions(command).flatMap((option) =>
      flagsOf(option).map((flag) => {
        const values = option.argChoices === undefined ? ':_files' : `:(${option.argChoices.join(' ')})`;
        const value = option.isBoolean() ? '' : `:value${values}`;
        return quoted(`${flag}[${zshText(option.description)}]${value}`);
      }),
    );
    const choices = choicesOf(command);
    const word = quoted(choices.length > 0 ? `1:word:(${choices.join(' ')})` : '*:word:_files');
    const words = [...options, quoted('--help[show this help]'), word];
    return `    ${command.name}) _arguments ${words.join(' ')} ;;`;
  });
  return `#compdef gateloop
# Completes gateloop in zsh.
_gateloop() {
  local -a commands
  commands=(
${summaries.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${cases.join('\n')}
  esac
}
compdef _gateloop gateloop
`;
}

function fishScript(commands: readonly CommandManual[]): string {
  const complete = (...parts: readonly string[]) => ['complete -c gateloop', ...parts].join(' ');
  const lines = commands.flatMap((command) => {
    const seen = `-n ${quoted(`__fish_seen_subcommand_from ${command.name}`)}`;
    const choices = choicesOf(command);
    return [
      complete('-n __fish_use_subcommand', `-f -a ${command.name}`, `-d ${quoted(command.summary)}`),
      ...(choices.length > 0 ? [complete(seen, `-f -a ${quoted(choices.join(' '))}`)] : []),
      ...allOptions(command).map((option) => {
        const names = [
          ...(option.short === undefined ? [] : [`-s ${option.short.slice(1)}`]),
          ...(option.long === undefined ? [] : [`-l ${option.long.slice(2)}`]),
        ];
        const values = option.argChoices === undefined ? '-r' : `-xa ${quoted(option.argChoices.join(' '))}`;
        const value = option.isBoolean() ? [] : [values];
        return complete(seen, ...names, ...value, `-d ${quoted(option.description)}`);
      }),
    ];
  });
  return `# Completes gateloop in fish.\n${lines.join('\n')}\n`;
}

/** The scripts by shell. */
export const completionScripts: Readonly<Record<'bash' | 'zsh' | 'fish', Script>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};
