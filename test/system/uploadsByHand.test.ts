import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SPEC_BUCKET } from '../../local/gateloop.ts';
import { manifestOf, type System, startSystem, toolSchema } from './system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

const DAY = 24 * 60 * 60_000;
const put = (key: string, content = '') => void system.gateloop.aws.buckets.put(SPEC_BUCKET, key, content);
const outcomeKeys = () =>
  system.gateloop.aws.buckets.list(SPEC_BUCKET, { prefix: 'outcomes/' }).map(({ key }) => key);

/** Runs what an upload starts. @returns the messages that it caused; fails if an execution failed */
async function messagesAfter(upload: () => void): Promise<string[]> {
  const before = system.messages('').length;
  upload();
  await system.settle();
  const executions = system.gateloop.aws.stateMachines.list('reconcile');
  expect(executions.filter(({ status }) => status !== 'SUCCEEDED')).toEqual([]);
  return system.messages('').slice(before);
}

describe('uploads by hand', () => {
  it('say nothing about the marker of an empty folder, nor about files of operating systems in it', async () => {
    const messages = await messagesAfter(() => {
      put('workspaces/fresh/');
      put('workspaces/fresh/.DS_Store', 'x');
    });
    expect(messages).toEqual([]);
    await system.reconcile('fresh');
    expect(system.messages('fresh')).toEqual([]);
    expect(outcomeKeys().filter((key) => key.includes('fresh'))).toEqual([]);
  });

  it('report once a file of an operating system that is in no workspace', async () => {
    expect(await messagesAfter(() => put('workspaces/.DS_Store', 'x'))).toHaveLength(1);
    expect(await messagesAfter(() => put('workspaces/.DS_Store', 'y'))).toEqual([]);
  });

  it('reconcile the workspace as soon as the manifest is in the folder', async () => {
    await messagesAfter(() => {
      put('workspaces/fresh/schemas/one.json', toolSchema());
      put('workspaces/fresh/manifest.yaml', manifestOf(['one'], { gateway: 'fresh' }));
    });
    expect(system.outcome('fresh').outcome).toBe('ready');
    expect(await messagesAfter(() => put('workspaces/fresh/schemas/', ''))).toEqual([]);
  });

  it.each(['manifest.yml', 'manifest.json', 'Manifest.yaml', 'billing/manifest.yaml'])(
    'say how to rename the manifest %s',
    async (path) => {
      const workspace = `misnamed-${path.replace(/\W/g, '-')}`;
      const messages = await messagesAfter(() => put(`workspaces/${workspace}/${path}`, manifestOf([])));
      expect(messages).toHaveLength(1);
      expect(messages[0]).toContain(`has no manifest.yaml. Rename ${path} to manifest.yaml.`);
      expect(system.outcome(workspace)).toMatchObject({ outcome: 'refused' });
    },
  );

  it.each([
    ['workspaces/Über/manifest.yaml', '"Über" is not a valid name of a workspace'],
    ['workspaces/w x/manifest.yaml', '"w x" is not a valid name of a workspace'],
    ['workspaces/a+b/manifest.yaml', '"a+b" is not a valid name of a workspace'],
    [`workspaces/${'n'.repeat(64)}/manifest.yaml`, 'is not a valid name of a workspace'],
    ['workspaces/README.md', 'workspaces/README.md is in no workspace. Move it'],
  ])('report %s once', async (key, problem) => {
    const folder = key.slice(0, key.lastIndexOf('/'));
    const messages = await messagesAfter(() => {
      put(key, 'owners: {}');
      put(key, 'owners: { }');
      if (folder !== 'workspaces') put(`${folder}/schemas/one.json`, '[]');
    });
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain(problem);
    expect(await messagesAfter(() => put(key, 'settings: {}'))).toEqual([]);
    expect(await messagesAfter(() => void system.gateloop.aws.buckets.delete(SPEC_BUCKET, key))).toEqual([]);
  });

  it('report a folder in no workspace again after a day', async () => {
    await system.advance(DAY + 1000);
    expect(await messagesAfter(() => put('workspaces/w x/manifest.yaml', '{}'))).toHaveLength(1);
  });

  it('start no reconciliation of a folder with an invalid name in the drift pass', async () => {
    expect(system.gateloop.aws.buckets.list(SPEC_BUCKET, { prefix: 'workspaces/w x/' })).not.toEqual([]);
    system.gateloop.aws.stateMachines.start('resync', { reason: 'drift' });
    expect(await messagesAfter(() => {})).toEqual([]);
  });
});
