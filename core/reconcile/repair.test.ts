import { describe, expect, it } from 'vitest';
import type { Status } from '../status.ts';
import type { OpenRequest, ResourceRecord, RetryState } from './ledgerRecord.ts';
import { replacementReason } from './repair.ts';
import { decideResource } from './testing/decideResource.ts';
import {
  appliedRecord,
  consentTarget,
  fingerprintFor,
  gateway,
  NOW,
  observedAs,
  provider,
  target,
} from './testing/inputs.ts';

const repository = consentTarget('payments/repository');
const fingerprint = fingerprintFor(repository);
const { applied: _, ...neverReady } = appliedRecord(repository, { generation: 1 });
const served = appliedRecord(repository, { generation: 1 });

const retry: RetryState = {
  fingerprint,
  count: 2,
  firstAt: NOW - 60_000,
  nextAt: NOW - 60_000,
  deferrals: 0,
  escalation: 'replace',
  reasons: ['ValidationException: not in this status'],
};
/** The service rejected an update of the target for its state. */
const rejectedRecord = { state: 'awaiting-authorization', retry } as const;
const request: OpenRequest = {
  id: 'r',
  kind: 'authorization',
  askedAt: NOW - 9_000_000,
  notifiedAt: NOW - 9_000_000,
  fingerprint,
};
const clicked = { ...request, clickedAt: NOW - 1000 };
const approved = { ...clicked, mayReplace: true as const };

function decideAfterRejection(
  status: Status,
  record: ResourceRecord,
  open?: OpenRequest,
  more: Partial<RetryState> = {},
) {
  return decideResource(repository, {
    others: [provider()],
    observed: observedAs(repository, status),
    record: {
      ...record,
      ...rejectedRecord,
      retry: { ...retry, ...more },
      ...(open && { request: open }),
    },
  });
}

describe.each(['UPDATE_PENDING_AUTH', 'UPDATE_UNSUCCESSFUL', 'FAILED'] as const)(
  'repair: a target in %s that may still serve and whose update the service rejects',
  (status) => {
    it('is not deleted before a person agrees, and the request says so', () => {
      const unasked = decideAfterRejection(status, served);
      expect(unasked.operation).toBeUndefined();
      expect(unasked.result.requests).toMatchObject([{ kind: 'authorization', fingerprint }]);
      const waiting = decideAfterRejection(status, served, request);
      expect(waiting.result).toMatchObject({ next: 'settled', operations: [], requests: [] });
      expect(waiting.report?.state).toBe('awaiting-authorization');
      expect(waiting.report?.reasons).toEqual([replacementReason]);
    });

    it('is updated once more after a click that did not agree to a replacement', () => {
      const { operations } = decideAfterRejection(status, served, clicked).result;
      expect(operations).toMatchObject([{ operation: 'update', repair: true }]);
    });

    it('is deleted immediately after a person agreed, whatever its earlier failures', () => {
      const { operation, record } = decideAfterRejection(status, served, approved);
      expect(operation).toBe('delete');
      expect(record?.applied).toBeUndefined();
      const many = { count: 7, nextAt: NOW + 9_000_000, deferrals: 3 };
      expect(decideAfterRejection(status, served, approved, many).operation).toBe('delete');
    });

    it('is not deleted if the click is older than five minutes', () => {
      const left = { ...approved, clickedAt: NOW - 300_000 };
      expect(decideAfterRejection(status, served, left).operation).toBeUndefined();
    });
  },
);

it('repair: replaces no protected resource, whoever agreed, and tries its update again at a click', () => {
  const named = { ...repository, protect: true as const };
  const decideProtected = (record: Partial<ResourceRecord>) =>
    decideResource(named, {
      others: [provider()],
      observed: observedAs(named, 'FAILED'),
      record: { ...served, ...rejectedRecord, ...record, protect: true },
    });
  expect(decideProtected({ request: approved }).operation).toBe('update');
  const open = target('payments/ledger');
  const { operation, report } = decideResource(
    { ...open, protect: true },
    {
      observed: observedAs(open, 'FAILED', { config: {} }),
      record: appliedRecord(open, {
        state: 'failed',
        retry: { ...retry, fingerprint: fingerprintFor(open) },
      }),
    },
  );
  expect(operation).toBeUndefined();
  expect(report).toMatchObject({
    state: 'failed',
    reasons: ['ValidationException: not in this status', expect.stringContaining('the manifest protects it')],
  });
});

it('repair: requests the replacement immediately if no request is open', () => {
  const { operation, result, report } = decideResource(repository, {
    others: [provider()],
    observed: observedAs(repository, 'UPDATE_UNSUCCESSFUL'),
    record: { ...served, ...rejectedRecord, state: 'failed' },
  });
  expect(operation).toBeUndefined();
  expect(result.requests).toHaveLength(1);
  expect(report).toMatchObject({
    state: 'awaiting-authorization',
    reasons: ['ValidationException: not in this status', replacementReason],
  });
});

it('repair: does not mention a replacement if the service only rejected a sync', () => {
  const result = decideAfterRejection('SYNCHRONIZE_UNSUCCESSFUL', served, request, { escalation: 'update' });
  expect(result.report).toMatchObject({ state: 'awaiting-authorization', reasons: [] });
});

it('repair: keeps a rejection from the time of the click', () => {
  const { operation } = decideAfterRejection('UPDATE_PENDING_AUTH', served, clicked, {
    firstAt: clicked.clickedAt,
  });
  expect(operation).toBeUndefined();
});

it('repair: replaces a target that was never ready without a second click', () => {
  const { operation } = decideResource(repository, {
    others: [provider()],
    observed: observedAs(repository, 'CREATE_PENDING_AUTH'),
    record: {
      ...neverReady,
      ...rejectedRecord,
      request: { ...request, clickedAt: NOW - 61_000 },
    },
  });
  expect(operation).toBe('delete');
});

it('repair: takes a target that Gateloop did not create for one that may serve', () => {
  const { generation: _generation, ...found } = neverReady;
  const { operation } = decideResource(repository, {
    others: [provider()],
    observed: observedAs(repository, 'UPDATE_PENDING_AUTH'),
    record: { ...found, ...rejectedRecord, request: { ...request, clickedAt: NOW - 61_000 } },
  });
  expect(operation).toBeUndefined();
});

it('repair: continues the replacement with a create once the target is deleted', () => {
  const { operation } = decideResource(repository, {
    others: [provider()],
    record: { ...neverReady, ...rejectedRecord, state: 'in-progress', request: approved },
  });
  expect(operation).toBe('create');
});

it('repair: replaces no memory, which holds data, unless its manifest says protect: false', () => {
  const memory = {
    ...gateway('customers'),
    address: 'memory/customers' as const,
    kind: 'memory' as const,
    config: { name: 'customers', eventExpiryDuration: 30 },
  };
  const decided = (named: typeof memory & { readonly protect?: boolean }) =>
    decideResource(named, {
      observed: { ...observedAs(named, 'FAILED'), reasons: ['It broke.'], config: named.config },
      record: {
        ...appliedRecord(named, { generation: 1 }),
        state: 'failed' as const,
        retry: { ...retry, fingerprint: fingerprintFor(named) },
      },
    });
  const { operation, report } = decided(memory);
  expect(operation).toBeUndefined();
  expect(report?.reasons.join(' ')).toMatch(/holds data and is protected.*write "protect: false" beside it/);
  expect(decided({ ...memory, protect: false }).operation).toBe('delete');
});
