import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { uploadPrefix } from '../../core/storage/keys.ts';
import { SPEC_BUCKET } from '../../local/gateloop.ts';
import {
  emulatorSettings,
  manifestOf,
  type System,
  startSystem,
  toolSchema,
} from '../../test/system/system.ts';
import { screenOn } from '../display/screen.ts';
import { readCommandLine } from '../program.ts';
import { expectOutput } from '../testing/cliSchema.ts';
import { liveOf } from '../testing/livePlan.ts';
import { recordedIo } from '../testing/recordedIo.ts';
import { rollbackCommand } from './command.ts';
import { type RollbackResult, rollback } from './rollback.ts';
import { rollbackPorts } from './rollbackPorts.ts';

const WORKSPACE = 'payments';
const [OLD, NEW] = [toolSchema(['find', 'count']), toolSchema(['find'])];
let system: System;
let text = '';
/** The time before the second upload. */
let before = 0;

beforeAll(async () => {
  system = await startSystem();
  const manifest = manifestOf(['ledger', 'cards'], { gateway: WORKSPACE });
  await upload({ 'schemas/ledger.json': OLD, 'schemas/cards.json': OLD, 'manifest.yaml': manifest });
  before = system.gateloop.clock.now();
  await system.advance(1000);
  await upload({ 'schemas/ledger.json': NEW });
  // The entry of one target and the schema of another one change at once.
  const moved = manifest.replace('function:ledger', 'function:ledger-2');
  await upload({ 'schemas/cards.json': NEW, 'manifest.yaml': `# of the third upload\n${moved}` });
});
afterAll(() => system.close());

async function upload(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) system.upload(WORKSPACE, path, content);
  await system.settle();
  await system.advance(60_000);
}

async function run(...args: readonly string[]): Promise<RollbackResult> {
  text = '';
  const options = readCommandLine(rollbackCommand, [...args, '--local'], recordedIo());
  const write = (chunk: string) => {
    text += chunk;
    return true;
  };
  const client = new S3Client({
    ...emulatorSettings(system.gateloop.aws.environment.AWS_ENDPOINT_URL_S3 ?? ''),
    forcePathStyle: true,
  });
  const ports = rollbackPorts({ bucket: SPEC_BUCKET }, { client, bucket: SPEC_BUCKET, live: liveOf(system) });
  const clock = { time: 0 };
  const result = await rollback(options, ports, {
    screen: screenOn({ write } as unknown as NodeJS.WritableStream), // A screen that is no terminal calls only `write`.
    pause: async () => {
      clock.time += 10_000;
      await system.settle();
      await system.advance(1000);
    },
    now: () => clock.time,
  });
  return expectOutput('rollback', `${JSON.stringify(result)}\n`);
}

const inBucket = (path: string) =>
  system.gateloop.aws.buckets.text(SPEC_BUCKET, uploadPrefix(WORKSPACE) + path);

describe('gateloop rollback', () => {
  it('--plan: shows what going back would change, and uploads nothing', async () => {
    const present = inBucket('manifest.yaml');
    const result = await run('payments/ledger', '--plan');
    expect(result).toMatchObject({ exitCode: 0, workspace: WORKSPACE, files: ['manifest.yaml'] });
    expect(text).toContain('lambdaArn');
    expect(inBucket('manifest.yaml')).toBe(present);
  });

  it('--write: writes only the changed files into a folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gateloop-rollback-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const result = await run('payments/cards', '--write', folder);
    expect(result.files).toEqual(['schemas/cards.json']);
    expect(readdirSync(folder)).toEqual(['schemas']);
    expect(readFileSync(join(folder, 'schemas/cards.json'), 'utf8')).toBe(OLD);
    expect(existsSync(join(folder, 'manifest.yaml'))).toBe(false);
    expect(inBucket('schemas/cards.json')).toBe(NEW);
  });

  it('gives a target its earlier entry and schema, leaves the others alone, and says what undoes it', async () => {
    const time = new Date(before).toISOString();
    const result = await run('payments/ledger', '--to', time);
    expect(result).toMatchObject({
      exitCode: 0,
      files: ['manifest.yaml', 'schemas/ledger.json'],
      outcome: { outcome: 'ready' },
    });
    expect(Date.parse(result.from.time)).toBeLessThanOrEqual(before);
    expect(inBucket('schemas/ledger.json')).toBe(OLD);
    expect(inBucket('schemas/cards.json')).toBe(NEW);
    expect(inBucket('manifest.yaml')).toMatch(/^# of the third upload\n/);
    expect(inBucket('manifest.yaml')).not.toContain('ledger-2');
    expect(text).toContain('The next push of files with the newer configuration brings it back');
  });

  it('goes back to a revision or a fingerprint', async () => {
    const { from } = await run('payments/cards', '--plan');
    for (const version of [from.revision.slice(0, 8), from.fingerprint.slice(0, 8)])
      expect((await run('payments/cards', '--plan', '--to', version)).from).toEqual(from);
  });

  it.each([
    [['gateway/payments'], 'No earlier upload has another configuration of gateway/payments'],
    [['payments/cards', '--to', '2000-01-01'], 'at --to 2000-01-01'],
    [['payments/nothing'], 'has the resource gatewayTarget/payments/nothing'],
    [['payments/cards', '--to', 'abc'], '--to takes a time'],
  ])('refuses %j, and uploads nothing', async (args, message) => {
    const present = inBucket('manifest.yaml');
    await expect(run(...args)).rejects.toThrow(message);
    expect(inBucket('manifest.yaml')).toBe(present);
  });
});
