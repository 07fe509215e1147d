import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listWorkspaceFiles } from './workspaceFiles.ts';

function openFolder(...paths: string[]) {
  const root = mkdtempSync(join(tmpdir(), 'gateloop-files-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const folder = join(root, 'payments');
  mkdirSync(folder);
  const write = (path: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), path);
  };
  for (const path of paths) write(path);
  return { root, folder, write };
}

describe('listWorkspaceFiles', () => {
  it('listWorkspaceFiles: lists the manifest last, after the files that it names', () => {
    const { folder } = openFolder('manifest.yaml', 'schemas/z.json', 'schemas/deep/a.yaml', 'notes.md');
    expect(listWorkspaceFiles(folder)).toEqual({
      paths: ['notes.md', 'schemas/deep/a.yaml', 'schemas/z.json', 'manifest.yaml'],
      skippedFiles: [],
    });
  });

  it('listWorkspaceFiles: ignores temporary files of editors and tools', () => {
    const strange = ['.manifest.yaml.swp', 'manifest.yaml~', '#manifest.yaml#', '.#manifest.yaml', '4913'];
    const { folder } = openFolder('manifest.yaml', ...strange, 'a.tmp', 'b.bak', '.git/config', 'c.swo');
    expect(listWorkspaceFiles(folder)).toEqual({ paths: ['manifest.yaml'], skippedFiles: [] });
  });

  it('listWorkspaceFiles: skips links to files outside the workspace', () => {
    const { root, folder } = openFolder('manifest.yaml', 'schemas/a.json');
    writeFileSync(join(root, 'secret.json'), 'secret');
    mkdirSync(join(root, 'payments-2'));
    writeFileSync(join(root, 'payments-2', 'b.json'), 'of another team');
    symlinkSync(join(root, 'secret.json'), join(folder, 'schemas', 'leak.json'));
    symlinkSync('../../payments-2/b.json', join(folder, 'schemas', 'sibling.json'));
    symlinkSync(root, join(folder, 'everything'));
    const { paths, skippedFiles } = listWorkspaceFiles(folder);
    expect(paths).toEqual(['schemas/a.json', 'manifest.yaml']);
    expect(skippedFiles).toEqual([
      expect.stringMatching(/^everything is a link to a file outside the workspace/),
      expect.stringMatching(/^schemas\/leak\.json is a link to a file outside the workspace/),
      expect.stringMatching(/^schemas\/sibling\.json is a link to a file outside the workspace/),
    ]);
  });

  it('listWorkspaceFiles: follows links to files of the same workspace', () => {
    const { folder } = openFolder('manifest.yaml', 'schemas/a.json');
    symlinkSync('a.json', join(folder, 'schemas', 'b.json'));
    expect(listWorkspaceFiles(folder).paths).toEqual(['schemas/a.json', 'schemas/b.json', 'manifest.yaml']);
  });

  it('listWorkspaceFiles: reports broken links and links to folders', () => {
    const { folder } = openFolder('manifest.yaml', 'schemas/a.json');
    symlinkSync('nowhere.json', join(folder, 'lost.json'));
    symlinkSync('.', join(folder, 'schemas', 'circle'));
    expect(listWorkspaceFiles(folder).skippedFiles).toEqual([
      'lost.json is a broken link.',
      expect.stringMatching(/^schemas\/circle is a link to a folder/),
    ]);
  });

  it('listWorkspaceFiles: reports files above the size limit', () => {
    const { folder } = openFolder('manifest.yaml', 'schemas/huge.json', 'schemas/large.json');
    truncateSync(join(folder, 'schemas/huge.json'), 6_000_000_000);
    truncateSync(join(folder, 'schemas/large.json'), 20_000_000);
    const { paths, skippedFiles } = listWorkspaceFiles(folder);
    expect(paths).toEqual(['schemas/large.json', 'manifest.yaml']);
    expect(skippedFiles).toEqual([expect.stringMatching(/^schemas\/huge\.json has 6000 MB;/)]);
  });

  it('listWorkspaceFiles: reports paths that are too long for an S3 key', () => {
    const deep = Array.from({ length: 5 }, () => 'x'.repeat(200)).join('/');
    const { folder } = openFolder('manifest.yaml', `${deep}/a.json`);
    expect(listWorkspaceFiles(folder)).toEqual({
      paths: ['manifest.yaml'],
      skippedFiles: [`${deep}/a.json has a path that is too long for S3.`],
    });
  });
});
