import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { type ApprovalRule, defaultSettings } from '../manifest/settings.ts';
import type { ObservedResource } from '../resources/observe.ts';
import type { ComparedToolReading } from '../toolContracts/toolWatch.ts';
import { decide } from './decide.ts';
import type { OpenRequest, ResourceRecord, ToolWatch } from './ledgerRecord.ts';
import type { ReconcileInput } from './plan.ts';
import { catalog } from './testing/catalog.ts';
import {
  appliedRecord,
  fingerprintFor,
  gateway,
  NOW,
  observedAs,
  reconcileInput,
  serverTarget,
} from './testing/inputs.ts';

const HOUR = 3_600_000;
const SYNCHRONIZED_AT = NOW - HOUR;

interface Situation {
  readonly approve?: ApprovalRule;
  readonly gatewayConfig?: JsonObject;
  readonly target?: ReturnType<typeof serverTarget>;
  readonly record?: Partial<ResourceRecord>;
  readonly observed?: Partial<ObservedResource>;
  readonly reading?: Partial<ComparedToolReading>;
  readonly resync?: number | 'never';
  readonly now?: number;
  readonly suspended?: boolean;
  readonly watches?: boolean;
}

/** Decides about one target that is ready, and due for its synchronization if `resync` says so. */
function decideWatched(situation: Situation) {
  const { approve = 'breaking', gatewayConfig = {}, resync = 'never', now = NOW } = situation;
  const payments = gateway('payments', { protocolType: 'MCP', ...gatewayConfig });
  const plain = situation.target ?? serverTarget('payments/tools');
  const target = { ...plain, settings: { ...defaultSettings, approve } };
  const { address } = target;
  const observed = observedAs(target, 'READY', {
    lastSynchronizedAt: SYNCHRONIZED_AT,
    ...situation.observed,
  });
  const reading: ComparedToolReading = {
    address,
    moment: 'after',
    synchronizedAt: SYNCHRONIZED_AT,
    configuration: fingerprintFor(target),
    needsApproval: false,
    ...situation.reading,
  };
  const recorded = appliedRecord(target, situation.record);
  const input: ReconcileInput = {
    ...reconcileInput({
      resources: [payments, target],
      observed: [observedAs(payments, 'READY'), observed],
      recorded: [appliedRecord(payments), recorded],
      settings: { resync },
      now,
    }),
    ...(situation.watches !== false && {
      toolReadings: new Map(situation.reading ? [[address, reading]] : []),
    }),
    ...(situation.suspended && { suspension: { since: NOW } }),
  };
  const result = decide(input, catalog);
  return {
    ...result,
    operations: [...result.operations, ...result.syncs].map(({ operation }) => operation),
    record: result.upserts.find((each) => each.address === address) ?? recorded,
    report: result.resources.find((each) => each.address === address),
  };
}

const configuration = fingerprintFor(serverTarget('payments/tools'));
const watched: ToolWatch = {
  synchronizedAt: SYNCHRONIZED_AT,
  lists: { gateway: 'g1', server: 's1' },
  readFrom: ['gateway', 'server'],
  obstacles: {},
};
const upcoming = { configuration, readAt: NOW - 1000, digest: 's2', needsApproval: true };

/** A target that is due for a synchronization, with a list that was read before it. */
function decideDue(given: Partial<ToolWatch>, situation: Situation = {}) {
  const { record, ...rest } = situation;
  return decideWatched({ resync: 60, ...rest, record: { toolWatch: { ...watched, ...given }, ...record } });
}

function request(overrides: Partial<OpenRequest> = {}): OpenRequest {
  return {
    id: 'r',
    kind: 'approval',
    aboutList: true,
    fingerprint: 's2',
    reason: 'sync',
    askedAt: NOW - 60_000,
    notifiedAt: NOW - 50_000,
    ...overrides,
  };
}

