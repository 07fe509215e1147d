import { beforeEach, describe, expect, it } from 'vitest';
import { ServiceError } from '../../adapters/inMemory/serviceError.ts';
import { recordAlias } from '../../core/authorization/requestSubject.ts';
import { sampleRecordSubject, sampleRequest } from '../../core/authorization/testing/sampleRequest.ts';
import { ReconcileFixture } from '../testing/reconcileFixture.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('requestRecordReviews', () => {
  let fixture: ReconcileFixture;
  let id: { readonly registryId: string; readonly recordId: string };
  beforeEach(async () => {
    fixture = new ReconcileFixture('registries: { tools: {} }');
    await fixture.reconcile();
    id = { registryId: fixture.record('registry/tools')?.id ?? '', recordId: 'Record000001' };
    fixture.records.putRegistry(id.registryId);
  });

  const submit = (status = 'PENDING_APPROVAL', updatedAt = fixture.now) =>
    fixture.records.putRecord({
      ...id,
      name: 'weather',
      recordType: 'CUSTOM',
      descriptors: {},
      version: '1',
      status,
      createdAt: updatedAt,
      updatedAt,
    });
  /** Opens a request about the record, as the event of the registry does. */
  const ask = async (change = {}) => {
    const request = sampleRequest({ subject: sampleRecordSubject, askedAt: fixture.now, ...change });
    fixture.ledger.putRequest(request);
    fixture.ledger.putAlias(recordAlias(id), request.reference);
  };
  /** @returns the reviews that a poll requests so much later */
  const reviewsAfter = async (ms: number, isFull = true) => {
    fixture.now += ms;
    const before = fixture.events.published('Record Review Requested').length;
    await fixture.poll({ isFull });
    return fixture.events
      .published('Record Review Requested')
      .slice(before)
      .map(({ detail }) => detail);
  };
  const review = () => [{ registryId: id.registryId, registryRecordId: id.recordId }];

  it('poll: has a record reviewed that waits for approval, and about which nobody was asked within five minutes', async () => {
    submit();
    expect(await reviewsAfter(5 * MINUTE)).toEqual([]);
    expect(await reviewsAfter(1)).toEqual(review());
  });

  it('poll: has no record reviewed about which a person is asked, or was asked until the request expired', async () => {
    submit();
    await ask();
    expect(await reviewsAfter(HOUR)).toEqual([]);
    await ask({ state: 'expired', closedAt: fixture.now });
    expect(await reviewsAfter(HOUR)).toEqual([]);
  });

  it.each([
    ['open', {}],
    ['closed', { state: 'completed', closedAt: 0 }],
  ])('poll: has a record reviewed that was submitted again after a request that is %s', async (_, change) => {
    await ask('closedAt' in change ? { ...change, closedAt: fixture.now } : change);
    fixture.now += HOUR;
    submit();
    expect(await reviewsAfter(HOUR)).toEqual(review());
  });

  it('poll: has no record reviewed that does not wait for approval', async () => {
    submit('APPROVED');
    expect(await reviewsAfter(HOUR)).toEqual([]);
  });

  it('poll: lists registries in full polls alone', async () => {
    submit();
    const lists = () => fixture.records.script.calls('listPending').length;
    const before = lists();
    expect(await reviewsAfter(HOUR, false)).toEqual([]);
    expect(lists()).toBe(before);
  });

  it('poll: goes on where the registry cannot be read', async () => {
    submit();
    fixture.records.script.failNext('listPending', new ServiceError('ThrottlingException'));
    expect(await reviewsAfter(HOUR)).toEqual([]);
    expect(await reviewsAfter(1)).toEqual(review());
  });
});
