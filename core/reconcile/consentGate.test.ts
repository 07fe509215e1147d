import { describe, expect, it } from 'vitest';
import type { ObservedResource } from '../resources/observe.ts';
import type { Status } from '../status.ts';
import type { OpenRequest, ResourceRecord, RetryState } from './ledgerRecord.ts';
import { decideResource } from './testing/decideResource.ts';
import {
  appliedRecord,
  consentTarget,
  failedAttempts,
  fingerprintFor,
  NOW,
  observedAs,
  provider,
  resolvedConfig,
  target,
} from './testing/inputs.ts';

const repository = consentTarget('payments/repository');
const others = [provider()];
const {
  applied: _,
  lastGood: __,
  ...unapplied
} = appliedRecord(repository, { state: 'awaiting-authorization' });
const request = { id: '1', kind: 'authorization' as const, askedAt: NOW - 1000 };
const told = { ...request, notifiedAt: NOW - 1000 };
const creating = {
  operation: 'create' as const,
  fingerprint: fingerprintFor(repository),
  configuration: fingerprintFor(repository),
  startedAt: NOW - 9_000_000,
  awaitedConsent: true as const,
};

function decideWithStatus(status: Status, record: Partial<ResourceRecord> = {}) {
  const observed = observedAs(repository, status);
  return decideResource(repository, { others, observed, record: { ...unapplied, ...record } });
}

describe.each(['CREATE_PENDING_AUTH', 'UPDATE_PENDING_AUTH', 'SYNCHRONIZE_PENDING_AUTH'] as const)(
  'awaitAuthorization: a target in %s',
  (status) => {
    it('makes Gateloop ask its owner once', () => {
      expect(decideWithStatus(status).result).toMatchObject({
        next: 'act',
        requests: [{ address: 'gatewayTarget/payments/repository', kind: 'authorization' }],
      });
      const { result, report } = decideWithStatus(status, { request: told });
      expect(result).toMatchObject({ next: 'settled', requests: [], operations: [] });
      expect(report?.state).toBe('awaiting-authorization');
    });

    it('makes Gateloop send the message again five minutes after it could not be delivered, and poll slowly', () => {
      const resultAfter = (ago: number) =>
        decideWithStatus(status, { request: { ...request, askedAt: NOW - ago } }).result;
      expect(resultAfter(299_999)).toMatchObject({ next: 'settled', requests: [] });
      const again = { next: 'act', requests: [{ kind: 'authorization' }], requeueAfterSeconds: 30 };
      expect(resultAfter(300_000)).toMatchObject(again);
    });

    it('is not changed even if its configuration is out of date', () => {
      const changed = consentTarget('payments/repository', 2);
      const { operation, report } = decideResource(changed, {
        others,
        observed: observedAs(changed, status),
        record: appliedRecord(repository, { request: told }),
      });
      expect(operation).toBeUndefined();
      expect(report?.state).toBe('awaiting-authorization');
    });
  },
);

describe('awaitAuthorization: an expired link', () => {
  it.each(['FAILED', 'UPDATE_UNSUCCESSFUL', 'SYNCHRONIZE_UNSUCCESSFUL'] as const)(
    'that leaves %s is no failure: the request stays open, and no call is made',
    (status) => {
      const { operation, report, record, result } = decideWithStatus(status, {
        operation: creating,
        request: told,
      });
      expect({ operation, next: result.next }).toEqual({ operation: undefined, next: 'settled' });
      expect(report?.state).toBe('awaiting-authorization');
      expect(record?.retry).toBeUndefined();
      expect(record?.request).toEqual(told);
    },
  );

  it('awaitAuthorization: leaves out the reason of AWS, whose link expired before the link that the person has', () => {
    const observed = observedAs(repository, 'FAILED', { reasons: ['Authorization timed out'] });
    const { report } = decideResource(repository, {
      others,
      observed,
      record: { ...unapplied, request: told },
    });
    expect(report).toMatchObject({ state: 'awaiting-authorization', reasons: [] });
  });

  it('makes Gateloop ask the owner if nobody was asked', () => {
    expect(decideWithStatus('FAILED', { operation: creating }).result.requests).toHaveLength(1);
  });

  it('is recognized by the open request alone if the ledger has no operation', () => {
    const { operation, report } = decideWithStatus('FAILED', { request: told });
    expect(operation).toBeUndefined();
    expect(report?.state).toBe('awaiting-authorization');
  });

  it('is a failure if the configuration needs no consent any more: the target is updated', () => {
    const open = target('payments/repository');
    const { operation, record } = decideResource(open, {
      observed: observedAs(open, 'FAILED', { config: {} }),
      record: { ...unapplied, operation: creating, request: told },
    });
    expect(operation).toBe('update');
    expect(record?.request).toBeUndefined();
  });
});

