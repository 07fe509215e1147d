import type { Argument, Option } from 'commander';
import { allOptions, type CommandManual } from '../cli/commandSpec.ts';
import { commands } from '../cli/commands.ts';
import { type ExitCodeName, exitCodeMeanings, exitCodes } from '../cli/exitCodes.ts';
import { writeGenerated } from './docs/generatedFile.ts';
import { markdownTable } from './docs/generatedRegions.ts';

/** `npm run docs:cli`: writes the manual of the command line from the specifications of the commands. */
const manuals = commands.map(({ manual }) => manual);
const exitNames = Object.keys(exitCodes) as ExitCodeName[]; // The table's own keys.
const code = (text: string) => `\`${text}\``;

const introduction = `# Commands

\`gateloop\` is installed with the package, or runs from a checkout as \`npx gateloop\`. \`gateloop COMMAND --help\` shows what stands
here. Generated from the specifications of the commands: \`npm run docs:cli\`.

${markdownTable(
  ['command', 'does'],
  manuals.map(({ name, summary }) => [`[${code(name)}](#gateloop-${name})`, summary]),
)}

## What all commands have in common

- **Where.** A command works on AWS, with the credentials and the Region of the AWS CLI, or with \`--local\` on a running
  \`npm start\`. On AWS, \`--env\` names the environment (\`main\` by default), and \`--bucket\` or \`GATELOOP_BUCKET\` the spec bucket.
- **Rights.** What reads an environment needs the rights to read its bucket, its ledger and its state machines, and no right to
  upload. What uploads needs the policy that \`gateloop push --policy\` prints, and no right to read the ledger.
- **Output.** The result goes to stdout. With \`--json\`, stdout has it as one line of JSON and nothing else, and progress goes to
  stderr. [cli.schema.json](cli.schema.json) and [plan.schema.json](plan.schema.json) describe the JSON. Members may be added;
  none changes its meaning or goes without a new major version.
- **Errors.** An error goes to stderr as \`error:\`, \`where:\` and \`remedy:\`; with \`--json\`, as one line of JSON,
  \`{"error": {"code", "what", "where", "remedy"}}\`.
- **Colors.** \`NO_COLOR\` turns them off. A stream that is no terminal gets none.
- **Secrets.** The commands that read show no secret, no task token, no link of a request, no link of AWS's authorization, and
  no e-mail address. \`answer\` prints the link of the request that its user names, and a local \`start\` those of its requests.

## Exit codes

Each code has the same meaning in every command.

${markdownTable(
  ['code', 'means'],
  exitNames.map((name) => [String(exitCodes[name]), exitCodeMeanings[name]]),
)}
`;

function section(manual: CommandManual): string {
  const { name, description, words = [], examples, exits } = manual;
  const usage = ['gateloop', name, ...words.map(wordText), '[options]'].join(' ');
  const width = Math.max(...Object.keys(examples).map((line) => line.length));
  const lines = Object.entries(examples).map(([line, what]) => `gateloop ${line.padEnd(width)}  # ${what}`);
  return `## gateloop ${name}

${description}

\`\`\`
${usage}
\`\`\`

${markdownTable(['option', 'meaning'], [...words.map(wordRow), ...allOptions(manual).map(optionRow)])}

\`\`\`
${lines.join('\n')}
\`\`\`

${markdownTable(
  ['exit code', 'means'],
  exitNames.flatMap((each) => {
    const meaning = exits[each];
    return meaning === undefined ? [] : [[String(exitCodes[each]), meaning]];
  }),
)}
`;
}

function wordText(word: Argument): string {
  const name = `${word.name()}${word.variadic ? '...' : ''}`;
  return word.required ? `<${name}>` : `[${name}]`;
}

function wordRow(word: Argument): string[] {
  return [code(wordText(word)), textOf(word.description, word.argChoices, undefined)];
}

function optionRow({
  flags,
  description,
  argChoices,
  defaultValue,
  defaultValueDescription,
}: Option): string[] {
  const isShown = defaultValue !== undefined && defaultValue !== false;
  const shown = isShown ? (defaultValueDescription ?? String(defaultValue)) : undefined;
  return [code(flags), textOf(description, argChoices, shown)];
}

function textOf(
  description: string,
  choices: readonly string[] | undefined,
  defaultText: string | undefined,
): string {
  const notes = [
    ...(choices ? [choices.join(', ')] : []),
    ...(defaultText === undefined ? [] : [`default: ${defaultText}`]),
  ];
  // Markdown takes what is in angle brackets for HTML.
  const text = description.replaceAll(/<[^>]*>/g, (found) => code(found));
  return notes.length === 0 ? text : `${text} (${notes.join('; ')})`;
}

await writeGenerated({
  script: 'docs:cli',
  path: 'docs/cli.md',
  summary: 'write the manual of the command line',
  generate: () => [introduction, ...manuals.map(section)].join('\n'),
});
