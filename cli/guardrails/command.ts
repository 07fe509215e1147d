import { readFileSync } from 'node:fs';
import { Argument, Option } from 'commander';
import { isWorkspaceName, workspaceNameRule } from '../../core/storage/uploads.ts';
import { jsonText, terminalText } from '../../core/text/encoders.ts';
import { defineCommand } from '../commandSpec.ts';
import { screenOn } from '../display/screen.ts';
import { invalidOption } from '../errorReport.ts';
import { exitCodes } from '../exitCodes.ts';

interface GuardrailsFlags {
  readonly workspace?: string;
}

interface GuardrailsOptions {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly workspace: string | undefined;
  readonly json: boolean;
}

/** `gateloop guardrails`. */
export const guardrailsCommand = defineCommand<GuardrailsFlags, GuardrailsOptions>({
  name: 'guardrails',
  summary: "check the operators' guardrails before they are written to the bucket",
  description:
    'Checks a file of guardrails as the poll step does, and shows what a workspace may then use. It reads the file alone, and calls nothing. A file with errors stops every change of every workspace: check it first.',
  words: [new Argument('FILE', 'the file, such as guardrails.yaml')],
  options: [new Option('--workspace <name>', 'show what this workspace may use')],
  jsonOutput: 'print the problems, and what the workspace may use, as one line of JSON on stdout',
  examples: {
    'guardrails guardrails.yaml': 'check the file',
    'guardrails guardrails.yaml --workspace payments': 'show what the workspace payments may use',
  },
  exits: { done: 'the file is correct', refused: 'the file or the command line has errors' },
  read: ({ flags: { workspace, json }, words: [path = ''] }) => {
    if (workspace !== undefined && !isWorkspaceName(workspace))
      throw invalidOption(`"${workspace}" is not a valid name of a workspace: it has ${workspaceNameRule}`);
    return { path, bytes: readGiven(path), workspace, json };
  },
  run: async ({ path, bytes, workspace, json }, { stdout, stderr }) => {
    const [{ parseGuardrails }, { guardrailsFor }, { guardrailsFile }, { formatProblem }] = await Promise.all(
      [
        import('../../core/guardrails/parseGuardrails.ts'),
        import('../../core/guardrails/guardrails.ts'),
        import('../../core/guardrails/guardrailsFile.ts'),
        import('../../core/problem.ts'),
      ],
    );
    const { guardrails, problems } = parseGuardrails(bytes, path);
    const screen = screenOn(json ? stderr : stdout);
    for (const problem of problems) screen.say(terminalText(formatProblem(problem)));
    const allowed: unknown =
      guardrails && workspace !== undefined
        ? JSON.parse(guardrailsFile(guardrailsFor(workspace, guardrails))).defaults
        : undefined;
    if (json) stdout.write(`${jsonText({ problems, ...(allowed !== undefined && { allowed }) })}\n`);
    else if (allowed !== undefined) screen.say(jsonText(allowed, 2));
    if (!guardrails) return exitCodes.refused;
    screen.say(`${terminalText(path)} is correct.`);
    return exitCodes.done;
  },
});

function readGiven(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch {
    throw invalidOption(`${path} cannot be read as a file`);
  }
}
