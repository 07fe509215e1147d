import { describe, expect, it } from 'vitest';
import type { Status } from '../status.ts';
import type { OpenRequest, ResourceRecord, RetryState } from './ledgerRecord.ts';
import { replacementReason } from './repair.ts';
import { decideResource } from './testing/decideResource.ts';
import { appliedRecord, consentTarget, fingerprintFor, NOW, observedAs, provider } from './testing/inputs.ts';

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
/** The service has refused to update the target in its state. */
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
  'a target in %s that may still serve, and that the service will not update',
  (status) => {
    it('is deleted by nobody but a person: they are asked, and told what it takes', () => {
      const unasked = decideAfterRejection(status, served);
      expect(unasked.operation).toBeUndefined();
      expect(unasked.result.requests).toMatchObject([{ kind: 'authorization', fingerprint }]);
      const waiting = decideAfterRejection(status, served, request);
      expect(waiting.result).toMatchObject({ next: 'settled', operations: [], requests: [] });
      expect(waiting.report?.state).toBe('awaiting-authorization');
      expect(waiting.report?.reasons).toEqual([replacementReason]);
    });

    it('is updated once more for who clicked without being told', () => {
      expect(decideAfterRejection(status, served, clicked).operation).toBe('update');
    });

    it('is deleted at once for who was told and wants it, however often it has failed before', () => {
      const { operation, record } = decideAfterRejection(status, served, approved);
      expect(operation).toBe('delete');
      expect(record?.applied).toBeUndefined();
      const many = { count: 7, nextAt: NOW + 9_000_000, deferrals: 3 };
      expect(decideAfterRejection(status, served, approved, many).operation).toBe('delete');
    });

    it('is not deleted for who has left since', () => {
      const left = { ...approved, clickedAt: NOW - 300_000 };
      expect(decideAfterRejection(status, served, left).operation).toBeUndefined();
    });
  },
);

it('is asked about at once where the refusal comes without anybody waiting', () => {
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

it('is not spoken of where the service has only refused a synchronisation', () => {
  const asked = decideAfterRejection('SYNCHRONIZE_UNSUCCESSFUL', served, request, { escalation: 'update' });
  expect(asked.report).toMatchObject({ state: 'awaiting-authorization', reasons: [] });
});

it('is not forgotten where the refusal came in the very moment of the click', () => {
  const { operation } = decideAfterRejection('UPDATE_PENDING_AUTH', served, clicked, {
    firstAt: clicked.clickedAt,
  });
  expect(operation).toBeUndefined();
});

it('costs no second click where the target was never ready', () => {
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

it('takes a target that Gateloop did not make for one that may serve', () => {
  const { generation: _generation, ...found } = neverReady;
  const { operation } = decideResource(repository, {
    others: [provider()],
    observed: observedAs(repository, 'UPDATE_PENDING_AUTH'),
    record: { ...found, ...rejectedRecord, request: { ...request, clickedAt: NOW - 61_000 } },
  });
  expect(operation).toBeUndefined();
});

it('goes on with the replacement, in a second click as in the first, once the target is made again', () => {
  const { operation } = decideResource(repository, {
    others: [provider()],
    record: { ...neverReady, ...rejectedRecord, state: 'in-progress', request: approved },
  });
  expect(operation).toBe('create');
});
