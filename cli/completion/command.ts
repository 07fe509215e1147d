import { Argument } from 'commander';
import { jsonText } from '../../core/text/encoders.ts';
import { type CommandRow, defineCommand } from '../commandSpec.ts';
import { exitCodes } from '../exitCodes.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** `gateloop completion`. @param rows the commands to complete */
export const completionCommand = (rows: () => readonly CommandRow<unknown>[]) =>
  defineCommand<object, { readonly shell: Shell; readonly json: boolean }>({
    name: 'completion',
    summary: 'print a script that completes commands and options in a shell',
    description:
      'Prints a script for bash, zsh or fish that completes the commands, their options and values.',
    words: [new Argument('<shell>', 'the shell').choices(SHELLS)],
    options: [],
    jsonOutput: 'print the script as the member "script" of one line of JSON',
    examples: {
      'completion bash >> ~/.bashrc': 'for bash',
      'completion zsh > "${fpath[1]}/_gateloop"': 'for zsh, in a folder of fpath',
      'completion fish > ~/.config/fish/completions/gateloop.fish': 'for fish',
    },
    exits: { done: 'printed', refused: 'the command line is invalid' },
    read: ({ words: [word], flags: { json } }) => ({
      // Commander has refused any other shell.
      shell: SHELLS.find((each) => each === word) ?? 'bash',
      json,
    }),
    run: async ({ shell, json }, { stdout }) => {
      const { completionScripts } = await import('./scripts.ts');
      const script = completionScripts[shell](rows().map(({ manual }) => manual));
      stdout.write(json ? `${jsonText({ script })}\n` : script);
      return exitCodes.done;
    },
  });
