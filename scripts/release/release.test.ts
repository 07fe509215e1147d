import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directoryDigest } from './directoryDigest.ts';
import { stampSbom } from './stampSbom.ts';

function folder(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'gateloop-digest-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

describe('the digest of a package', () => {
  it('is that of its content, wherever it stands', () => {
    const files = { 'index.mjs': 'a', 'chunks/b.mjs': 'b' };
    expect(directoryDigest(folder(files))).toBe(directoryDigest(folder(files)));
    expect(directoryDigest(folder(files))).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    { 'index.mjs': 'a', 'chunks/b.mjs': 'c' },
    { 'index.mjs': 'a', 'chunks/c.mjs': 'b' },
    { 'index.mjs': 'a' },
  ])('is another one for %j', (other) => {
    expect(directoryDigest(folder(other))).not.toBe(
      directoryDigest(folder({ 'index.mjs': 'a', 'chunks/b.mjs': 'b' })),
    );
  });
});

describe('the bill of materials of a release', () => {
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

  it('says which version and which commit it is of', () => {
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

  it('is the same whenever it is made', () => {
    expect(stampSbom(made('today'), release)).toEqual(stampSbom(made('tomorrow'), release));
  });
});