it.each<[string, Status, Partial<ResourceRecord>]>([
  ['create', 'CREATE_PENDING_AUTH', {}],
  ['update', 'UPDATE_PENDING_AUTH', {}],
  ['sync', 'SYNCHRONIZE_PENDING_AUTH', {}],
  ['create', 'FAILED', { operation: creating }],
  ['update', 'FAILED', { operation: creating, applied: { fingerprint: 'old', updatedAt: 0 } }],
])('decide: requests consent to the %s of a target in %s', (reason, status, record) => {
  const fingerprint = fingerprintFor(repository);
  expect(decideWithStatus(status, record).result.requests).toEqual([
    { address: repository.address, kind: 'authorization', fingerprint, reason },
  ]);
});

describe('settle: an open request', () => {
  it('is dropped when the target is READY', () => {
    const { record } = decideWithStatus('READY', { operation: creating, request: told });
    expect(record?.operation).toBeUndefined();
    expect(record?.request).toBeUndefined();
  });

  it('is dropped when a READY target has no open operation', () => {
    const { record } = decideResource(repository, {
      others,
      observed: observedAs(repository, 'READY'),
      record: appliedRecord(repository, { request: told }),
    });
    expect(record?.request).toBeUndefined();
  });

  it('is kept while a list is older than the operation', () => {
    const operation = { ...creating, startedAt: NOW - 1000, updatedAt: NOW - 1000 };
    expect(decideWithStatus('READY', { operation, request: told }).record?.request).toEqual(told);
  });

  it('is dropped when the target leaves the manifest', () => {
    const { record } = decideResource(repository, {
      others,
      inManifest: false,
      observed: observedAs(repository, 'CREATE_PENDING_AUTH'),
      record: { ...unapplied, request: told },
    });
    expect(record?.request).toBeUndefined();
  });
});

it('planResource: asks a person before it starts a sync that needs consent', () => {
  const { result } = decideResource(repository, {
    others,
    observed: observedAs(repository, 'SYNCHRONIZE_UNSUCCESSFUL'),
    record: appliedRecord(repository, { state: 'failed' }),
  });
  expect(result).toMatchObject({ syncs: [], operations: [], requests: [{ kind: 'authorization' }] });
});

it('settle: marks an operation that awaited consent, so that its latency is not recorded', () => {
  const { awaitedConsent: _awaitedConsent, ...started } = creating;
  expect(
    decideWithStatus('CREATE_PENDING_AUTH', { operation: started }).record?.operation?.awaitedConsent,
  ).toBe(true);
});

