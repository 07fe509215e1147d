import { expect, it } from 'vitest';
import { isStatus, phases, statusOf } from './status.ts';

it('statusOf: a response without a status, as of a credential provider, is READY', () => {
  expect(statusOf(undefined)).toBe('READY');
});

it('statusOf: an unknown status is UNKNOWN, which counts as in progress', () => {
  expect(phases[statusOf('REBALANCING')]).toBe('moving');
  expect(phases[statusOf('constructor')]).toBe('moving');
});

it('isStatus: recognizes each status by its name', () => {
  expect(Object.keys(phases).every(isStatus)).toBe(true);
  expect(statusOf('SYNCHRONIZE_PENDING_AUTH')).toBe('SYNCHRONIZE_PENDING_AUTH');
});

it('statusOf: what only some kinds call so is the status that other kinds have for it', () => {
  const statuses = ['ACTIVE', 'ERROR', 'SAVING', 'DELETED'].map(statusOf);
  expect(statuses).toEqual(['READY', 'FAILED', 'UPDATING', 'DELETING']);
});
