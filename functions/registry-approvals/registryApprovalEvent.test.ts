import { describe, expect, it } from 'vitest';
import { parseRegistryApprovalEvent } from './registryApprovalEvent.ts';

const now = '2026-01-01T00:00:00Z';
const NOW = Date.UTC(2026, 0, 1);

/** The event of a changed record as EventBridge passes it on. */
const recordEvent = (detail: unknown) => ({
  action: 'handleEvent',
  now,
  event: { 'detail-type': 'Registry Record Updated', detail },
});

/** The event with which another system decides a request. */
const decisionEvent = (detail: unknown) => ({
  action: 'handleEvent',
  now,
  event: { 'detail-type': 'Authorization Completed', detail },
});

describe('parseRegistryApprovalEvent', () => {
  it('reads the ids of a changed record, and ignores the rest of its event', () => {
    const detail = { registryId: 'Registry0001', registryRecordId: 'Record000001', name: 'issues' };
    expect(parseRegistryApprovalEvent(recordEvent(detail))).toEqual({
      action: 'handleEvent',
      record: { registryId: 'Registry0001', recordId: 'Record000001' },
      now: NOW,
    });
  });

  it.each(['approved', 'refused'] as const)('reads the decision of another system: %s', (outcome) => {
    const detail = { request: 'reference', outcome, by: 'service desk', reason: 'ticket 7' };
    expect(parseRegistryApprovalEvent(decisionEvent(detail))).toEqual({
      action: 'handleEvent',
      decision: { reference: 'reference', outcome, by: 'service desk', reason: 'ticket 7' },
      now: NOW,
    });
  });

  it.each([{}, { by: '', reason: '' }, { by: 7, reason: null }])(
    'reads a decision without a usable name and reason as one that has neither: %j',
    (texts) => {
      const event = decisionEvent({ request: 'reference', outcome: 'refused', ...texts });
      expect(parseRegistryApprovalEvent(event)).toEqual({
        action: 'handleEvent',
        decision: { reference: 'reference', outcome: 'refused' },
        now: NOW,
      });
    },
  );

  it('cuts the name and the reason of a decision at 200 characters', () => {
    const long = { by: 'b'.repeat(201), reason: 'r'.repeat(300) };
    const event = decisionEvent({ request: 'reference', outcome: 'refused', ...long });
    expect(parseRegistryApprovalEvent(event)).toMatchObject({
      decision: { by: 'b'.repeat(200), reason: 'r'.repeat(200) },
    });
  });

  it('reads the reference of a closed request whose decision is to be applied', () => {
    expect(parseRegistryApprovalEvent({ action: 'applyDecision', reference: 'reference', now })).toEqual({
      action: 'applyDecision',
      reference: 'reference',
      now: NOW,
    });
  });

  it.each([
    ['that is no mapping', 'text'],
    ['without a time', { action: 'applyDecision', reference: 'reference' }],
    ['with an unknown action', { ...recordEvent({}), action: 'approve' }],
    ['without an event', { action: 'handleEvent', now }],
    ['without a detail', recordEvent(undefined)],
    [
      'with text that is no id of a record',
      recordEvent({ registryId: 'Registry0001', registryRecordId: 'x'.repeat(5000) }),
    ],
    ['without the id of the registry', recordEvent({ registryRecordId: 'Record000001' })],
    ['without the id of the record', recordEvent({ registryId: 'Registry0001' })],
    ['with an unknown outcome', decisionEvent({ request: 'reference', outcome: 'expired' })],
    ['with a decision about no request', decisionEvent({ outcome: 'approved' })],
    ['without a reference to apply', { action: 'applyDecision', now }],
  ])('refuses an event %s', (_, event) => {
    expect(() => parseRegistryApprovalEvent(event)).toThrow(
      expect.objectContaining({ code: 'InvalidEvent', retryable: false }),
    );
  });
});
