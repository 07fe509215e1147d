import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logKeys, measure, metrics } from './observability.ts';

describe('logKeys', () => {
  it('takes the workspace and the lease holder from the state of a reconciliation', () => {
    expect(logKeys({ state: { workspace: 'payments', leaseHolder: 'first' }, now: 'x' })).toEqual({
      workspace: 'payments',
      execution: 'first',
    });
  });

  it('takes the lease holder of the state before, not the execution that continues its work', () => {
    const previous = { workspace: 'payments', leaseHolder: 'first' };
    expect(logKeys({ previous, input: {}, execution: 'second' })).toEqual({
      workspace: 'payments',
      execution: 'first',
    });
  });

  it('takes the execution itself before the first poll', () => {
    expect(logKeys({ previous: {}, input: { workspace: 'payments' }, execution: 'first' })).toEqual({
      workspace: 'payments',
      execution: 'first',
    });
  });

  it('takes the reference of a request, and never its task token', () => {
    expect(logKeys({ action: 'storeTaskToken', reference: 'r', taskToken: 'secret' })).toEqual({
      reference: 'r',
    });
  });

  it.each([null, 'text', 7])('returns no keys for an event that is no mapping: %j', (event) => {
    expect(logKeys(event)).toEqual({});
  });
});

describe('measure', () => {
  beforeEach(() => metrics.clearMetrics());
  afterEach(() => metrics.clearMetrics());

  it('publishes times in seconds and everything else as counts', () => {
    measure([
      { name: 'TimeToReady', value: 60 },
      { name: 'LongestWaitForPerson', value: 90 },
      { name: 'CallsAccepted', value: 2 },
    ]);
    const { _aws, ...values } = metrics.serializeMetrics();
    expect(_aws.CloudWatchMetrics[0]?.Metrics).toEqual([
      { Name: 'TimeToReady', Unit: 'Seconds' },
      { Name: 'LongestWaitForPerson', Unit: 'Seconds' },
      { Name: 'CallsAccepted', Unit: 'Count' },
    ]);
    expect(values).toMatchObject({ TimeToReady: 60, LongestWaitForPerson: 90, CallsAccepted: 2 });
  });
});
