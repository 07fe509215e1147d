import { type FSWatcher, watch } from 'node:fs';
import type { FolderUpload, Uploaded } from './folderUpload.ts';

/** Editors write a file in several steps; what follows within this time is one save. Real ms. */
const SETTLE_MS = 200;
/** How often a folder that is gone is looked for, in real ms. */
const RETURN_MS = 1000;

export interface FolderWatch {
  readonly directory: string;
  readonly upload: Pick<FolderUpload, 'upload'>;
  readonly onUploaded: (uploaded: Uploaded) => void;
  /** Told once for each trouble, not for each look. */
  readonly onTrouble: (message: string) => void;
}

/**
 * Uploads whatever is saved in a folder. A folder that disappears is waited for.
 *
 * @returns what ends the watch
 */
export function watchFolder({ directory, upload, onUploaded, onTrouble }: FolderWatch): () => void {
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  let trouble: string | undefined;
  let isOver = false;

  const look = async () => {
    try {
      if (trouble !== undefined) arm();
      onUploaded(await upload.upload());
      trouble = undefined;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message !== trouble && !isOver) onTrouble(message);
      trouble = message;
      soon(RETURN_MS);
    }
  };
  const soon = (ms: number) => {
    clearTimeout(timer);
    if (!isOver) timer = setTimeout(() => void look(), ms);
  };
  const arm = () => {
    watcher?.close();
    watcher = watch(directory, { recursive: true }, () => soon(SETTLE_MS));
    watcher.on('error', () => soon(SETTLE_MS));
  };
  arm();
  return () => {
    isOver = true;
    clearTimeout(timer);
    watcher?.close();
  };
}