describe('watchTools after a synchronization', () => {
  it('watchTools: reads the list that came out from the gateway, and from the server where changes are approved', () => {
    expect(decideWatched({}).toolReads).toEqual([
      {
        address: 'gatewayTarget/payments/tools',
        moment: 'after',
        synchronizedAt: SYNCHRONIZED_AT,
        configuration,
        gateway: { url: 'gatewayUrl:payments', credentials: 'signature' },
        server: { url: 'https://mcp.example.com/v1' },
      },
    ]);
    expect(decideWatched({ approve: 'never' }).toolReads[0]).not.toHaveProperty('server');
  });

  it('watchTools: reads once for each synchronization', () => {
    const { next, record } = decideWatched({
      reading: { gateway: { digest: 'g1' }, server: { digest: 's1' } },
    });
    expect(record.toolWatch).toEqual(watched);
    expect(next).toBe('settled');
    expect(decideWatched({ record: { toolWatch: watched } }).next).toBe('settled');
    const later = { lastSynchronizedAt: NOW };
    expect(decideWatched({ record: { toolWatch: watched }, observed: later }).toolReads).toHaveLength(1);
  });

  it('watchTools: reads nothing of a target that is in an operation or failed, and nothing where no list is watched', () => {
    for (const status of ['SYNCHRONIZING', 'UPDATING', 'FAILED'] as const)
      expect(decideWatched({ observed: { status } }).toolReads).toEqual([]);
    expect(decideWatched({ watches: false }).next).toBe('settled');
  });

  it('watchTools: falls back to the server where the gateway demands a token, which may be missing', () => {
    const gatewayConfig = { authorizerType: 'CUSTOM_JWT' };
    const { toolReads } = decideWatched({ gatewayConfig, approve: 'never' });
    expect(toolReads[0]).toMatchObject({ gateway: { credentials: 'token' }, server: {} });
    const reading = { gateway: { failure: 'noToken' as const }, server: { digest: 's1' } };
    expect(decideWatched({ gatewayConfig, reading }).record.toolWatch).toMatchObject({
      lists: { server: 's1' },
      readFrom: ['server'],
      obstacles: { gateway: 'noToken' },
    });
  });

  it('watchTools: says at once what cannot be watched, and reads nothing', () => {
    const plain = serverTarget('payments/tools');
    const credentialProviderConfigurations = [{ credentialProviderType: 'API_KEY' }];
    const { next, toolReads, report, record } = decideWatched({
      target: { ...plain, config: { ...plain.config, credentialProviderConfigurations } },
      gatewayConfig: { protocolType: 'OTHER' },
    });
    expect(toolReads).toEqual([]);
    expect(next).toBe('settled');
    expect(record.toolWatch?.obstacles).toEqual({ gateway: 'noMcpEndpoint', server: 'credentials' });
    expect(report?.watch).toEqual({
      watched: false,
      reason:
        'Not watched: its gateway has no MCP endpoint, or the endpoint is not known yet; its server is behind credentials, which only the gateway has.',
    });
  });

  it('watchTools: keeps the earlier list where the new one could not be read, to compare the next one with it', () => {
    const reading = { gateway: { failure: 'unreachable' as const }, server: { failure: 'tooSlow' as const } };
    const { record, report } = decideWatched({
      record: { toolWatch: { ...watched, synchronizedAt: 1 } },
      reading,
    });
    expect(record.toolWatch).toMatchObject({
      lists: watched.lists,
      readFrom: [],
      synchronizedAt: SYNCHRONIZED_AT,
    });
    expect(report?.watch).toMatchObject({ watched: false });
  });

  it('watchTools: reports a list that a policy engine may have cut', () => {
    const gatewayConfig = { policyEngineConfiguration: { arn: 'a', mode: 'ENFORCE' } };
    const reading = { gateway: { digest: 'g1' } };
    expect(decideWatched({ gatewayConfig, reading }).report?.watch).toMatchObject({
      watched: true,
      sources: ['gateway'],
      reason: expect.stringContaining('policy engine'),
    });
    const logged = { policyEngineConfiguration: { arn: 'a', mode: 'LOG_ONLY' } };
    expect(decideWatched({ gatewayConfig: logged, reading }).report?.watch).not.toHaveProperty('reason');
  });

  it('watchTools: has the owner told of a change that nobody approved', () => {
    const record = { toolWatch: { ...watched, synchronizedAt: 1 } };
    const reading = { gateway: { digest: 'g2' }, needsApproval: true };
    expect(decideWatched({ record, reading }).record.toolWatch).toMatchObject({
      lists: { gateway: 'g2', server: 's1' },
      untold: { digest: 'g2', since: NOW },
    });
    const approved = { gateway: { digest: 'g2' }, needsApproval: false };
    expect(decideWatched({ record, reading: approved }).record.toolWatch).not.toHaveProperty('untold');
  });

  it('watchTools: takes the list from before the synchronization as the one that the server had', () => {
    const toolWatch = { ...watched, synchronizedAt: 1, upcoming, approved: 's2' };
    expect(decideWatched({ record: { toolWatch } }).toolReads[0]).not.toHaveProperty('server');
    const { record } = decideWatched({ record: { toolWatch }, reading: { gateway: { digest: 'g2' } } });
    expect(record.toolWatch).toEqual({ ...watched, lists: { gateway: 'g2', server: 's2' } });
  });
});

