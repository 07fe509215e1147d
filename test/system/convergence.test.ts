import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestOf, type System, startSystem, toolSchema, uploadWorkspace, writesIn } from './system.ts';

const five = ['one', 'two', 'three', 'four', 'five'];

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

describe('A workspace that was uploaded', () => {
  it('gets its gateway first, then its targets in a full window', async () => {
    uploadWorkspace(system, 'first', five);
    const calls = await system.callsDuring(() => system.settle());
    expect(system.outcome('first').outcome).toBe('ready');
    expect(writesIn(calls)).toEqual({ CreateGateway: 1, CreateGatewayTarget: 5 });
    const writes = system.gateloop.agentCore.writes().slice(-6);
    expect(writes.map(({ operation }) => operation)).toEqual([
      'CreateGateway',
      ...five.map(() => 'CreateGatewayTarget'),
    ]);
    // All five begin in the same turn.
    expect(new Set(writes.slice(1).map(({ at }) => at)).size).toBe(1);
  });

  it('costs no write and one List when it is looked at again', async () => {
    uploadWorkspace(system, 'again', five);
    await system.settle();
    const before = system.gateloop.aws.stateMachines.transitions;
    system.requestReconcile('again');
    const calls = await system.callsDuring(() => system.settle());
    expect(calls).toEqual({ GetGateway: 1, ListGatewayTargets: 1 });
    expect(system.gateloop.aws.stateMachines.transitions - before).toBeLessThanOrEqual(6);
  });

  it('has exactly one target updated when one schema changes', async () => {
    uploadWorkspace(system, 'edited', five);
    await system.settle();
    system.upload('edited', 'schemas/three.json', toolSchema(['find', 'fetch']));
    const calls = await system.callsDuring(() => system.settle());
    expect(writesIn(calls)).toEqual({ UpdateGatewayTarget: 1 });
    expect(system.gateloop.agentCore.writes().at(-1)?.status).toBe(202);
    expect(system.outcome('edited').outcome).toBe('ready');
  });

  it('is left alone when a schema is only formatted anew', async () => {
    uploadWorkspace(system, 'formatted', five);
    await system.settle();
    system.upload('formatted', 'schemas/two.json', JSON.stringify(JSON.parse(toolSchema()), null, 4));
    const calls = await system.callsDuring(() => system.settle());
    expect(writesIn(calls)).toEqual({});
    expect(system.outcome('formatted').outcome).toBe('ready');
  });

  it('keeps its last good schema when a schema breaks, and its owner is told the line', async () => {
    uploadWorkspace(system, 'broken', five);
    await system.settle();
    system.upload('broken', 'schemas/four.json', '[\n  { "name": "find",\n    "description": 7 }\n]');
    const calls = await system.callsDuring(() => system.settle());
    expect(writesIn(calls)).toEqual({});
    const { outcome, resources } = system.outcome('broken');
    expect(outcome).toBe('refused');
    expect(resources.every(({ state }) => state === 'ready')).toBe(true);
    expect(system.messages('broken').at(-1)).toMatch(/schemas\/four\.json:3/);
    system.upload('broken', 'schemas/four.json', toolSchema());
    expect(writesIn(await system.callsDuring(() => system.settle()))).toEqual({});
    expect(system.outcome('broken').outcome).toBe('ready');
  });

  it('loses a target that left the manifest only where it prunes', async () => {
    uploadWorkspace(system, 'pruned', five, { settings: '{ prune: true }' });
    uploadWorkspace(system, 'kept', five);
    await system.settle();
    system.upload(
      'pruned',
      'manifest.yaml',
      manifestOf(five.slice(1), { gateway: 'pruned', settings: '{ prune: true }' }),
    );
    system.upload('kept', 'manifest.yaml', manifestOf(five.slice(1), { gateway: 'kept' }));
    const calls = await system.callsDuring(() => system.settle());
    expect(writesIn(calls)).toEqual({ DeleteGatewayTarget: 1 });
    expect(Object.keys(system.states('pruned'))).not.toContain('pruned/one');
  });
});

describe('A burst of events', () => {
  it('is worked off by one loop and at most one more pass, and ends with the last upload', async () => {
    uploadWorkspace(system, 'burst', ['only']);
    await system.settle();
    const executions = () => system.gateloop.aws.stateMachines.list('reconcile').length;
    const before = executions();
    const last = toolSchema(['find', 'last']);
    for (let upload = 1; upload < 50; upload += 1) {
      system.upload('burst', 'schemas/only.json', toolSchema(['find', `upload-${upload}`]));
    }
    system.upload('burst', 'schemas/only.json', last);
    const calls = await system.callsDuring(() => system.settle());
    expect(executions() - before).toBe(50);
    const worked = system.gateloop.aws.stateMachines
      .list('reconcile')
      .filter(({ input, transitions }) => JSON.stringify(input).includes('/burst/') && transitions > 3);
    // The pass of the first upload, the one of the burst, and at most one that found the workspace free again.
    expect(worked.length).toBeLessThanOrEqual(4);
    expect(calls.UpdateGatewayTarget).toBeLessThanOrEqual(2);
    expect(system.outcome('burst').outcome).toBe('ready');
  });

  it('changes nothing when the same event comes five times', async () => {
    uploadWorkspace(system, 'repeated', ['only']);
    await system.settle();
    const calls = await system.callsDuring(async () => {
      for (let time = 0; time < 5; time += 1) system.requestReconcile('repeated');
      await system.settle();
    });
    expect(writesIn(calls)).toEqual({});
  });
});
