import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @returns the SHA-256 of a folder's files with their names, in lower-case hex: the same for the same content only */
export function directoryDigest(directory: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1))
    .sort();
  for (const file of files) {
    const content = createHash('sha256')
      .update(readFileSync(join(directory, file)))
      .digest('hex');
    hash.update(`${content}  ${file.replaceAll('\\', '/')}\n`);
  }
  return hash.digest('hex');
}
