import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { ConsentFixture } from '../authorization/consentFixture.ts';
import { CLIENT_SECRET } from '../authorization/consentManifest.ts';
import { type System, startThreadedSystem, toolSchema, uploadWorkspace, writesIn } from '../system/system.ts';
import { checkOutEarlierVersion, type EarlierVersion } from './earlierVersion.ts';

const ALL_READY = { tools: 'ready', 'tools/find': 'ready', 'tools/read': 'ready' };

let earlier: EarlierVersion;

beforeAll(async () => {
  earlier = await checkOutEarlierVersion();
});
afterAll(() => earlier.remove());

/** Deploys a version over the other on the same data, runs the work under it, and stops it. */
async function under(
  version: 'earlier' | 'present',
  dataDirectory: string,
  work: (system: System<DynamoLedger>) => Promise<void>,
): Promise<void> {
  const system = await startThreadedSystem({
    dataDirectory,
    secrets: { 'shared/github': CLIENT_SECRET },
    ...(version === 'earlier' && earlier),
  });
  try {
    await work(system);
  } finally {
    await system.close();
  }
}

function dataFolder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'gateloop-downgrade-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

describe('functions of an earlier version on what this version stored', () => {
  it('the earlier version: finds nothing to do, makes an edit ready, and the present version goes on', async () => {
    const data = dataFolder();
    await under('present', data, async (system) => {
      uploadWorkspace(system, 'tools', ['find', 'read']);
      await system.settle();
      expect(system.states('tools')).toEqual(ALL_READY);
    });

    await under('earlier', data, async (system) => {
      expect(writesIn(await system.callsDuring(() => system.reconcile('tools')))).toEqual({});
      system.upload('tools', 'schemas/read.json', toolSchema(['read', 'peek']));
      const calls = await system.callsDuring(() => system.settle());
      expect(writesIn(calls)).toEqual({ UpdateGatewayTarget: 1 });
      expect(system.states('tools')).toEqual(ALL_READY);
    });

    await under('present', data, async (system) => {
      expect(writesIn(await system.callsDuring(() => system.reconcile('tools')))).toEqual({});
      expect(system.states('tools')).toEqual(ALL_READY);
    });
  });

  it('the earlier version: completes a consent that this version asked for', async () => {
    const data = dataFolder();
    const asked = { workspace: '', link: '' };
    await under('present', data, async (system) => {
      const fixture = await ConsentFixture.start({ system });
      asked.workspace = fixture.workspace;
      asked.link = fixture.link();
    });

    await under('earlier', data, async (system) => {
      const fixture = ConsentFixture.resume(system, asked.workspace);
      const page = await fixture.consent(fixture.browser(), asked.link);
      await fixture.settle();
      expect(page.title).toContain('is ready');
      expect(fixture.authorizations().map(({ status }) => status)).toEqual(['SUCCEEDED']);
      expect((await fixture.resourceRecord())?.state).toBe('ready');
    });
  });
});
