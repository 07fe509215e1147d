import { describe, expect, it } from 'vitest';
import type { Address } from '../address.ts';
import type { JsonObject } from '../json.ts';
import { decide } from './decide.ts';
import { readRetryTime } from './limits.ts';
import type { ReadFailure, ReconcileInput } from './plan.ts';
import { catalog } from './testing/catalog.ts';
import { appliedRecord, gateway, NOW, observedAs, reconcileInput, target } from './testing/inputs.ts';

const payments = gateway();
const good = target('payments/good');
const bad = target('payments/bad');
const all = [payments, good, bad];
const BAD: Address = bad.address;
const THROTTLED: ReadFailure = { reason: 'ThrottlingException: Rate exceeded', transient: true };
const DENIED: ReadFailure = { reason: 'AccessDeniedException: not authorized', transient: false };

/** A workspace whose targets are ready with an earlier configuration. */
function outdated(change: Partial<ReconcileInput> = {}): ReconcileInput {
  const before = [payments, target('payments/good', 0), target('payments/bad', 0)];
  return {
    ...reconcileInput({
      resources: all,
      observed: before.map((each) => observedAs(each, 'READY')),
      recorded: before.map((each) => appliedRecord(each)),
      settings: { prune: true },
    }),
    ...change,
  };
}

const callsOf = ({ operations }: ReturnType<typeof decide>) =>
  operations.map(({ operation, address }) => `${operation} ${address}`);
const reportOf = ({ resources }: ReturnType<typeof decide>, address = BAD) =>
  resources.find((each) => each.address === address);
const recordOf = ({ upserts }: ReturnType<typeof decide>, address = BAD) =>
  upserts.find((each) => each.address === address);

describe('set aside: a resource with errors in the upload', () => {
  const faulty = [{ address: BAD, reasons: ['manifest.yaml:9:5: error: Expected a URL.'] }];
  const input = outdated();
  const withFaulty = (change: Partial<ReconcileInput> = {}) =>
    outdated({ desired: { ...input.desired, resources: [payments, good], faulty }, ...change });

  it('is refused with its errors and stays as it is, while the others are updated', () => {
    const result = decide(withFaulty(), catalog);
    expect(callsOf(result)).toEqual([`update ${good.address}`]);
    expect(reportOf(result)).toMatchObject({ state: 'refused', reasons: faulty[0]?.reasons });
    expect(recordOf(result)).toMatchObject({
      id: 'payments/bad',
      applied: expect.anything(),
      lastGood: expect.anything(),
    });
    expect([result.deletes, result.releases]).toEqual([[], []]);
  });

  it('is not taken over when the ledger does not know it, though a resource of its name exists', () => {
    const { [BAD]: _, ...recorded } = Object.fromEntries(input.recorded);
    const records = new Map(Object.values(recorded).map((record) => [record.address, record]));
    const result = decide(withFaulty({ recorded: records }), catalog);
    expect(reportOf(result)?.state).toBe('refused');
    expect(recordOf(result)).not.toHaveProperty('id');
  });

  it('lets its targets go on where it is a gateway that serves, and holds them back where it does not exist', () => {
    const desired = {
      ...input.desired,
      resources: [good],
      faulty: [{ address: payments.address, reasons: ['No.'] }],
    };
    expect(callsOf(decide(outdated({ desired }), catalog))).toContain(`update ${good.address}`);
    const nothing = decide(outdated({ desired, observed: new Map(), recorded: new Map() }), catalog);
    expect(callsOf(nothing)).toEqual([]);
    expect(reportOf(nothing, good.address)).toMatchObject({
      state: 'failed',
      reasons: ['Waits for gateway/payments, which is refused.'],
    });
    expect(nothing.next).toBe('settled');
  });
});

