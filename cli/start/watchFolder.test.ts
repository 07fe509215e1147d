import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Uploaded } from './folderUpload.ts';
import { watchFolder } from './watchFolder.ts';
import { WorkspaceFolder } from './workspaceFolder.ts';

const NOTHING = { refused: new Map(), changed: new Set<string>(), gone: [], skippedFiles: [] };

it('watchFolder: uploads saved files, reports a deleted folder once, and continues after its return', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateloop-watch-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const folder = new WorkspaceFolder(directory);
  const troubles: string[] = [];
  const heard = { uploaded: Promise.withResolvers<Uploaded>(), trouble: Promise.withResolvers<void>() };
  const end = watchFolder({
    directory,
    upload: { upload: async () => ({ ...NOTHING, workspaces: folder.names().workspaces }) },
    onUploaded: (uploaded) => heard.uploaded.resolve(uploaded),
    onTrouble: (message) => {
      troubles.push(message);
      heard.trouble.resolve();
    },
  });
  onTestFinished(end);

  mkdirSync(join(directory, 'payments'));
  writeFileSync(join(directory, 'payments', 'manifest.yaml'), 'owners: {}');
  expect((await heard.uploaded.promise).workspaces).toEqual(['payments']);

  rmSync(directory, { recursive: true });
  await heard.trouble.promise;
  heard.uploaded = Promise.withResolvers();
  mkdirSync(join(directory, 'books'), { recursive: true });
  expect((await heard.uploaded.promise).workspaces).toEqual(['books']);
  expect(troubles).toEqual([expect.stringContaining(`There is no folder ${directory}`)]);

  heard.uploaded = Promise.withResolvers();
  mkdirSync(join(directory, 'cards'));
  expect((await heard.uploaded.promise).workspaces).toEqual(['books', 'cards']);
});
