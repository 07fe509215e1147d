import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Option } from 'commander';
import { CommandError } from '../../cli/errorReport.ts';
import { exitCodes } from '../../cli/exitCodes.ts';
import { runScript } from '../runScript.ts';

interface GeneratingScript {
  /** The npm script that writes the document. */
  readonly script: string;
  readonly summary: string;
}

interface GeneratedText {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly generate: () => string;
}

/** Writes a generated document. With `--check` on the command line, it fails instead when the document is not current. */
export function writeGenerated({
  path,
  generate,
  ...script
}: GeneratingScript & GeneratedText): Promise<void> {
  return writeGeneratedFiles({ ...script, files: [{ path, generate }] });
}

/** Writes several generated documents, as `writeGenerated` does. */
export async function writeGeneratedFiles({
  script,
  summary,
  files,
}: GeneratingScript & { readonly files: readonly GeneratedText[] }): Promise<void> {
  await runScript<{ readonly check: boolean }>({
    name: script,
    summary,
    options: [new Option('--check', 'fail where the document is not current, and write nothing')],
    examples: { '--check': 'check the document, as "npm run check" does' },
    exits: { done: 'written, or current', failed: 'with --check: the document is not current' },
    run: ({ check }) => {
      for (const { path, generate } of files) {
        const file = fileURLToPath(new URL(`../../${path}`, import.meta.url));
        const text = generate();
        if (!check) writeFileSync(file, text);
        else if (!existsSync(file) || readFileSync(file, 'utf8') !== text)
          throw new CommandError('NotCurrent', {
            what: `${path} is not current.`,
            where: path,
            remedy: `Run "npm run ${script}" and commit the file.`,
          });
      }
      return exitCodes.done;
    },
  });
}