describe('set aside: a resource that could not be read', () => {
  const observedWithout = (...addresses: Address[]) =>
    new Map([...outdated().observed].filter(([address]) => !addresses.includes(address)));
  const unreadBad = (failure: ReadFailure, change: Partial<ReconcileInput> = {}) =>
    outdated({ observed: observedWithout(BAD), failedReads: new Map([[BAD, failure]]), ...change });

  it('is neither created nor forgotten, while the others are updated', () => {
    const result = decide(unreadBad(THROTTLED), catalog);
    expect(callsOf(result)).toEqual([`update ${good.address}`]);
    expect(reportOf(result)).toMatchObject({
      state: 'in-progress',
      reasons: ['It could not be read (ThrottlingException: Rate exceeded). Gateloop reads it again.'],
    });
    const { state: _, reasons: __, since: ___, ...known } = appliedRecord(target('payments/bad', 0));
    expect(recordOf(result)).toMatchObject({ ...known, unreadSince: NOW });
  });

  it('is read again at growing distances for ten minutes, and is failed then', () => {
    const record = { ...appliedRecord(bad), state: 'in-progress' as const };
    const unreadFor = (elapsed: number) =>
      decide(
        unreadBad(THROTTLED, {
          recorded: new Map([
            ...[payments, good].map((each) => [each.address, appliedRecord(each)] as const),
            [BAD, { ...record, unreadSince: NOW - elapsed }],
          ]),
          observed: new Map([payments, good].map((each) => [each.address, observedAs(each, 'READY')])),
        }),
        catalog,
      );
    const delays = [0, 4000, 60_000].map((elapsed) => unreadFor(elapsed).requeueAfterSeconds);
    expect(delays).toEqual([1, 4, 30]);
    const last = unreadFor(readRetryTime);
    expect(last.next).toBe('settled');
    expect(reportOf(last)).toMatchObject({
      state: 'failed',
      reasons: [expect.stringContaining('next pass')],
    });
  });

  it('is failed at once with a remedy when the same read cannot succeed later', () => {
    const result = decide(unreadBad(DENIED), catalog);
    expect(reportOf(result)).toMatchObject({
      state: 'failed',
      reasons: [expect.stringMatching(/AccessDeniedException.*role of the function poll/)],
    });
  });

  it('keeps its targets as they are where it is a gateway', () => {
    const failedReads = new Map(all.map(({ address }) => [address, THROTTLED]));
    const result = decide(outdated({ observed: new Map(), failedReads }), catalog);
    expect(callsOf(result)).toEqual([]);
    expect(recordOf(result)).toMatchObject({ id: 'payments/bad', outputs: expect.anything() });
  });

  it('is not deleted when it has left the manifest', () => {
    const { desired } = outdated();
    const result = decide(
      unreadBad(THROTTLED, { desired: { ...desired, resources: [payments, good] } }),
      catalog,
    );
    expect(callsOf(result)).toEqual([`update ${good.address}`]);
    expect(result.deletes).toEqual([]);
  });

  it('is as ever once it can be read again', () => {
    const recorded = new Map(outdated().recorded);
    recorded.set(BAD, { ...appliedRecord(target('payments/bad', 0)), unreadSince: NOW - 5000 });
    const result = decide(outdated({ recorded }), catalog);
    expect(callsOf(result)).toContain(`update ${BAD}`);
    expect(recordOf(result)).not.toHaveProperty('unreadSince');
  });
});

describe('set aside: a resource whose comparison fails by a defect of Gateloop', () => {
  it('is failed and left as it is, quotes nothing of what it holds, and does not stop the others', () => {
    const error = new TypeError('Cannot read "swordfish"');
    const config: JsonObject = Object.defineProperty({}, 'targetConfiguration', {
      enumerable: true,
      get: () => {
        throw error;
      },
    });
    const ready = [payments, bad].map((each) =>
      observedAs(each, 'READY', { updatedAt: NOW, config: each.config }),
    );
    const observed = new Map([...outdated().observed, ...ready.map((each) => [each.address, each] as const)]);
    observed.set(BAD, observedAs(bad, 'READY', { updatedAt: NOW, config }));
    const recorded = new Map(outdated().recorded).set(BAD, appliedRecord(bad));
    const result = decide(outdated({ observed, recorded }), catalog);
    expect(callsOf(result)).toEqual([`update ${good.address}`]);
    expect(reportOf(result)).toMatchObject({
      state: 'failed',
      reasons: [expect.stringContaining('(TypeError)')],
    });
    expect(JSON.stringify(result.resources)).not.toContain('swordfish');
    expect(result.plans.find(({ address }) => address === BAD)?.defect).toBe(error);
    expect(recordOf(result)).toMatchObject({ id: 'payments/bad', applied: recorded.get(BAD)?.applied });
  });
});