describe('consentGate: scheduled synchronization', () => {
  const HOUR = 3_600_000;
  const issues = consentTarget('payments/issues');
  const fingerprint = fingerprintFor(issues);

  const openRequest: OpenRequest = {
    id: 'r',
    kind: 'authorization',
    reason: 'sync',
    fingerprint,
    askedAt: NOW - HOUR,
    notifiedAt: NOW - HOUR,
  };
  const attempts: RetryState = {
    fingerprint,
    count: 1,
    firstAt: NOW - 2 * HOUR,
    nextAt: NOW - 2 * HOUR,
    deferrals: 0,
    reasons: ['The MCP server does not answer.'],
  };

  /** A ready target that is synchronized every two hours, and was last synchronized `ago` ms ago. */
  function decideSyncedAgo(ago: number, record: { request?: OpenRequest; retry?: RetryState } = {}) {
    return decideResource(issues, {
      others: [provider()],
      observed: observedAs(issues, 'READY', { lastSynchronizedAt: NOW - ago }),
      record: appliedRecord(issues, record),
      settings: { resync: 7200 },
    });
  }

  describe('requestResyncConsent: a scheduled synchronization', () => {
    it('is requested when it is due and not before, and the target stays ready', () => {
      expect(decideSyncedAgo(2 * HOUR - 1).result.requests).toEqual([]);
      const { result, report } = decideSyncedAgo(2 * HOUR);
      expect(result.requests).toMatchObject([{ kind: 'authorization', reason: 'sync', fingerprint }]);
      expect(result.syncs).toEqual([]);
      expect(report).toMatchObject({ state: 'ready' });
      expect(report?.reasons.join()).toContain('needs the consent of a person');
    });

    it('is requested once, and never starts without a click', () => {
      const { result, report, record } = decideSyncedAgo(100 * HOUR, { request: openRequest });
      expect(result).toMatchObject({ next: 'settled', requests: [], syncs: [] });
      expect(report?.reasons.join()).toContain('needs the consent of a person');
      expect(record?.request).toEqual(openRequest);
    });

    it('is requested again if the message could not be delivered', () => {
      const { notifiedAt: _notifiedAt, ...undelivered } = openRequest;
      expect(decideSyncedAgo(9 * HOUR, { request: undelivered }).result.requests).toHaveLength(1);
    });

    it('starts when the person clicks, with the previous lastSynchronizedAt as its baseline', () => {
      const { result, report } = decideSyncedAgo(9 * HOUR, {
        request: { ...openRequest, clickedAt: NOW - 1000 },
      });
      expect(result.syncs).toMatchObject([{ operation: 'sync', baseline: NOW - 9 * HOUR }]);
      expect(report?.state).toBe('ready');
    });

    it('starts at a click despite an earlier failure, and a later failure leaves the target ready with the reason', () => {
      const clickedAt = NOW - 10_000;
      const before = { request: { ...openRequest, clickedAt }, retry: { ...attempts, nextAt: NOW + HOUR } };
      expect(decideSyncedAgo(9 * HOUR, before).operation).toBe('sync');
      const since = { ...attempts, firstAt: NOW - 5000, nextAt: NOW + 5000 };
      const failed = decideSyncedAgo(9 * HOUR, { request: { ...openRequest, clickedAt }, retry: since });
      expect(failed.operation).toBeUndefined();
      expect(failed.report).toMatchObject({ state: 'ready', reasons: ['The MCP server does not answer.'] });
    });

    it('does not start if the click is older than five minutes', () => {
      const { operation } = decideSyncedAgo(9 * HOUR, {
        request: { ...openRequest, clickedAt: NOW - 300_000 },
      });
      expect(operation).toBeUndefined();
    });

    it.each(['refused', 'expired'] as const)(
      'that was %s is requested again after a whole interval',
      (closed) => {
        const no = (ago: number) => ({ request: { ...openRequest, closed, closedAt: NOW - ago } });
        const early = decideSyncedAgo(100 * HOUR, no(2 * HOUR - 1));
        expect(early.result).toMatchObject({ next: 'settled', requests: [] });
        expect(early.report).toMatchObject({ state: 'ready', reasons: [] });
        const later = decideSyncedAgo(100 * HOUR, no(2 * HOUR));
        expect(later.result.requests).toHaveLength(1);
        // It is a new request with a new link; the closed one is dropped.
        expect(later.record?.request).toBeUndefined();
      },
    );

    it('that failed after consent is requested again after a whole interval', () => {
      const early = decideSyncedAgo(9 * HOUR, { retry: { ...attempts, nextAt: NOW - 2 * HOUR + 1 } });
      expect(early.result.requests).toEqual([]);
      expect(early.report?.reasons).toEqual(['The MCP server does not answer.']);
      expect(decideSyncedAgo(9 * HOUR, { retry: attempts }).result.requests).toHaveLength(1);
    });

    it('is not requested any more if the schedule was removed or extended', () => {
      const withResync = (resync: number | 'never', request: OpenRequest) =>
        decideResource(issues, {
          others: [provider()],
          observed: observedAs(issues, 'READY', { lastSynchronizedAt: NOW - 3 * HOUR }),
          record: appliedRecord(issues, { request }),
          settings: { resync },
        }).record?.request;
      expect(withResync('never', openRequest)).toBeUndefined();
      expect(withResync(4 * 3600, openRequest)).toBeUndefined();
      expect(withResync(3 * 3600, openRequest)).toEqual(openRequest);
      const no = { ...openRequest, closed: 'refused' as const, closedAt: NOW - 1000 };
      expect(withResync(4 * 3600, no)).toEqual(no);
    });

    it('is not requested any more after another synchronization', () => {
      const { result, record } = decideResource(issues, {
        others: [provider()],
        observed: observedAs(issues, 'READY', { lastSynchronizedAt: NOW - 1000 }),
        record: appliedRecord(issues, { request: openRequest }),
        settings: { resync: 7200 },
      });
      expect(result.requests).toEqual([]);
      expect(record?.request).toBeUndefined();
    });
  });

  it.each([
    ['refused', 'A person refused consent.'],
    ['expired', 'Nobody gave consent in time.'],
  ] as const)(
    'awaitAuthorization: a target is failed after its request for an update was %s',
    (closed, text) => {
      const { result, report } = decideResource(issues, {
        others: [provider()],
        observed: observedAs(issues, 'UPDATE_PENDING_AUTH', { reasons: ['Waits.'] }),
        record: appliedRecord(issues, { request: { ...openRequest, reason: 'update', closed } }),
      });
      expect(result.next).toBe('settled');
      expect(report?.state).toBe('failed');
      expect(report?.reasons).toEqual([
        'Waits.',
        `${text} A changed configuration, or a new request from the page behind the link, asks again.`,
      ]);
    },
  );
});

