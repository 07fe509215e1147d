import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directoryDigest, stampSbom } from './releaseFiles.ts';

function folder(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'gateloop-digest-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

describe('directoryDigest', () => {
  it('directoryDigest: depends on names and contents, not on the directory', () => {
    const files = { 'index.mjs': 'a', 'chunks/b.mjs': 'b' };
    expect(directoryDigest(folder(files))).toBe(directoryDigest(folder(files)));
    expect(directoryDigest(folder(files))).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    { 'index.mjs': 'a', 'chunks/b.mjs': 'c' },
    { 'index.mjs': 'a', 'chunks/c.mjs': 'b' },
    { 'index.mjs': 'a' },
  ])('directoryDigest: differs for %j', (other) => {
    expect(directoryDigest(folder(other))).not.toBe(
      directoryDigest(folder({ 'index.mjs': 'a', 'chunks/b.mjs': 'b' })),
    );
  });
});

describe('stampSbom', () => {
  const release = {
    name: 'gateloop',
    version: '1.2.3',
    commit: 'c0ffee',
    committedAt: '2026-01-01T00:00:00Z',
  };
  const made = (moment: string) => ({
    bomFormat: 'CycloneDX',
    serialNumber: `urn:uuid:${moment}`,
    metadata: { timestamp: moment, component: { name: 'main', version: '0.0.0', type: 'library' } },
    components: [{ name: 'a' }],
  });

  it('stampSbom: names version and commit of the release', () => {
    expect(stampSbom(made('now'), release)).toMatchObject({
      metadata: {
        component: {
          name: 'gateloop',
          version: '1.2.3',
          properties: [{ name: 'gateloop:commit', value: 'c0ffee' }],
        },
      },
      components: [{ name: 'a' }],
    });
  });

  it('stampSbom: gives the same document at any time', () => {
    expect(stampSbom(made('today'), release)).toEqual(stampSbom(made('tomorrow'), release));
  });
});
