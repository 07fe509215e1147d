import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import {
  manifestOf,
  type System,
  startThreadedSystem,
  toolSchema,
  uploadWorkspace,
  writesIn,
} from './system.ts';

const five = ['one', 'two', 'three', 'four', 'five'];

let system: System<DynamoLedger>;
beforeAll(async () => {
  system = await startThreadedSystem();
});
afterAll(() => system.close());

describe('an uploaded workspace', () => {
  it('has its gateway created first, then five targets at once', async () => {
    uploadWorkspace(system, 'first', five);
    const calls = await system.callsDuring(() => system.settle());
    expect(system.outcome('first').outcome).toBe('ready');
    expect(writesIn(calls)).toEqual({ CreateGateway: 1, CreateGatewayTarget: 5 });
    const writes = system.gateloop.agentCore.writes().slice(-6);
    expect(writes.map(({ operation }) => operation)).toEqual([
      'CreateGateway',
      ...five.map(() => 'CreateGatewayTarget'),
    ]);
    // All five start as soon as the gateway is ready, and the account's five writes a second let them.
    const times = writes.slice(1).map(({ at }) => at);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1000);
  });

  it('costs two Lists, no Get and no write when nothing has changed', async () => {
    uploadWorkspace(system, 'again', five);
    await system.settle();
    const before = system.gateloop.aws.stateMachines.transitions;
    system.requestReconcile('again');
    const calls = await system.callsDuring(() => system.settle());
    expect(calls).toEqual({ ListGateways: 1, ListGatewayTargets: 1 });
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

  it('causes no write when a schema is only reformatted', async () => {
    uploadWorkspace(system, 'formatted', five);
    await system.settle();
    system.upload('formatted', 'schemas/two.json', JSON.stringify(JSON.parse(toolSchema()), null, 4));
    const calls = await system.callsDuring(() => system.settle());
    expect(writesIn(calls)).toEqual({});
    expect(system.outcome('formatted').outcome).toBe('ready');
  });

  it('keeps the last good schema when a schema is invalid, and names the line to its owner', async () => {
    uploadWorkspace(system, 'broken', five);
    await system.settle();
    system.upload('broken', 'schemas/four.json', '[\n  { "name": "find",\n    "description": 7 }\n]');
    system.upload('broken', 'schemas/two.json', toolSchema(undefined, 'Finds more.'));
    const calls = await system.callsDuring(() => system.settle());
    // The target with the invalid schema stays as it is; the one with a changed schema is updated.
    expect(writesIn(calls)).toEqual({ UpdateGatewayTarget: 1 });
    const { outcome, resources } = system.outcome('broken');
    expect(outcome).toBe('failed');
    expect(resources.filter(({ state }) => state !== 'ready')).toMatchObject([
      {
        name: 'broken/four',
        state: 'refused',
        reasons: expect.arrayContaining([expect.stringContaining('schemas/four.json:3')]),
      },
    ]);
    expect(system.messages('broken').at(-1)).toMatch(/schemas\/four\.json:3/);
    system.upload('broken', 'schemas/four.json', toolSchema());
    expect(writesIn(await system.callsDuring(() => system.settle()))).toEqual({});
    expect(system.outcome('broken').outcome).toBe('ready');
  });

  it('deletes a target that left the manifest only when prune is on', async () => {
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

describe('a burst of events', () => {
  it('a burst of fifty uploads starts one execution, which ends with the last of them', async () => {
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
    expect(executions() - before).toBe(1);
    expect(calls.UpdateGatewayTarget).toBeLessThanOrEqual(2);
    expect(system.outcome('burst').outcome).toBe('ready');
  });

  it('causes no write when the same event arrives five times', async () => {
    uploadWorkspace(system, 'repeated', ['only']);
    await system.settle();
    const calls = await system.callsDuring(async () => {
      for (let time = 0; time < 5; time += 1) system.requestReconcile('repeated');
      await system.settle();
    });
    expect(writesIn(calls)).toEqual({});
  });
});