describe('requestUpdateConsent: an update of a READY target that needs consent', () => {
  const edited = consentTarget('payments/repository', 2);
  const fingerprint = fingerprintFor(edited);
  const updateRequest: OpenRequest = { ...told, fingerprint, reason: 'update' };
  const live = { config: resolvedConfig(repository) };
  const decideEdited = (record: Partial<ResourceRecord> = {}, observed: Partial<ObservedResource> = live) =>
    decideResource(edited, {
      others,
      observed: observedAs(edited, 'READY', observed),
      record: appliedRecord(repository, record),
    });

  it('is asked about first: the target stays as it is until the person clicks', () => {
    const { result, report } = decideEdited();
    expect(result).toMatchObject({
      next: 'act',
      operations: [],
      requests: [{ address: edited.address, kind: 'authorization', fingerprint, reason: 'update' }],
    });
    expect(report?.state).toBe('awaiting-authorization');
    expect(report?.reasons.join()).toContain('begins when they open the link');
    const waiting = decideEdited({ request: updateRequest });
    expect(waiting.result).toMatchObject({ next: 'settled', operations: [], requests: [], reads: [] });
    expect(waiting.report?.state).toBe('awaiting-authorization');
  });

  it('starts when the person clicks, and counts earlier failures no more', () => {
    const clicked = { ...updateRequest, clickedAt: NOW - 1000 };
    expect(decideEdited({ request: clicked }).operation).toBe('update');
    const retry: RetryState = failedAttempts(fingerprint, 7, { nextAt: NOW + 1000 });
    expect(decideEdited({ request: clicked, retry }).operation).toBe('update');
    const left = { ...updateRequest, clickedAt: NOW - 300_000 };
    expect(decideEdited({ request: left }).operation).toBeUndefined();
  });

  it.each(['refused', 'expired'] as const)(
    'is not made after the request was %s: the target serves as before, and nobody is asked again',
    (closed) => {
      const { result, report } = decideEdited({ request: { ...updateRequest, closed, closedAt: NOW } });
      expect(result).toMatchObject({ next: 'settled', operations: [], requests: [] });
      expect(report?.state).toBe('refused');
      expect(report?.reasons.join()).toContain('keeps its present configuration');
    },
  );

  it('is asked about anew when the configuration changes again', () => {
    const other = { ...updateRequest, fingerprint: 'another', closed: 'refused' as const };
    expect(decideEdited({ request: other }).result.requests).toHaveLength(1);
    // A synchronization is another question than an update.
    const sync = { ...updateRequest, reason: 'sync' as const };
    expect(decideEdited({ request: sync }).result.requests).toHaveLength(1);
  });

  it('is withdrawn when the manifest says again what the target has', () => {
    const { result, record } = decideResource(repository, {
      others,
      observed: observedAs(repository, 'READY'),
      record: appliedRecord(repository, { request: updateRequest }),
    });
    expect(result).toMatchObject({ next: 'settled', operations: [], requests: [] });
    expect(record?.request).toBeUndefined();
  });

  it('is not asked about before the configuration was read, since a lost call may have made it', () => {
    expect(decideEdited({}, {}).result.reads).toEqual([edited.address]);
    const made = decideEdited({}, { config: resolvedConfig(edited), updatedAt: NOW - 1000 });
    expect(made.result).toMatchObject({ operations: [], requests: [] });
    expect(made.report?.state).toBe('ready');
  });

  it('is asked about after the backoff of an update that failed after a consent, seven times at most', () => {
    const resultAfter = (count: number, nextAt: number) =>
      decideEdited({ retry: failedAttempts(fingerprint, count, { nextAt }) }).result;
    expect(resultAfter(1, NOW + 15_000)).toMatchObject({ next: 'wait', requests: [], operations: [] });
    expect(resultAfter(1, NOW).requests).toHaveLength(1);
    expect(resultAfter(7, NOW)).toMatchObject({ next: 'settled', requests: [], operations: [] });
  });
});

