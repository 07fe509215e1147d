import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SpecBucket, Upload, UploadLists } from '../../core/ports/specBucket.ts';

/** An empty bucket named `specs`, and the uploads and deletions of teams. */
export interface OpenedSpecBucket {
  readonly bucket: SpecBucket & UploadLists;
  put(key: string, content: string): void;
  delete(key: string): void;
}

const bytes = (content: string) => new TextEncoder().encode(content);
const text = (content: Uint8Array | undefined) => content && new TextDecoder().decode(content);
const MANIFEST = 'workspaces/payments/manifest.yaml';

/** The behavior of every `SpecBucket`. `open` opens one for each test. */
export function describeSpecBucketContract(name: string, open: () => Promise<OpenedSpecBucket>): void {
  describe(name, () => {
    it('lists workspaces in order, and no other keys', async () => {
      const { bucket, put } = await open();
      put(MANIFEST, 'a');
      put('workspaces/books/schemas/deep/ledger.yaml', 'b');
      put('workspaces/readme.md', 'no workspace');
      put('workspaces/a+b/manifest.yaml', 'no name of a workspace');
      put('applied/abc', 'c');
      expect(await bucket.listWorkspaces()).toEqual(['books', 'payments']);
    });

    it('lists all files of a workspace in order, with relative paths and sizes in bytes', async () => {
      const { bucket, put } = await open();
      put('workspaces/payments-2/manifest.yaml', 'another workspace');
      put('workspaces/payments/schemas/b.json', 'ü');
      put(MANIFEST, 'abc');
      put('workspaces/payments/schemas/B.json', '');
      put('workspaces/payments/', '');
      put('workspaces/payments/schemas/.DS_Store', 'no file of a person');
      const files = await bucket.listFiles('payments');
      expect(files.map(({ path, size }) => [path, size])).toEqual([
        ['manifest.yaml', 3],
        ['schemas/B.json', 0],
        ['schemas/b.json', 2],
      ]);
      expect(await bucket.listFiles('unknown')).toEqual([]);
    });

    it('lists the files of all workspaces, some with each call, each as its own list has them', async () => {
      const { bucket, put } = await open();
      for (const name of ['payments', 'payments-2', 'payments.3', 'books'])
        for (let file = 0; file < 1200; file += name === 'books' ? 1 : 600)
          put(`workspaces/${name}/schemas/${file}.json`, name);
      put('workspaces/a+b/manifest.yaml', 'no name of a workspace');
      put('workspaces/readme.md', 'no workspace');
      put('workspaces/payments/.DS_Store', 'no file of a person');
      const found: Upload[] = [];
      let isLast = false;
      while (!isLast) {
        const { uploads, more } = await bucket.listUploads(found.at(-1)?.workspace);
        found.push(...uploads);
        isLast = !more;
      }
      expect(found.map(({ workspace }) => workspace).sort()).toEqual([
        'books',
        'payments',
        'payments-2',
        'payments.3',
      ]);
      for (const { workspace, files } of found) expect(files).toEqual(await bucket.listFiles(workspace));
    });

    it('changes the ETag of a file if and only if its content changes', async () => {
      const { bucket, put } = await open();
      const etagAfter = async (content: string) => {
        put(MANIFEST, content);
        return (await bucket.listFiles('payments'))[0]?.etag;
      };
      const first = await etagAfter('a');
      expect(first).toMatch(/^".+"$/);
      expect(await etagAfter('b')).not.toBe(first);
      expect(await etagAfter('a')).toBe(first);
    });

    it('reads a listed file', async () => {
      const { bucket, put } = await open();
      put(MANIFEST, 'owners: {}');
      const [file] = await bucket.listFiles('payments');
      expect(text(file && (await bucket.readFile('payments', file)))).toBe('owners: {}');
    });

    it.each(['overwritten', 'deleted'])(
      'throws the retryable error WorkspaceChanged for a file that was %s since the List',
      async (change) => {
        const opened = await open();
        opened.put(MANIFEST, 'a');
        const [file] = await opened.bucket.listFiles('payments');
        if (change === 'deleted') opened.delete(MANIFEST);
        else opened.put(MANIFEST, 'b');
        const reading = file && opened.bucket.readFile('payments', file);
        await expect(reading).rejects.toMatchObject({
          code: 'WorkspaceChanged',
          retryable: true,
          details: { workspace: 'payments', path: 'manifest.yaml' },
        });
      },
    );

    it('keeps a copy as it is, and writes it anew where its content is not what its name says', async () => {
      const { bucket } = await open();
      const name = createHash('sha256').update('first').digest('hex');
      expect(await bucket.readApplied(name)).toBeUndefined();
      await bucket.writeApplied(name, bytes('first'), 'application/yaml');
      await bucket.writeApplied(name, bytes('second'), 'application/yaml');
      expect(text(await bucket.readApplied(name))).toBe('first');
      expect(bucket.appliedUri(name)).toBe(`s3://specs/applied/${name}`);
      await bucket.writeApplied('changed', bytes('anything'), 'application/yaml');
      await bucket.writeApplied('changed', bytes('right'), 'application/yaml');
      expect(text(await bucket.readApplied('changed'))).toBe('right');
    });

    it('stores documents, and replaces them', async () => {
      const { bucket } = await open();
      expect(await bucket.readDocument('outcomes/payments.json')).toBeUndefined();
      await bucket.writeDocument('outcomes/payments.json', { outcome: 'ready' });
      await bucket.writeDocument('outcomes/payments.json', { outcome: 'failed', reasons: ['ü'] });
      expect(await bucket.readDocument('outcomes/payments.json')).toEqual({
        outcome: 'failed',
        reasons: ['ü'],
      });
    });

    it('throws for a document that is not JSON', async () => {
      const { bucket, put } = await open();
      put('outcomes/payments.json', '{');
      await expect(bucket.readDocument('outcomes/payments.json')).rejects.toThrow(SyntaxError);
    });
  });
}
