import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * Reads a command line as `parseArgs` does.
 *
 * @param invalid makes an error of what is wrong with it
 * @throws that error
 */
export function parseTyped<Config extends ParseArgsConfig>(
  config: Config,
  invalid: (what: string) => Error,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw invalid(typedWrongly(error));
  }
}

/** @returns what `parseArgs` has to say, without its advice in further sentences or lines, which does not help here */
function typedWrongly(error: unknown): string {
  const [first = ''] = String(error instanceof Error ? error.message : error).split(/\.\s|\.?\n/);
  return first.replace(/\.$/, '');
}