describe('requestUpdateConsent: selfHeal of a target that needs consent', () => {
  const difference = { path: 'description', change: 'added' as const };
  const drift = { updatedAt: NOW - 3_600_000, differences: [difference], cause: 'foreign' as const };
  const healed = (request?: OpenRequest) =>
    decideResource(repository, {
      others,
      settings: { selfHeal: true },
      observed: observedAs(repository, 'READY', { config: resolvedConfig(repository) }),
      record: appliedRecord(repository, { drift, state: 'drifted', ...(request && { request }) }),
    });
  const healRequest: OpenRequest = {
    ...told,
    fingerprint: fingerprintFor(repository),
    reason: 'update',
  };

  it('asks first and starts at the click', () => {
    expect(healed().result).toMatchObject({ operations: [], requests: [{ reason: 'update' }] });
    expect(healed(healRequest).operation).toBeUndefined();
    expect(healed({ ...healRequest, clickedAt: NOW - 1000 }).operation).toBe('update');
  });

  it('leaves the target drifted after a no', () => {
    const { result, report } = healed({ ...healRequest, closed: 'refused', closedAt: NOW });
    expect(result).toMatchObject({ next: 'settled', operations: [], requests: [] });
    expect(report?.state).toBe('drifted');
  });
});

it('planAction: an update that needs no consent any more, and one of static tools, asks nobody', () => {
  const open = target('payments/repository', 2);
  const { operation, result } = decideResource(open, {
    observed: observedAs(open, 'READY'),
    record: appliedRecord(repository),
  });
  expect({ operation, requests: result.requests }).toEqual({ operation: 'update', requests: [] });
});
