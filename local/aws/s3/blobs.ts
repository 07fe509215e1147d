import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Contents, each under its SHA-256. */
export interface Blobs {
  /** @returns the content's SHA-256 */
  put(content: Buffer): string;
  get(blob: string): Buffer;
  /** Deletes contents that no object refers to. */
  deleteUnreferenced(isReferenced: (blob: string) => boolean): void;
}

/** Contents that end with the process. */
export class MemoryBlobs implements Blobs {
  readonly #contents = new Map<string, Buffer>();

  put(content: Buffer): string {
    const blob = sha256(content);
    this.#contents.set(blob, content);
    return blob;
  }

  get(blob: string): Buffer {
    const content = this.#contents.get(blob);
    if (!content) throw new RangeError(`There is no content ${blob}.`);
    return content;
  }

  deleteUnreferenced(isReferenced: (blob: string) => boolean): void {
    for (const blob of this.#contents.keys()) if (!isReferenced(blob)) this.#contents.delete(blob);
  }
}

/** Contents on disk. A file is written atomically. */
export class FileBlobs implements Blobs {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
  }

  put(content: Buffer): string {
    const blob = sha256(content);
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

  /** Deletes also the drafts that a crash left. */
  deleteUnreferenced(isReferenced: (blob: string) => boolean): void {
    for (const file of readdirSync(this.#directory)) {
      if (!isReferenced(file)) rmSync(join(this.#directory, file), { force: true });
    }
  }
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
