import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ServiceError, type ServiceErrorCode, StepKilled } from '../../adapters/inMemory/serviceError.ts';
import { isJsonObject } from '../../core/json.ts';
import { omit } from '../../core/objects.ts';
import type { PlannedOperation } from '../../core/reconcile/plan.ts';
import { WORKSPACE_TAG } from '../../core/resources/resourceKinds.ts';
import { LEASE_DURATION } from '../poll/poll.ts';
import { logger, metrics } from '../runtime/observability.ts';
import type { ReconcileState } from '../runtime/reconcileState.ts';
import { manifestWith, ReconcileFixture, WORKSPACE } from '../testing/reconcileFixture.ts';

const FRONT = 'gateway/front';
const ISSUES = 'gatewayTarget/front/issues';
const ASSISTANT = 'agentRuntime/assistant';

const runtime = (variables: string) => `agentRuntimes:
  assistant:
    agentRuntimeArtifact:
      containerConfiguration: { containerUri: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/assistant:1' }
    roleArn: arn:aws:iam::123456789012:role/assistant
    networkConfiguration: { networkMode: PUBLIC }
    ${variables}
`;

let fixture: ReconcileFixture;
beforeEach(() => {
  vi.spyOn(logger, 'error').mockImplementation(() => {});
  fixture = new ReconcileFixture(manifestWith());
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** The inputs of the calls of one method, for one resource kind or for all. */
function inputs(method: 'create' | 'update' | 'delete'): unknown[] {
  return fixture.controlPlane.script.calls(method).map(({ input }) => input);
}

/** The client tokens of all create calls. */
function tokens(): unknown[] {
  const calls = fixture.controlPlane.script.calls('create');
  return calls.map(({ input: [, , options] }) => (isJsonObject(options) ? options.clientToken : undefined));
}

/** Reconciles the workspace, uploads another manifest, and returns what poll plans then. */
async function planChange(change: string): Promise<ReconcileState> {
  await fixture.reconcile();
  fixture.now += 60_000;
  fixture.upload(change);
  return fixture.poll();
}

const operationOf = ({ operations: [planned] }: ReconcileState): PlannedOperation => {
  if (planned) return planned;
  throw new RangeError('Poll has planned no operation.');
};

describe('provision: calls', () => {
  it('provision: counts the Get before an update in the rate of the account', async () => {
    const state = await planChange(manifestWith({ endpoint: 'https://mcp.example.com/v2' }));
    const planned = { ...operationOf(state), keepLive: ['description'] };
    await fixture.provision({ ...state, operations: [planned] });
    const counted = fixture.ledger.script.calls('countRead').map(({ input }) => input);
    expect(counted).toEqual([['get gatewayTarget', fixture.now]]);
    expect(await fixture.ledger.reserveReads('get gatewayTarget', 8, fixture.now)).toBe(7);
  });

  it('creates a gateway with the tags of the manifest and the tag of the workspace', async () => {
    const { provisioned } = await fixture.provision(await fixture.poll());
    expect(provisioned).toEqual([{ address: FRONT, operation: 'create', answer: 'accepted' }]);
    expect(inputs('create')).toEqual([
      [
        'gateway',
        expect.objectContaining({
          name: 'front',
          authorizerType: 'AWS_IAM',
          tags: { team: 'payments', [WORKSPACE_TAG]: WORKSPACE },
        }),
        { clientToken: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ],
    ]);
  });

  it('creates a target below its gateway, without a tag, which the API does not take', async () => {
    await fixture.reconcile();
    const [, [kind, input, options] = []] = fixture.controlPlane.script
      .calls('create')
      .map((call) => call.input);
    expect([kind, options]).toMatchObject([
      'gatewayTarget',
      { parentId: fixture.controlPlane.resource(FRONT)?.id },
    ]);
    expect(input).not.toHaveProperty('tags');
  });

  it('records an accepted creation with its id, generation, configuration and time', async () => {
    const state = await fixture.poll();
    const { fingerprint, configuration } = operationOf(state);
    await fixture.provision(state);
    expect(fixture.record(FRONT)).toMatchObject({
      id: fixture.controlPlane.resource(FRONT)?.id,
      generation: 1,
      operation: { operation: 'create', fingerprint, configuration, startedAt: fixture.now },
    });
  });

  it('updates a target with the whole configuration', async () => {
    const state = await planChange(manifestWith({ endpoint: 'https://mcp.example.com/v2' }));
    const { provisioned } = await fixture.provision(state);
    expect(provisioned).toEqual([{ address: ISSUES, operation: 'update', answer: 'accepted' }]);
    const { id, parentId } = fixture.controlPlane.resource(ISSUES) ?? {};
    expect(inputs('update')).toEqual([
      [
        'gatewayTarget',
        { id, parentId },
        {
          name: 'issues',
          targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/v2' } } },
        },
      ],
    ]);
  });

  it('reads no target before it replaces the whole configuration', async () => {
    const state = await planChange(manifestWith({ endpoint: 'https://mcp.example.com/v2' }));
    const reads = fixture.controlPlane.script.calls('get').length;
    await fixture.provision(state);
    expect(fixture.controlPlane.script.calls('get')).toHaveLength(reads);
  });

  it('sends the present value of a reference to another resource', async () => {
    const variables = "environmentVariables: { URL: '${gateways.front.gatewayUrl}' }";
    fixture = new ReconcileFixture(manifestWith({ more: runtime(variables) }));
    await fixture.reconcile();
    const { gatewayUrl } = fixture.record(FRONT)?.outputs ?? {};
    expect(gatewayUrl).toEqual(expect.any(String));
    expect(fixture.controlPlane.resource(ASSISTANT)?.config).toMatchObject({
      environmentVariables: { URL: gatewayUrl },
    });
  });

  it('reads a resource before a partial update, to clear the members that have left the manifest', async () => {
    const registry = (description: string) =>
      manifestWith({ more: `registries: { tools: { ${description} } }\n` });
    fixture.upload(registry('description: Tools of all teams.'));
    const state = await planChange(registry(''));
    expect(operationOf(state)).toMatchObject({ address: 'registry/tools', operation: 'update' });
    await fixture.provision(state);
    expect(inputs('update')).toEqual([
      ['registry', expect.anything(), expect.objectContaining({ description: {} })],
    ]);
  });

  it('deletes a target that has left the manifest', async () => {
    await fixture.reconcile();
    const { id, parentId } = fixture.controlPlane.resource(ISSUES) ?? {};
    fixture.upload(manifestWith({ hasTarget: false }));
    const { provisioned } = await fixture.provision(await fixture.poll());
    expect(provisioned).toEqual([{ address: ISSUES, operation: 'delete', answer: 'accepted' }]);
    expect(inputs('delete')).toEqual([['gatewayTarget', { id, parentId }]]);
  });

  it('rolls a target back to the copy of its last good configuration', async () => {
    await fixture.reconcile();
    const good = fixture.record(ISSUES)?.lastGood;
    fixture.upload(manifestWith({ endpoint: 'https://mcp.example.com/v2' }));
    const planned = operationOf(await fixture.poll());
    const rollback = { ...planned, operation: 'rollback' as const, configuration: good ?? '' };
    await fixture.provision({ ...(await fixture.poll()), operations: [rollback] });
    expect(inputs('update')).toMatchObject([
      [
        'gatewayTarget',
        {},
        { targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/v1' } } } },
      ],
    ]);
    expect(fixture.record(ISSUES)?.operation).toMatchObject({ operation: 'rollback', configuration: good });
  });

  it('rejects a rollback whose configuration is not in the bucket, for good', async () => {
    const state = await planChange(manifestWith({ endpoint: 'https://mcp.example.com/v2' }));
    const rollback = { ...operationOf(state), operation: 'rollback' as const, configuration: 'f'.repeat(64) };
    const { provisioned } = await fixture.provision({ ...state, operations: [rollback] });
    expect(provisioned[0]?.answer).toMatch(/^ConfigurationMissing: /);
    expect(inputs('update')).toEqual([]);
    expect(fixture.record(ISSUES)?.retry).toMatchObject({ count: 1 });
  });
});

describe('provision: client tokens and repeated steps', () => {
  it('does not repeat a call that an earlier try of the step made', async () => {
    const state = await fixture.poll();
    await fixture.provision(state);
    const written = fixture.ledger.script.calls('writeResource').length;
    const { provisioned } = await fixture.provision(state);
    expect(provisioned).toEqual([]);
    expect(inputs('create')).toHaveLength(1);
    expect(fixture.ledger.script.calls('writeResource')).toHaveLength(written);
  });

  it('creates one gateway when the step is killed between the call and the record, and is retried', async () => {
    const state = await fixture.poll();
    fixture.ledger.script.failNext('writeResource', new StepKilled());
    await expect(fixture.provision(state)).rejects.toThrow(StepKilled);
    expect((await fixture.provision(state)).provisioned).toMatchObject([{ answer: 'accepted' }]);
    expect(new Set(tokens()).size).toBe(1);
    expect(tokens()).toHaveLength(2);
    expect(fixture.controlPlane.addresses()).toEqual([FRONT]);
    expect(fixture.record(FRONT)).toMatchObject({
      id: fixture.controlPlane.resource(FRONT)?.id,
      generation: 1,
    });
  });

  it('creates one gateway when the answer of the service is lost, and the next poll plans the call again', async () => {
    fixture.controlPlane.script.failNextAfterEffect('create', new ServiceError('TimeoutError'));
    const { provisioned } = await fixture.provision(await fixture.poll());
    expect(provisioned).toMatchObject([{ answer: 'TimeoutError: TimeoutError' }]);
    fixture.settle();
    await fixture.reconcile();
    expect(fixture.controlPlane.addresses()).toEqual([FRONT, ISSUES]);
  });

  it('sends another client token after a failed attempt, since the service repeats its answer to an old one', async () => {
    const state = await fixture.poll();
    const { fingerprint } = operationOf(state);
    const retry = { fingerprint, firstAt: 0, nextAt: 0, deferrals: 0, reasons: [] };
    for (const count of [0, 1, 2]) {
      fixture.changeRecord(FRONT, { retry: { ...retry, count } });
      fixture.controlPlane.script.failNext('create', new ServiceError('ThrottlingException'));
      await fixture.provision(state);
    }
    expect(new Set(tokens()).size).toBe(3);
  });

  it('keeps the client token when attempts at another configuration have failed', async () => {
    const state = await fixture.poll();
    const retry = { fingerprint: 'another', firstAt: 0, nextAt: 0, deferrals: 0, reasons: [] };
    for (const count of [1, 2]) {
      fixture.changeRecord(FRONT, { retry: { ...retry, count } });
      fixture.controlPlane.script.failNext('create', new ServiceError('ThrottlingException'));
      await fixture.provision(state);
    }
    expect(new Set(tokens()).size).toBe(1);
  });

  it('sends another client token when it creates a resource again that is gone', async () => {
    await fixture.reconcile();
    fixture.controlPlane.remove(ISSUES);
    fixture.now += 60_000;
    await fixture.reconcile();
    const [, first, second] = tokens();
    expect(tokens()).toHaveLength(3);
    expect(second).not.toBe(first);
    expect(fixture.record(ISSUES)).toMatchObject({ generation: 2, state: 'ready' });
  });
});

describe('provision: rejected calls', () => {
  it.each<[ServiceErrorCode, object]>([
    ['ValidationException', { count: 1, deferrals: 0 }],
    ['ServiceQuotaExceededException', { count: 1, deferrals: 0 }],
    ['ThrottlingException', { count: 0, deferrals: 1 }],
    ['ConflictException', { count: 0, deferrals: 1 }],
    ['InternalServerException', { count: 0, deferrals: 1 }],
  ])('records %s as a rejection that counts as %j', async (code, retry) => {
    fixture.controlPlane.script.failNext('create', new ServiceError(code, 'Not now.'));
    const { provisioned } = await fixture.provision(await fixture.poll());
    expect(provisioned).toEqual([{ address: FRONT, operation: 'create', answer: `${code}: Not now.` }]);
    expect(fixture.record(FRONT)).toMatchObject({
      retry: { ...retry, reasons: [`${code}: Not now.`], nextAt: expect.any(Number) },
    });
    expect(fixture.record(FRONT)).not.toHaveProperty('operation');
  });

  it('takes a deletion of a resource that is gone already for accepted', async () => {
    await fixture.reconcile();
    fixture.upload(manifestWith({ hasTarget: false }));
    const state = await fixture.poll();
    fixture.controlPlane.remove(ISSUES);
    await fixture.provision(state);
    expect(fixture.record(ISSUES)?.operation).toMatchObject({ operation: 'delete' });
  });

  it('makes the other calls when one is rejected, and measures both', async () => {
    fixture = new ReconcileFixture(manifestWith({ more: runtime('environmentVariables: {}') }));
    fixture.controlPlane.script.failNext('create', new ServiceError('ThrottlingException'));
    metrics.clearMetrics();
    const { provisioned } = await fixture.provision(await fixture.poll());
    expect(provisioned.map(({ answer }) => answer).sort()).toEqual([
      'ThrottlingException: ThrottlingException',
      'accepted',
    ]);
    expect(metrics.serializeMetrics()).toMatchObject({ CallsAccepted: 1, CallsRejected: 1, Throttles: 1 });
    metrics.clearMetrics();
  });

  it('turns an unexpected error into a transient rejection, and logs it', async () => {
    fixture.controlPlane.script.failNext('create', new TypeError('not a function'));
    const { provisioned } = await fixture.provision(await fixture.poll());
    expect(provisioned[0]?.answer).toBe('CallNotMade: not a function');
    expect(fixture.record(FRONT)?.retry).toMatchObject({ count: 0, deferrals: 1 });
    expect(logger.error).toHaveBeenCalledWith(
      expect.any(String),
      expect.objectContaining({
        address: FRONT,
        code: 'CallNotMade',
        trace: expect.stringContaining('TypeError'),
      }),
    );
  });

  it('fails when another step wrote the record meanwhile', async () => {
    const state = await fixture.poll();
    fixture.ledger.script.beforeNext('writeResource', () => fixture.changeRecord(FRONT, { reasons: ['x'] }));
    await expect(fixture.provision(state)).rejects.toMatchObject({ code: 'LedgerConflict', retryable: true });
  });
});

describe('provision: the lease', () => {
  /** Has another execution take the lease over, as it may once the lease has expired. */
  const takeOver = async () => {
    const now = fixture.now + LEASE_DURATION + 1;
    await fixture.ledger.takeLease({
      workspace: WORKSPACE,
      holder: 'another',
      now,
      duration: LEASE_DURATION,
    });
  };

  it('makes and records no call when another execution has taken over the lease', async () => {
    const state = await fixture.poll();
    await takeOver();
    const before = fixture.ledger.resource(WORKSPACE, FRONT);
    expect((await fixture.provision(state)).provisioned).toEqual([]);
    expect(inputs('create')).toEqual([]);
    expect(fixture.ledger.resource(WORKSPACE, FRONT)).toEqual(before);
  });

  it('makes no delete that was held up until another execution had taken over the lease and settled', async () => {
    const settings = '{ prune: true, selfHeal: true, approve: never }';
    const state = await planChange(manifestWith({ settings, hasTarget: false }));
    expect(operationOf(state)).toMatchObject({ address: ISSUES, operation: 'delete' });
    let settled: unknown;
    fixture.ledger.script.beforeNext('readClaims', async () => {
      // Meanwhile the target has returned to the manifest, and the other execution leaves it as it is.
      fixture.upload(manifestWith({ settings }));
      fixture.now += LEASE_DURATION + 1;
      for (let iteration = 0; iteration < 5; iteration += 1) {
        await fixture.poll({ leaseHolder: 'another', iteration });
        fixture.now += 2000;
      }
      settled = fixture.ledger.resource(WORKSPACE, ISSUES);
    });
    const { provisioned } = await fixture.provision(state);
    expect(provisioned[0]?.answer).toMatch(/^LeaseLost: /);
    expect(inputs('delete')).toEqual([]);
    expect(settled).toMatchObject({ record: { state: 'ready' } });
    expect(fixture.ledger.resource(WORKSPACE, ISSUES)).toEqual(settled);
  });

  it('never overwrites what another execution recorded during its call', async () => {
    const state = await planChange(manifestWith({ endpoint: 'https://mcp.example.com/v2' }));
    fixture.controlPlane.script.beforeNext('update', async () => {
      await takeOver();
      fixture.changeRecord(ISSUES, { reasons: ['Recorded by the other execution.'] });
    });
    await expect(fixture.provision(state)).rejects.toMatchObject({ code: 'LedgerConflict' });
    expect(fixture.record(ISSUES)?.reasons).toEqual(['Recorded by the other execution.']);
    // The state machine repeats the step, which finds the lease in other hands.
    expect((await fixture.provision(state)).provisioned).toEqual([]);
    expect(inputs('update')).toHaveLength(1);
  });
});

describe('provision: outdated plans', () => {
  it('makes no call to a resource that another workspace owns by now, and leaves it to the next poll', async () => {
    const state = await fixture.poll();
    await fixture.ledger.releaseClaim(FRONT, WORKSPACE);
    await fixture.ledger.claim(FRONT, 'billing');
    const { provisioned } = await fixture.provision(state);
    expect(provisioned[0]?.answer).toMatch(/^NotOwner: .* does not own gateway\/front any more/);
    expect(inputs('create')).toEqual([]);
    const next = await fixture.poll();
    expect(next.operations).toEqual([]);
    expect(fixture.record(FRONT)?.reasons.join()).toContain('the workspace "billing"');
  });

  it('fails when the desired state is not in the bucket, and the next poll writes it again', async () => {
    const state = await fixture.poll();
    const revision = 'f'.repeat(64);
    await expect(fixture.provision({ ...state, revision })).rejects.toMatchObject({
      code: 'DesiredMissing',
      retryable: true,
    });
    expect(inputs('create')).toEqual([]);
  });

  it.each<[string, (planned: PlannedOperation) => PlannedOperation, string]>([
    [
      'a resource that has left the manifest',
      (planned) => ({ ...planned, address: 'gatewayTarget/front/gone' }),
      'has left',
    ],
    ['another configuration', (planned) => ({ ...planned, configuration: 'other' }), 'has changed since'],
    ['an update without an id', (planned) => ({ ...planned, operation: 'update' }), 'is not known'],
    ['a synchronization', (planned) => ({ ...planned, operation: 'sync' }), 'the sync step does'],
  ])('makes no call for %s, and leaves it to the next poll', async (_, change, message) => {
    const state = await fixture.poll();
    const operations = [change(operationOf(state))];
    const { provisioned } = await fixture.provision({ ...state, operations });
    expect(provisioned[0]?.answer).toMatch(/^PlanOutdated: .* The next poll plans again\.$/);
    expect(provisioned[0]?.answer).toContain(message);
    expect(fixture.controlPlane.script.calls('create')).toEqual([]);
    expect(fixture.record(operations[0]?.address ?? FRONT)?.retry).toMatchObject({ count: 0, deferrals: 1 });
  });

  it('makes no call while the ledger has no value for a reference', async () => {
    const variables = "environmentVariables: { URL: '${gateways.front.gatewayUrl}' }";
    fixture = new ReconcileFixture(manifestWith({ more: runtime(variables) }));
    const state = await fixture.poll();
    const planned: PlannedOperation = { ...operationOf(state), address: ASSISTANT };
    const { provisioned } = await fixture.provision({ ...state, operations: [planned] });
    expect(provisioned[0]?.answer).toContain('no value for ${gateways.front.gatewayUrl}');
  });
});

describe('provision: the rate of writes', () => {
  const gateways = (count: number) =>
    [
      'gateways:',
      ...Array.from(
        { length: count },
        (_, index) =>
          `  front${index}: { roleArn: 'arn:aws:iam::123456789012:role/front', authorizerType: AWS_IAM }`,
      ),
    ].join('\n');

  it('makes no more calls than the account may make now, and has the rest planned again after a second', async () => {
    fixture = new ReconcileFixture(gateways(4));
    const state = await fixture.poll();
    const planned = state.operations.length;
    expect(planned).toBeGreaterThan(1);
    // Another workspace of the account has just made writes: one more is left of five in a second.
    await fixture.ledger.reserveWrites(4, fixture.now);
    const { provisioned, requeueAfterSeconds } = await fixture.provision({
      ...state,
      requeueAfterSeconds: 30,
    });
    expect(provisioned).toHaveLength(1);
    expect(requeueAfterSeconds).toBe(1);
    expect(inputs('create')).toHaveLength(1);
    fixture.now += 2000;
    expect((await fixture.poll({ iteration: 1 })).operations).toHaveLength(planned - 1);
  });

  it('waits as long as poll said when every call was made, and returns the rest of the state', async () => {
    const state = { ...(await fixture.poll()), requeueAfterSeconds: 30 };
    const { provisioned, ...after } = await fixture.provision(state);
    expect(provisioned).toHaveLength(1);
    expect(after).toEqual(omit(state, 'holdSeconds'));
  });

  it('reserves nothing for calls that an earlier try of the step made', async () => {
    const state = await fixture.poll();
    await fixture.provision(state);
    await fixture.provision(state);
    const reserved = fixture.ledger.script.calls('reserveWrites').map(({ input: [count] }) => count);
    expect(reserved).toEqual([1]);
  });

  it('makes no call that was planned before an operator suspended all changes', async () => {
    const state = await fixture.poll();
    await fixture.ledger.suspend(undefined, { since: fixture.now });
    expect(await fixture.provision(state)).toMatchObject({ provisioned: [], requeueAfterSeconds: 1 });
    expect(inputs('create')).toEqual([]);
    expect(fixture.record('gateway/front')?.retry).toBeUndefined();
  });
});
