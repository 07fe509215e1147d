import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashId } from '../core/authorization/hashId.ts';
import { linksIn, manifestOf, toolSchema } from '../test/system/system.ts';
import { expectOutput } from './testing/cliSchema.ts';
import { type LocalEnvironment, startLocalEnvironment } from './testing/localEnvironment.ts';

let local: LocalEnvironment;
let reference = '';
const out = mkdtempSync(join(tmpdir(), 'gateloop-local-'));

beforeAll(async () => {
  local = await startLocalEnvironment();
  const { system } = local;
  system.upload('payments', 'schemas/cards.json', toolSchema(['find', 'refund']));
  const manifest = manifestOf(['cards'], { gateway: 'payments', settings: '{ approve: breaking }' });
  system.upload('payments', 'manifest.yaml', manifest);
  await system.settle();
  await system.advance(60_000);
  system.upload('payments', 'schemas/cards.json', toolSchema(['find']));
  await system.settle();
  await system.advance(60_000);
  reference = hashId(linksIn(system.gateloop.aws.outbox.list()).at(-1)?.slice(-32) ?? '');
});
afterAll(async () => {
  await local.close();
  rmSync(out, { recursive: true, force: true });
});

/** Runs a command, and expects its JSON to match its schema. */
async function json(definition: string, line: string) {
  const { code, stdout, stderr } = await local.gateloop(`${line} --json`);
  expect([code, stderr.includes('"error"')]).toEqual([0, false]);
  return expectOutput(definition, stdout);
}

describe('commands with --local', () => {
  it('gateloop answer: finds the request in a running npm start, and shows it', async () => {
    const shown = await json('answer', `answer ${reference.slice(0, 8)}`);
    expect(shown).toMatchObject({ request: reference, workspace: 'payments', state: 'open' });
  });

  it('gateloop rollback: reads the uploads of a running npm start', async () => {
    const planned = await json('rollback', 'rollback payments/cards --plan');
    expect(planned).toMatchObject({ workspace: 'payments', files: ['schemas/cards.json'] });
    await json('rollback', `rollback payments/cards --write ${out}`);
    expect(JSON.parse(readFileSync(join(out, 'schemas/cards.json'), 'utf8'))).toHaveLength(2);
  });

  it('gateloop import: reads the gateways of a running npm start', async () => {
    expect(await json('import', `import gateway --all --out ${out}`)).toMatchObject({
      imported: [],
      owned: { payments: 'payments' },
    });
  });

  it('gateloop suspend and resume: reach the ledger and the workflows of a running npm start', async () => {
    expect(await json('operation', 'suspend payments')).toMatchObject({ changed: true });
    expect(await json('checks', 'doctor')).toMatchObject({
      checks: expect.arrayContaining([expect.objectContaining({ name: 'Workflows', state: 'ok' })]),
    });
    expect(await json('operation', 'resume payments')).toMatchObject({ changed: true });
    await local.system.settle();
  });

  it('gateloop answer: answers under the name of the user of this machine', async () => {
    const answered = json('answer', `answer ${reference} --refuse`);
    const ended = answered.then(
      () => true,
      () => true,
    );
    // The command waits in real time for what happens in simulated time.
    while (!(await Promise.race([ended, local.system.advance(1000).then(() => false)])))
      await new Promise((resolve) => setImmediate(resolve));
    expect(await answered).toMatchObject({ state: 'refused', by: userInfo().username });
  });
});