describe('watchTools before a synchronization', () => {
  it('watchTools: reads the server first where changes need approval', () => {
    const { toolReads, operations, report } = decideDue({});
    expect(operations).toEqual([]);
    expect(toolReads).toMatchObject([{ moment: 'before', server: { url: 'https://mcp.example.com/v1' } }]);
    expect(toolReads[0]).not.toHaveProperty('gateway');
    expect(report?.state).toBe('ready');
  });

  it.each([
    ['changes need no approval', { approve: 'never' as const }, {}],
    ['no earlier list is known', {}, { lists: { gateway: 'g1' } }],
    ['the list is the earlier one', {}, { upcoming: { ...upcoming, needsApproval: false } }],
    ['the server could not be read', {}, { upcoming: { configuration, readAt: NOW, needsApproval: false } }],
    ['a person approved the list', {}, { upcoming, approved: 's2' }],
  ])('watchTools: synchronizes at once where %s', (_, situation, given) => {
    expect(decideDue(given, situation).operations).toEqual(['sync']);
  });

  it('watchTools: asks about a list that needs approval, and synchronizes nothing', () => {
    const { operations, requests, report, next } = decideDue({ upcoming });
    expect(operations).toEqual([]);
    expect(next).toBe('act');
    expect(requests).toEqual([
      {
        address: 'gatewayTarget/payments/tools',
        kind: 'approval',
        fingerprint: 's2',
        aboutList: true,
        reason: 'sync',
      },
    ]);
    expect(report).toMatchObject({
      state: 'awaiting-approval',
      reasons: [expect.stringContaining('until a person approves')],
    });
  });

  it('watchTools: waits for the answer without reading again', () => {
    const { next, requests, toolReads, record } = decideDue(
      { upcoming: { ...upcoming, readAt: NOW - 5 * HOUR } },
      { record: { request: request() } },
    );
    expect([next, requests, toolReads]).toEqual(['settled', [], []]);
    expect(record.request).toEqual(request());
  });

  it('watchTools: reads again after a yes that came late, and asks anew about a third list', () => {
    const answered = { record: { request: request({ answeredAt: NOW }) } };
    const late = { upcoming: { ...upcoming, readAt: NOW - HOUR } };
    const { toolReads, operations, record } = decideDue(late, answered);
    expect(operations).toEqual([]);
    expect(toolReads).toMatchObject([{ moment: 'before' }]);
    expect(record).not.toHaveProperty('request');
    const approved = { ...late, approved: record.toolWatch?.approved ?? '' };
    const listing = (digest: string) => ({
      reading: { moment: 'before' as const, server: { digest }, needsApproval: true },
    });
    expect(decideDue(approved, listing('s2')).operations).toEqual(['sync']);
    expect(decideDue(approved, listing('s3'))).toMatchObject({
      operations: [],
      requests: [{ fingerprint: 's3', aboutList: true }],
    });
  });

  it('watchTools: synchronizes at once after a prompt yes', () => {
    const answered = { record: { request: request({ answeredAt: NOW }) } };
    expect(decideDue({ upcoming }, answered).operations).toEqual(['sync']);
  });

  it('watchTools: keeps the tools after a no, reads at the next time of the schedule, and asks only about another list', () => {
    const refused = { record: { request: request({ closed: 'refused', closedAt: NOW - 10_000 }) } };
    const { next, report } = decideDue({ upcoming }, refused);
    expect(next).toBe('settled');
    expect(report).toMatchObject({ state: 'ready', reasons: [expect.stringContaining('refused')] });
    const later = { ...refused, now: NOW + 61_000 };
    expect(decideDue({ upcoming }, later).toolReads).toHaveLength(1);
    const listing = (digest: string) => ({
      ...later,
      reading: { moment: 'before' as const, server: { digest }, needsApproval: true },
    });
    expect(decideDue({ upcoming }, listing('s2'))).toMatchObject({ next: 'settled', requests: [] });
    expect(decideDue({ upcoming }, listing('s3')).requests).toMatchObject([{ fingerprint: 's3' }]);
  });

  it('watchTools: withdraws the question when no synchronization is due any more', () => {
    const { record } = decideDue({ upcoming }, { resync: 'never', record: { request: request() } });
    expect(record).not.toHaveProperty('request');
  });

  it('watchTools: asks before an update and a repair, after which the gateway reads the tools as well', () => {
    const target = serverTarget('payments/tools', 2);
    const record = { ...appliedRecord(serverTarget('payments/tools')), toolWatch: watched };
    const update = decideWatched({ target, record });
    expect(update.operations).toEqual([]);
    expect(update.toolReads).toMatchObject([
      { moment: 'before', server: { url: 'https://mcp.example.com/v2' } },
    ]);
    const configured = { ...upcoming, configuration: fingerprintFor(target) };
    const asked = decideWatched({
      target,
      record: { ...record, toolWatch: { ...watched, upcoming: configured } },
    });
    expect(asked).toMatchObject({ operations: [], requests: [{ kind: 'approval', aboutList: true }] });
    const failed = decideDue({ upcoming }, { observed: { status: 'SYNCHRONIZE_UNSUCCESSFUL' } });
    expect(failed.operations).toEqual([]);
  });

  it('watchTools: keeps the question while the target is failed', () => {
    const situation = {
      observed: { status: 'SYNCHRONIZE_UNSUCCESSFUL' as const },
      record: { state: 'awaiting-approval' as const, request: request() },
    };
    expect(decideDue({ upcoming }, situation).record.request).toEqual(request());
  });

  it('watchTools: reads nothing before a synchronization that operators have suspended', () => {
    expect(decideDue({}, { suspended: true })).toMatchObject({
      toolReads: [],
      operations: [],
      next: 'settled',
    });
    expect(decideWatched({ suspended: true }).toolReads).toHaveLength(1);
  });
});
