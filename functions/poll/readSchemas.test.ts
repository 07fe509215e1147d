import { beforeEach, describe, expect, it, vi } from 'vitest';
import { InMemorySpecBucket } from '../../adapters/inMemory/inMemorySpecBucket.ts';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import type { Address } from '../../core/address.ts';
import { prefixes } from '../../core/storage/keys.ts';
import { logger } from '../runtime/observability.ts';
import { ReconcileFixture, WORKSPACE } from '../testing/reconcileFixture.ts';
import { readDesired } from './readDesired.ts';

vi.spyOn(logger, 'info').mockReturnValue();

const tools = (name: string) =>
  JSON.stringify([{ name, description: `Does ${name}.`, inputSchema: { type: 'object' } }]);

/** A gateway with a target for each schema file `<name>.json`. */
const manifestOf = (names: readonly string[], more = '') => `settings: { prune: true }
gateways:
  front:
    roleArn: arn:aws:iam::123456789012:role/front
    authorizerType: AWS_IAM
    targets:
${names
  .map(
    (name) => `      ${name}:
        credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]
        targetConfiguration:
          mcp: { lambda: { lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:${name}', toolSchema: { file: ${name}.json } } }
`,
  )
  .join('')}${more}`;

const targetOf = (name: string): Address => `gatewayTarget/front/${name}`;

function uploadAll(bucket: InMemorySpecBucket, names: readonly string[], workspace = WORKSPACE): void {
  for (const name of names) bucket.upload(workspace, `${name}.json`, tools(name));
  bucket.upload(workspace, 'manifest.yaml', manifestOf(names));
}

describe('poll: keeps what it has read of each schema', () => {
  const names = ['cards', 'ledger', 'loans'];
  let bucket: InMemorySpecBucket;
  const read = (workspace = WORKSPACE) => readDesired(workspace, bucket, resourceShapes);
  const since = (calls: number, method: 'readFile' | 'writeApplied' | 'writeDocument') =>
    bucket.script
      .calls()
      .slice(calls)
      .filter((call) => call.method === method);

  beforeEach(() => {
    bucket = new InMemorySpecBucket();
    uploadAll(bucket, names);
  });

  it('poll: reads one schema file after an edit of one, with the result of reading all', async () => {
    await read();
    const calls = bucket.script.calls().length;
    bucket.upload(WORKSPACE, 'loans.json', tools('lend'));
    const edited = await read();
    expect(since(calls, 'readFile').map(({ input: [, file] }) => file)).toEqual([
      expect.objectContaining({ path: 'manifest.yaml' }),
      expect.objectContaining({ path: 'loans.json' }),
    ]);
    const fresh = new InMemorySpecBucket();
    uploadAll(fresh, names);
    fresh.upload(WORKSPACE, 'loans.json', tools('lend'));
    expect(edited).toEqual(await readDesired(WORKSPACE, fresh, resourceShapes));
  });

  it('poll: reads no schema again that was moved to another file', async () => {
    await read();
    const calls = bucket.script.calls().length;
    bucket.deleteUpload(WORKSPACE, 'loans.json');
    bucket.upload(WORKSPACE, 'moved.json', tools('loans'));
    bucket.upload(WORKSPACE, 'manifest.yaml', manifestOf(names).replace('loans.json', 'moved.json'));
    const { desired, problems } = await read();
    expect(problems).toEqual([]);
    expect(desired?.resources).toHaveLength(4);
    expect(since(calls, 'readFile')).toHaveLength(2);
    expect(since(calls, 'writeApplied')).toEqual([]);
  });

  it('poll: keeps the problems of a schema with errors, in the place of the file', async () => {
    bucket.upload(WORKSPACE, 'loans.json', '[{}]');
    const { problems } = await read();
    bucket.upload(WORKSPACE, 'manifest.yaml', `${manifestOf(names)}# edited\n`);
    const calls = bucket.script.calls().length;
    expect((await read()).problems).toEqual(problems);
    expect(problems[0]).toMatchObject({ severity: 'error', file: 'loans.json', line: 1 });
    expect(since(calls, 'readFile')).toHaveLength(1);
  });

  it('poll: takes nothing that another workspace has read, though the file is the same', async () => {
    await read();
    uploadAll(bucket, names, 'other');
    const calls = bucket.script.calls().length;
    await read('other');
    expect(since(calls, 'readFile')).toHaveLength(4);
    const written = since(calls, 'writeDocument').map(({ input: [key] }) => String(key));
    expect(written.filter((key) => key.startsWith(prefixes.parsed) && key.includes(WORKSPACE))).toEqual([]);
  });

  it('poll: reads a schema again whose reading another client has changed, and tells of it', async () => {
    const first = await read();
    const readings = bucket.keys(`${prefixes.parsed}${WORKSPACE}/schemas/`);
    expect(readings).toHaveLength(3);
    const faults: string[] = [];
    Object.assign(bucket, { noteFault: ({ place }: { place: string }) => faults.push(place) });
    for (const key of readings) bucket.putObject(key, '{"format":1,"tools":[]}');
    bucket.upload(WORKSPACE, 'manifest.yaml', `${manifestOf(names)}# edited\n`);
    const again = await read();
    expect(again.desired?.resources).toEqual(first.desired?.resources);
    expect(new Set(faults)).toEqual(new Set(readings.map((key) => `bucket: ${key}`)));
  });

  it('poll: loses and repeats nothing that matters when it is killed at any call of the bucket', async () => {
    const expected = await read();
    const calls = bucket.script.calls().length;
    for (let killed = 1; killed < calls; killed += 1) {
      for (const arrange of ['failNext', 'failNextAfterEffect'] as const) {
        const fresh = new InMemorySpecBucket();
        uploadAll(fresh, names);
        const { method } = bucket.script.calls()[killed] ?? { method: 'listFiles' as const };
        const before = bucket.script.calls().slice(0, killed);
        fresh.script.letPass(method, before.filter((call) => call.method === method).length);
        fresh.script[arrange](method, new Error('killed'));
        await expect(readDesired(WORKSPACE, fresh, resourceShapes)).rejects.toThrow('killed');
        const after = await readDesired(WORKSPACE, fresh, resourceShapes);
        expect(after).toEqual(expected);
        const copies = after.desired?.resources.flatMap(({ schema }) => schema?.sha256 ?? []) ?? [];
        for (const sha256 of copies) expect(await fresh.readApplied(sha256)).toBeDefined();
      }
    }
  });
});

describe('poll: spreads the reading of schemas over turns', () => {
  const names = Array.from({ length: 40 }, (_, index) => `t${String(index).padStart(2, '0')}`);

  /** Each file takes as long as a turn, so that a turn reads one batch of sixteen. */
  function slowFixture(manifest = manifestOf(names)): ReconcileFixture {
    const fixture = new ReconcileFixture();
    uploadAll(fixture.specBucket, names);
    fixture.upload(manifest);
    const { specBucket } = fixture;
    const readFile = specBucket.readFile.bind(specBucket);
    specBucket.readFile = async (workspace, file) => {
      if (file.path !== 'manifest.yaml') fixture.now += 2_000;
      return readFile(workspace, file);
    };
    return fixture;
  }

  const readSchemaFiles = ({ specBucket }: ReconcileFixture) =>
    specBucket.script
      .calls('readFile')
      .filter(({ input: [, file] }) => !JSON.stringify(file).includes('manifest.yaml'));

  it('poll: goes on with the resources whose schemas are read, and comes back at once for the others', async () => {
    const fixture = slowFixture();
    const first = await fixture.poll();
    expect(readSchemaFiles(fixture)).toHaveLength(16);
    expect(first).toMatchObject({ next: 'provision', requeueAfterSeconds: 0 });
    expect(first.holdSeconds).toBeUndefined();
    expect(first.operations.map(({ address }) => address)).toEqual(['gateway/front']);
    expect(fixture.record(targetOf('t39'))).toMatchObject({
      state: 'in-progress',
      reasons: [expect.stringContaining('read by one of the next polls')],
    });
    await fixture.provision(first);
    fixture.settle();
    const second = await fixture.poll({ iteration: 1 });
    expect(readSchemaFiles(fixture)).toHaveLength(32);
    const planned = [...second.operations, ...(second.queued ?? [])].map(({ address }) => address);
    expect(planned).toContain(targetOf('t00'));
    expect(planned).not.toContain(targetOf('t39'));
    const state = await fixture.reconcile();
    expect(state.next).toBe('settled');
    expect(readSchemaFiles(fixture)).toHaveLength(40);
    expect(names.map((name) => fixture.record(targetOf(name))?.state)).toEqual(names.map(() => 'ready'));
  });

  it('poll: prunes nothing and says of nothing that it has settled while schemas are unread', async () => {
    const fixture = slowFixture();
    await fixture.reconcile();
    const deletions = () =>
      fixture.controlPlane.script.calls().filter(({ method }) => /delete/.test(method)).length;
    for (const name of names) fixture.specBucket.upload(WORKSPACE, `${name}.json`, tools(`${name}v2`));
    fixture.upload(manifestOf(names.slice(1)));
    const first = await fixture.poll();
    expect(
      [...first.operations, ...(first.queued ?? [])].filter(({ operation }) => operation === 'delete'),
    ).toEqual([]);
    expect(first.next).not.toBe('settled');
    expect(deletions()).toBe(0);
    expect((await fixture.reconcile()).next).toBe('settled');
    expect(deletions()).toBe(1);
    expect(fixture.controlPlane.resource(targetOf('t00'))).toBeUndefined();
  });

  it('poll: refuses an upload as a whole once all its schemas are read, with the problems of all', async () => {
    const fixture = slowFixture(manifestOf(names, 'owners: 7\n'));
    fixture.specBucket.upload(WORKSPACE, 't39.json', '[{}]');
    const states = [
      await fixture.poll(),
      await fixture.poll({ iteration: 1 }),
      await fixture.poll({ iteration: 2 }),
    ];
    expect(states.map(({ next }) => next)).toEqual(['wait', 'wait', 'refused']);
    const { problems } = await readDesired(WORKSPACE, fixture.specBucket, resourceShapes);
    expect(problems.map(({ file }) => file)).toContain('t39.json');
    expect(fixture.controlPlane.addresses()).toEqual([]);
  });

  it('poll: reads everything at once for a plan, which has no clock', async () => {
    const fixture = slowFixture();
    const { isPartial } = await readDesired(WORKSPACE, fixture.specBucket, resourceShapes);
    expect(isPartial).toBeUndefined();
    expect(readSchemaFiles(fixture)).toHaveLength(40);
  });
});
