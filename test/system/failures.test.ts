import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type System, startSystem, uploadWorkspace, writesIn } from './system.ts';

const names = (count: number) => Array.from({ length: count }, (_, index) => `target-${index}`);

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterEach(() => system.gateloop.agentCore.setFaults([]));
afterAll(() => system.close());

describe('a target that keeps failing', () => {
  it('is reported with its reasons, retried with backoff, and does not stop the others', async () => {
    system.gateloop.agentCore.setFaults([
      { fault: 'fail', resource: 'target-2', reason: 'The function does not exist.' },
    ]);
    uploadWorkspace(system, 'faulty', names(6));
    await system.settle();
    const { outcome, resources } = system.outcome('faulty');
    expect(outcome).toBe('failed');
    expect(resources.filter(({ state }) => state !== 'ready').map(({ name }) => name)).toEqual([
      'faulty/target-2',
    ]);
    expect(resources.find(({ state }) => state === 'failed')?.reasons.join()).toContain(
      'The function does not exist.',
    );
  });

  it('is not retried by every drift detection', async () => {
    system.gateloop.agentCore.setFaults([{ fault: 'fail', resource: 'target-2' }]);
    const calls = await system.callsDuring(async () => {
      for (let pass = 0; pass < 4; pass += 1) {
        await system.reconcile('faulty');
      }
    });
    expect(writesIn(calls)).toEqual({});
  });

  it('is retried at once when its configuration changes', async () => {
    uploadWorkspace(system, 'mended', ['target-2']);
    system.gateloop.agentCore.setFaults([{ fault: 'fail', resource: 'target-2' }]);
    await system.settle();
    expect(system.outcome('mended').outcome).toBe('failed');
    system.gateloop.agentCore.setFaults([]);
    system.upload(
      'mended',
      'schemas/target-2.json',
      '[{"name":"find","description":"Finds.","inputSchema":{"type":"object"}}]',
    );
    await system.settle();
    expect(system.outcome('mended').outcome).toBe('ready');
  });
});

describe('a failing control plane', () => {
  it.each([
    ['throttles', { fault: 'throttle', probability: 0.5, times: 30 }],
    ['fails before the effect', { fault: 'error', probability: 0.4, times: 20 }],
    ['fails after the effect', { fault: 'error', when: 'after', probability: 0.4, times: 20 }],
    [
      'cuts connections after the effect',
      { fault: 'disconnect', when: 'after', probability: 0.3, times: 15 },
    ],
    ['returns stale lists', { fault: 'staleList', probability: 0.5, times: 20 }],
    ['returns conflicts', { fault: 'error', error: 'ConflictException', probability: 0.3, times: 15 }],
  ] as const)('that %s delays the reconcile, and no resource is created twice', async (word, fault) => {
    const workspace = word.replaceAll(' ', '-');
    system.gateloop.agentCore.setFaults([fault]);
    uploadWorkspace(system, workspace, names(8));
    await system.settle();
    system.gateloop.agentCore.setFaults([]);
    await system.reconcile(workspace);
    expect(system.outcome(workspace)).toMatchObject({ outcome: 'ready' });
    const calls = await system.callsDuring(async () => {
      await system.reconcile(workspace);
    });
    expect(writesIn(calls)).toEqual({});
    expect(Object.keys(system.states(workspace))).toHaveLength(9);
  });
});

describe('quotas of the control plane', () => {
  it('are respected by two workspaces at once: the service rejects no write', async () => {
    const before = system.gateloop.agentCore.writes().length;
    uploadWorkspace(system, 'wide-a', names(12));
    uploadWorkspace(system, 'wide-b', names(12));
    await system.settle();
    const writes = system.gateloop.agentCore.writes().slice(before);
    expect(writes.filter(({ status }) => status >= 300)).toEqual([]);
    const creates = writes.filter(({ operation }) => operation === 'CreateGatewayTarget');
    expect(creates).toHaveLength(24);
  });
});
