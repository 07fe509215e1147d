import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEmbeddedServices } from '../../adapters/testing/embeddedServices.ts';
import { FolderUpload } from './folderUpload.ts';
import { WorkspaceFolder } from './workspaceFolder.ts';

async function openUpload(files: Readonly<Record<string, string>>) {
  const directory = mkdtempSync(join(tmpdir(), 'gateloop-upload-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  };
  for (const [path, content] of Object.entries(files)) write(path, content);
  const { aws, settings } = await startEmbeddedServices({ buckets: [{ name: 'specs', versioned: true }] });
  const changes: string[] = [];
  aws.onActivity((activity) => {
    if (activity.kind === 'event') {
      const key = Object(activity.event.detail.object).key;
      changes.push(`${activity.event['detail-type']}: ${key}`);
    }
  });
  const folder = new WorkspaceFolder(directory);
  const client = new S3Client({ ...settings('S3'), forcePathStyle: true });
  const takeChanges = () => changes.splice(0);
  return { directory, write, folder, upload: new FolderUpload(folder, 'specs', client), takeChanges, aws };
}

const PAYMENTS = { 'payments/manifest.yaml': 'owners: {}', 'payments/schemas/a.json': '{}' };

describe('FolderUpload', () => {
  it('FolderUpload: uploads schemas before the manifest that names them', async () => {
    const { upload, takeChanges } = await openUpload(PAYMENTS);
    const { workspaces, changed } = await upload.upload();
    expect(workspaces).toEqual(['payments']);
    expect([...changed]).toEqual(['payments']);
    expect(takeChanges()).toEqual([
      'Object Created: workspaces/payments/schemas/a.json',
      'Object Created: workspaces/payments/manifest.yaml',
    ]);
  });

  it('FolderUpload: deletes files that the manifest no longer names after uploading the manifest', async () => {
    const { upload, takeChanges, write, directory } = await openUpload(PAYMENTS);
    await upload.upload();
    takeChanges();
    rmSync(join(directory, 'payments/schemas/a.json'));
    write('payments/schemas/b.json', '[]');
    write('payments/manifest.yaml', 'owners: { }');
    await upload.upload();
    expect(takeChanges()).toEqual([
      'Object Created: workspaces/payments/schemas/b.json',
      'Object Created: workspaces/payments/manifest.yaml',
      'Object Deleted: workspaces/payments/schemas/a.json',
    ]);
  });

  it('FolderUpload: does not upload unchanged files', async () => {
    const { upload, takeChanges } = await openUpload(PAYMENTS);
    await upload.upload();
    takeChanges();
    expect((await upload.upload()).changed.size).toBe(0);
    expect(takeChanges()).toEqual([]);
  });

  it('FolderUpload: skips files that are deleted between listing and reading', async () => {
    const { upload, folder, directory, takeChanges } = await openUpload(PAYMENTS);
    const { files } = folder;
    folder.files = (workspace) => {
      const listed = files.call(folder, workspace);
      rmSync(join(directory, 'payments/schemas/a.json'));
      return listed;
    };
    await upload.upload();
    expect(takeChanges()).toEqual(['Object Created: workspaces/payments/manifest.yaml']);
  });

  it('FolderUpload: reports folders that cannot be workspaces, and does not upload them', async () => {
    const { upload, directory, takeChanges } = await openUpload({ 'My Team/manifest.yaml': 'owners: {}' });
    symlinkSync('/etc', join(directory, 'linked'));
    const { workspaces, refused } = await upload.upload();
    expect(workspaces).toEqual([]);
    expect([...refused.keys()].sort()).toEqual(['My Team', 'linked']);
    expect(refused.get('My Team')).toContain('letters, digits');
    expect(takeChanges()).toEqual([]);
  });

  it('FolderUpload: reports a removed workspace, and keeps its copy in the bucket', async () => {
    const { upload, directory, takeChanges } = await openUpload({
      ...PAYMENTS,
      'books/manifest.yaml': 'owners: {}',
    });
    await upload.upload();
    takeChanges();
    rmSync(join(directory, 'books'), { recursive: true });
    expect(await upload.upload()).toMatchObject({ gone: ['books'], workspaces: ['payments'] });
    expect(takeChanges()).toEqual([]);
    expect((await upload.upload()).gone).toEqual([]);
  });

  it('FolderUpload: fails without a change while the whole folder is missing', async () => {
    const { upload, directory, takeChanges } = await openUpload(PAYMENTS);
    await upload.upload();
    takeChanges();
    rmSync(directory, { recursive: true });
    await expect(upload.upload()).rejects.toMatchObject({ code: 'FolderMissing' });
    expect(takeChanges()).toEqual([]);
    expect(upload.workspaces).toEqual(['payments']);
  });

  it('FolderUpload: runs two requested uploads one after the other', async () => {
    const { upload, takeChanges } = await openUpload(PAYMENTS);
    const [first, second] = await Promise.all([upload.upload(), upload.upload()]);
    expect([first.changed.size, second.changed.size]).toEqual([1, 0]);
    expect(takeChanges()).toHaveLength(2);
  });
});

describe('WorkspaceFolder', () => {
  it('WorkspaceFolder: rejects a missing folder', () => {
    expect(() => new WorkspaceFolder('/nowhere/at/all')).toThrow('There is no folder /nowhere/at/all');
  });

  it('WorkspaceFolder: rejects a folder that is a workspace', async () => {
    const { directory } = await openUpload(PAYMENTS);
    expect(() => new WorkspaceFolder(join(directory, 'payments'))).toThrow(
      expect.objectContaining({ code: 'FolderIsWorkspace' }),
    );
  });

  it('WorkspaceFolder: shows a file by its relative path, and a missing file by its name', async () => {
    const { folder } = await openUpload(PAYMENTS);
    expect(folder.place('payments', 'manifest.yaml')).toMatch(/\/payments\/manifest\.yaml$/);
    expect(folder.place('payments', 'missing.yaml')).toBe('missing.yaml');
  });
});
