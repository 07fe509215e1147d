import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Contents on disk, each under its SHA-256. A file is written atomically. */
export class Blobs {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
  }

  /** @returns the content's SHA-256 */
  put(content: Buffer): string {
    const blob = createHash('sha256').update(content).digest('hex');
    const file = join(this.#directory, blob);
    // Replacing a file makes the file system flush it: milliseconds, for content that is already there.
    if (statSync(file, { throwIfNoEntry: false })?.size === content.length) return blob;
    const temporaryFile = join(this.#directory, `${randomUUID()}.draft`);
    writeFileSync(temporaryFile, content);
    renameSync(temporaryFile, file);
    return blob;
  }

  get(blob: string): Buffer {
    return readFileSync(join(this.#directory, blob));
  }

  /** Deletes contents that no object refers to, and drafts that a crash left. */
  deleteUnreferenced(isReferenced: (blob: string) => boolean): void {
    for (const file of readdirSync(this.#directory)) {
      if (!isReferenced(file)) rmSync(join(this.#directory, file), { force: true });
    }
  }
}
