import { describe, expect, it } from 'vitest';
import { logKeys } from './logKeys.ts';

describe('the keys of a log line', () => {
  it('are those of the turn that a step works on', () => {
    expect(logKeys({ state: { workspace: 'payments', leaseHolder: 'first' }, now: 'x' })).toEqual({
      workspace: 'payments',
      execution: 'first',
    });
  });

  it('name the execution itself where no turn was taken yet', () => {
    expect(logKeys({ previous: {}, input: { workspace: 'payments' }, execution: 'first' })).toEqual({
      workspace: 'payments',
      execution: 'first',
    });
  });

  it('name a request by its reference, and never take a task token along', () => {
    expect(logKeys({ action: 'storeTaskToken', reference: 'r', taskToken: 'secret' })).toEqual({
      reference: 'r',
    });
  });

  it.each([null, 'text', 7])('are none of an event that is no mapping: %j', (event) => {
    expect(logKeys(event)).toEqual({});
  });
});
