import type { ServiceModel } from './modelGaps.ts';

/** A command of the AWS CLI that a document tells its reader to run. */
export interface DocumentedCommand {
  /** Such as `docs/deploy.md:142`. */
  readonly place: string;
  readonly service: string;
  readonly operation: string;
  /** Names of options, without the dashes. */
  readonly options: readonly string[];
}

/** @returns the commands in a Markdown document, in fences and in sentences; a backslash continues a line */
export function documentedCommands(file: string, text: string): DocumentedCommand[] {
  const commands = text.matchAll(/\baws ([a-z0-9-]+) ([a-z0-9-]+)((?:\\\n|[^`\n\\])*)/g);
  return [...commands].map(({ index, 1: service = '', 2: operation = '', 3: rest = '' }) => ({
    place: `${file}:${text.slice(0, index).split('\n').length}`,
    service,
    operation,
    // What stands in quotes and in a substitution is a value; what follows `&&` and a pipe is another command.
    options: [
      ...(rest.replaceAll(/'[^']*'?|"[^"]*"?/g, '').split(/&&|[|;>]/)[0] ?? '').matchAll(/ --([a-z0-9-]+)/g),
    ].map(([, name = '']) => name),
  }));
}

/** Options of every command: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-options.html */
const GLOBAL: readonly string[] = [
  'ca-bundle',
  'cli-auto-prompt',
  'cli-binary-format',
  'cli-connect-timeout',
  'cli-read-timeout',
  'color',
  'debug',
  'endpoint-url',
  'no-cli-auto-prompt',
  'no-cli-pager',
  'no-paginate',
  'no-sign-request',
  'no-verify-ssl',
  'output',
  'profile',
  'query',
  'region',
];

/** Commands that the CLI makes of several operations, with the options that the documents use. */
const COMBINED: ReadonlyMap<string, readonly string[]> = new Map([
  ['s3 cp', ['recursive']],
  ['s3 sync', ['delete']],
  ['logs tail', ['follow', 'since']],
]);

/**
 * @param modelOf returns the model of a service by its name in the CLI; undefined where there is none
 * @returns what the CLI would refuse, one sentence for each
 */
export function commandProblems(
  commands: readonly DocumentedCommand[],
  modelOf: (service: string) => ServiceModel | undefined,
): string[] {
  return commands.flatMap(({ place, service, operation, options }) => {
    const name = `${service} ${operation}`;
    const known = COMBINED.get(name) ?? optionsOf(modelOf(service), operation);
    if (!known) return [`${place}: the AWS CLI has no command "${name}".`];
    return options
      .filter((option) => !GLOBAL.includes(option) && !known.includes(option.replace(/^no-/, '')))
      .map((option) => `${place}: the command "${name}" has no option --${option}.`);
  });
}

function optionsOf(model: ServiceModel | undefined, operation: string): readonly string[] | undefined {
  const found = Object.entries(model?.operations ?? {}).find(([name]) => kebabCase(name) === operation);
  if (!model || !found) return undefined;
  const { input } = found[1];
  return Object.keys((input && model.shapes[input.shape]?.members) ?? {}).map(kebabCase);
}

/** @returns a name of the API as the CLI spells it: `ListDLQSources` is `list-dlq-sources` */
function kebabCase(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}
