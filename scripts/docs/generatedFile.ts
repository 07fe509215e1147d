import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Writes a generated document. With `--check` on the command line, it fails instead when the document is not current.
 *
 * @param path relative to the root of the repository
 * @param command the npm script that writes the document
 */
export function writeGenerated(path: string, text: string, command: string): void {
  const file = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
    return;
  }
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  console.error(`${path} is not current. Run "npm run ${command}" and commit the file.`);
  process.exitCode = 1;
}
