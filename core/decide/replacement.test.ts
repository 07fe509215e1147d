import { describe, expect, it } from 'vitest';
import type { Status } from '../status.ts';
import type { Attempts, Memory, OpenRequest } from './memory.ts';
import { replacementReason } from './replacement.ts';
import { decideAbout } from './testing/decided.ts';
import { appliedMemory, consentTarget, fingerprintFor, NOW, observedAs, provider } from './testing/worlds.ts';

const repository = consentTarget('payments/repository');
const fingerprint = fingerprintFor(repository);
const { applied: _, ...neverReady } = appliedMemory(repository, { generation: 1 });
const served = appliedMemory(repository, { generation: 1 });

const attempts: Attempts = {
  fingerprint,
  count: 2,
  firstAt: NOW - 60_000,
  nextAt: NOW - 60_000,
  deferrals: 0,
  escalation: 'replace',
  reasons: ['ValidationException: not in this status'],
};
/** The service has refused to update the target in its state. */
const refused = { state: 'awaiting-authorization', attempts } as const;
const request: OpenRequest = {
  id: 'r',
  kind: 'authorization',
  askedAt: NOW - 9_000_000,
  toldAt: NOW - 9_000_000,
  fingerprint,
};
const clicked = { ...request, clickedAt: NOW - 1000 };
const agreed = { ...clicked, mayReplace: true as const };

function about(status: Status, memory: Memory, open?: OpenRequest, more: Partial<Attempts> = {}) {
  return decideAbout(repository, {
    others: [provider()],
    observed: observedAs(repository, status),
    memory: {
      ...memory,
      ...refused,
      attempts: { ...attempts, ...more },
      ...(open && { request: open }),
    },
  });
}

describe.each(['UPDATE_PENDING_AUTH', 'UPDATE_UNSUCCESSFUL', 'FAILED'] as const)(
  'a target in %s that may still serve, and that the service will not update',
  (status) => {
    it('is deleted by nobody but a person: they are asked, and told what it takes', () => {
      const unasked = about(status, served);
      expect(unasked.operation).toBeUndefined();
      expect(unasked.decision.requests).toMatchObject([{ kind: 'authorization', fingerprint }]);
      const waiting = about(status, served, request);
      expect(waiting.decision).toMatchObject({ next: 'settled', operations: [], requests: [] });
      expect(waiting.report?.state).toBe('awaiting-authorization');
      expect(waiting.report?.reasons).toEqual([replacementReason]);
    });

    it('is updated once more for who clicked without being told', () => {
      expect(about(status, served, clicked).operation).toBe('update');
    });

    it('is deleted at once for who was told and wants it, however often it has failed before', () => {
      const { operation, memory } = about(status, served, agreed);
      expect(operation).toBe('delete');
      expect(memory?.applied).toBeUndefined();
      const many = { count: 7, nextAt: NOW + 9_000_000, deferrals: 3 };
      expect(about(status, served, agreed, many).operation).toBe('delete');
    });

    it('is not deleted for who has left since', () => {
      const left = { ...agreed, clickedAt: NOW - 300_000 };
      expect(about(status, served, left).operation).toBeUndefined();
    });
  },
);

it('is asked about at once where the refusal comes without anybody waiting', () => {
  const { operation, decision, report } = decideAbout(repository, {
    others: [provider()],
    observed: observedAs(repository, 'UPDATE_UNSUCCESSFUL'),
    memory: { ...served, ...refused, state: 'failed' },
  });
  expect(operation).toBeUndefined();
  expect(decision.requests).toHaveLength(1);
  expect(report).toMatchObject({
    state: 'awaiting-authorization',
    reasons: ['ValidationException: not in this status', replacementReason],
  });
});

it('is not spoken of where the service has only refused a synchronisation', () => {
  const asked = about('SYNCHRONIZE_UNSUCCESSFUL', served, request, { escalation: 'update' });
  expect(asked.report).toMatchObject({ state: 'awaiting-authorization', reasons: [] });
});

it('is not forgotten where the refusal came in the very moment of the click', () => {
  const { operation } = about('UPDATE_PENDING_AUTH', served, clicked, { firstAt: clicked.clickedAt });
  expect(operation).toBeUndefined();
});

it('costs no second click where the target was never ready', () => {
  const { operation } = decideAbout(repository, {
    others: [provider()],
    observed: observedAs(repository, 'CREATE_PENDING_AUTH'),
    memory: {
      ...neverReady,
      ...refused,
      request: { ...request, clickedAt: NOW - 61_000 },
    },
  });
  expect(operation).toBe('delete');
});

it('takes a target that Gateloop did not make for one that may serve', () => {
  const { generation: _generation, ...found } = neverReady;
  const { operation } = decideAbout(repository, {
    others: [provider()],
    observed: observedAs(repository, 'UPDATE_PENDING_AUTH'),
    memory: { ...found, ...refused, request: { ...request, clickedAt: NOW - 61_000 } },
  });
  expect(operation).toBeUndefined();
});

it('goes on with the replacement, in a second click as in the first, once the target is made again', () => {
  const { operation } = decideAbout(repository, {
    others: [provider()],
    memory: { ...neverReady, ...refused, state: 'in-progress', request: agreed },
  });
  expect(operation).toBe('create');
});
