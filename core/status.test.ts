import { expect, it } from 'vitest';
import { isStatus, phases, statusOf } from './status.ts';

it('takes an answer without a status for ready, as a credential provider gives it', () => {
  expect(statusOf(undefined)).toBe('READY');
});

it('takes a status of a later API for one that still moves, since waiting harms nothing', () => {
  expect(phases[statusOf('REBALANCING')]).toBe('moving');
  expect(phases[statusOf('constructor')]).toBe('moving');
});

it('knows each status by its name', () => {
  expect(Object.keys(phases).every(isStatus)).toBe(true);
  expect(statusOf('SYNCHRONIZE_PENDING_AUTH')).toBe('SYNCHRONIZE_PENDING_AUTH');
});
