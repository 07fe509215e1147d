import { describe, expect, it } from 'vitest';
import { startEmbeddedServices } from '../../adapters/testing/embeddedServices.ts';
import type { JsonObject } from '../../core/json.ts';
import { outcomeKey } from '../../core/storage/keys.ts';
import { SPEC_BUCKET } from '../../local/gateloop.ts';
import { exitCodeOf, type WorkspaceResult, workspaceResult } from './result.ts';

const OUTCOME = {
  format: 1,
  time: '2026-01-01T00:00:00.000Z',
  since: '2026-01-01T00:00:00.000Z',
  owner: 'default',
  applied: {},
  workspace: 'payments',
  outcome: 'ready',
  revision: 'abc',
  problems: [],
  resources: [
    { address: 'gateway/front', kind: 'gateway', name: 'front', id: 'front-1', state: 'ready', reasons: [] },
    {
      address: 'gatewayTarget/front/a',
      kind: 'gatewayTarget',
      name: 'front/a',
      state: 'failed',
      reasons: ['no'],
    },
  ],
};
const FAILS = { Type: 'Fail', Error: 'ReconcileFailed', Cause: 'A step failed after all its retries.' };
const STUCK = { Type: 'Wait', Seconds: 31_536_000, End: true };

/** A system whose reconcile workflow is the given state machine. */
async function open(states: Readonly<Record<string, JsonObject>>) {
  const [StartAt = ''] = Object.keys(states);
  const { aws, clock } = await startEmbeddedServices({
    buckets: [{ name: SPEC_BUCKET, versioned: true }],
    stateMachines: [{ name: 'reconcile', definition: { StartAt, States: states } }],
  });
  const since = clock.now();
  return {
    clock,
    machines: aws.stateMachines,
    tell: (outcome: object = OUTCOME) =>
      aws.buckets.put(SPEC_BUCKET, outcomeKey('payments'), JSON.stringify(outcome)),
    start: (workspace = 'payments') => aws.stateMachines.start('reconcile', { workspace }),
    idle: () => aws.idle(),
    result: (from = since) => workspaceResult({ aws }, 'payments', from),
  };
}

describe('workspaceResult', () => {
  it('workspaceResult: returns the published outcome with the documented members only', async () => {
    const system = await open({ Fails: FAILS });
    system.tell();
    expect(system.result()).toEqual({
      outcome: 'ready',
      problems: [],
      resources: [
        { kind: 'gateway', name: 'front', id: 'front-1', state: 'ready', reasons: [] },
        { kind: 'gatewayTarget', name: 'front/a', id: null, state: 'failed', reasons: ['no'] },
      ],
    });
  });

  it('workspaceResult: is unknown when no outcome was published since the start', async () => {
    const system = await open({ Fails: FAILS });
    system.tell();
    await system.clock.advance(1000);
    expect(system.result(system.clock.now())).toEqual({ outcome: 'unknown', problems: [], resources: [] });
  });

  it('workspaceResult: is unknown with the cause when the execution failed', async () => {
    const system = await open({ ReconcileFailed: FAILS });
    const { name } = system.start();
    system.start('books');
    await system.idle();
    expect(system.result()).toEqual({
      outcome: 'unknown',
      resources: [],
      problems: [
        {
          severity: 'error',
          file: 'workflows/reconcile.asl.json',
          path: 'ReconcileFailed',
          message: `The execution failed: ReconcileFailed: A step failed after all its retries. Execution ${name}.`,
        },
      ],
    });
  });

  it('workspaceResult: names the error of the step, not that of the workflow', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'ReconcileFailed' }];
    const Resource = 'arn:aws:lambda:us-east-1:123456789012:function:missing';
    const system = await open({
      Poll: { Type: 'Task', Resource, Catch, End: true },
      ReconcileFailed: FAILS,
    });
    system.start();
    await system.idle();
    expect(system.result().problems[0]?.message).toMatch(/^The execution failed: .*missing/);
    expect(system.result().problems[0]?.message).not.toContain('ReconcileFailed');
  });

  it('workspaceResult: is unknown when an execution fails after an outcome, until the next outcome', async () => {
    const system = await open({ Fails: FAILS });
    system.tell();
    await system.clock.advance(1000);
    system.start();
    await system.idle();
    expect(system.result().outcome).toBe('unknown');
    await system.clock.advance(1000);
    system.tell();
    expect(system.result().outcome).toBe('ready');
  });

  it('workspaceResult: is unknown with the present state while an execution runs', async () => {
    const system = await open({ 'Wait for ever': STUCK });
    system.start();
    await system.clock.advance(10_000);
    expect(system.result()).toMatchObject({
      outcome: 'unknown',
      problems: [{ path: 'Wait for ever', message: expect.stringContaining('The execution still runs.') }],
    });
  });

  it('workspaceResult: ignores executions that failed in an earlier start', async () => {
    const system = await open({ Fails: FAILS });
    system.start();
    await system.idle();
    await system.clock.advance(1000);
    expect(system.result(system.clock.now()).problems).toEqual([]);
  });
});

describe('exitCodeOf', () => {
  const exitCode = (...outcomes: WorkspaceResult['outcome'][]) =>
    exitCodeOf({
      workspaces: Object.fromEntries(
        outcomes.map((outcome, index) => [`w${index}`, { outcome, problems: [], resources: [] }]),
      ),
    });

  it.each([
    [0, ['ready', 'awaiting']],
    [1, ['ready', 'failed']],
    [1, ['unknown']],
    [2, ['ready', 'refused']],
    [5, ['ready', 'drifted', 'awaiting']],
    [6, ['suspended', 'drifted']],
    [1, ['suspended', 'failed']],
    [2, ['failed', 'unknown', 'refused']],
  ] as const)('exitCodeOf: is %d for the outcomes %j', (code, outcomes) => {
    expect(exitCode(...outcomes)).toBe(code);
  });
});
