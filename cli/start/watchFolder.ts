import { type FSWatcher, watch } from 'node:fs';
import type { FolderUpload, Uploaded } from './folderUpload.ts';

/** Editors save a file in several steps: changes within this time are one save. Real ms. */
const SETTLE_MS = 200;
/** Poll interval for the return of a deleted folder, in real ms. */
const RETURN_MS = 1000;

export interface FolderWatch {
  readonly directory: string;
  readonly upload: Pick<FolderUpload, 'upload'>;
  readonly onUploaded: (uploaded: Uploaded) => void;
  /** Called once per error message, not once per attempt. */
  readonly onTrouble: (message: string) => void;
}

/**
 * Uploads each change of a folder. Waits for the return of a deleted folder.
 *
 * @returns a function that ends the watch
 */
export function watchFolder({ directory, upload, onUploaded, onTrouble }: FolderWatch): () => void {
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  let failure: string | undefined;
  let isOver = false;

  const attempt = async () => {
    try {
      if (failure !== undefined) restartWatcher();
      onUploaded(await upload.upload());
      failure = undefined;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message !== failure && !isOver) onTrouble(message);
      failure = message;
      schedule(RETURN_MS);
    }
  };
  const schedule = (ms: number) => {
    clearTimeout(timer);
    if (!isOver) timer = setTimeout(() => void attempt(), ms);
  };
  const restartWatcher = () => {
    watcher?.close();
    watcher = watch(directory, { recursive: true }, () => schedule(SETTLE_MS));
    watcher.on('error', () => schedule(SETTLE_MS));
  };
  restartWatcher();
  return () => {
    isOver = true;
    clearTimeout(timer);
    watcher?.close();
  };
}
