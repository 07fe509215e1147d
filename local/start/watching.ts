import { watch } from 'node:fs';
import type { Display } from './display.ts';
import type { WorkspaceFolder } from './workspaceFolder.ts';

/** Editors write a file in several steps; what follows within this time is one save. Real ms. */
const SETTLE_MS = 200;

/**
 * Uploads whatever is saved in the folder.
 *
 * @returns what ends the watch
 */
export function watchFolder(folder: WorkspaceFolder, display: Display): () => void {
  let timer: NodeJS.Timeout | undefined;
  const upload = async () => {
    try {
      const { changed } = await folder.upload();
      if (changed.size > 0) display.say(`Uploaded ${[...changed].join(', ')}.`);
    } catch (error) {
      display.say(`The folder could not be uploaded: ${error instanceof Error ? error.message : error}`);
    }
  };
  const watcher = watch(folder.directory, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => void upload(), SETTLE_MS);
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}

/** Resolves at Ctrl-C or a request to terminate. A second one ends the process at once. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(130));
        resolve();
      });
    }
  });
}
