import { describe, expect, it } from 'vitest';
import type { Address } from '../../core/address.ts';
import type { ReconcileState } from '../runtime/reconcileState.ts';
import { boundState, Unread, writeUnread } from './boundState.ts';

/** A state holds 256 KB. */
const MAX_STATE = 256 * 1024;
const name = (text: string, length: number) => `${text}${'x'.repeat(length)}`.slice(0, length);
const targetAt = (gateway: number, target: number): Address =>
  `gatewayTarget/${name(`g${gateway}-`, 48)}/${name(`t${target}-`, 100)}`;

const empty: ReconcileState = {
  workspace: name('payments', 63),
  leaseHolder: name('arn', 150),
  iteration: 1,
  revision: name('revision', 90),
  next: 'ask',
  requeueAfterSeconds: 30,
  operations: [],
  syncs: [],
  requests: [],
  toolReads: [],
};

describe('boundState', () => {
  it('boundState: a thousand approvals at once, with everything else that is planned, fit into a state with their references', () => {
    const each = Array.from({ length: 1000 }, (_, index) => targetAt(0, index));
    const tags = Object.fromEntries(
      Array.from({ length: 50 }, (_, tag) => [name(`k${tag}`, 128), name('v', 256)]),
    );
    const fingerprint = name('f', 64);
    const unread = new Set(
      Array.from({ length: 1000 }, (_, index): Address => `gateway/${name(`g${index}-`, 48)}`),
    );
    const state = boundState({
      ...empty,
      requests: each.map((address) => ({ address, kind: 'approval', fingerprint, reason: 'update' })),
      operations: each.map((address) => ({
        ...{ address, operation: 'update', fingerprint, configuration: fingerprint, wantedTags: tags },
        tags: { set: tags, remove: [] },
      })),
      queued: each.map((address) => ({
        ...{ address, operation: 'create', fingerprint, configuration: fingerprint, parentId: name('g', 60) },
      })),
      syncs: each.map((address) => ({ address, operation: 'sync', fingerprint })),
      unread: writeUnread(unread),
    });
    const opened = state.requests.map(() => ({ reference: name('r', 64), workspace: empty.workspace }));
    const text = JSON.stringify({ ...state, opened: { requests: opened } });
    expect(Buffer.byteLength(text)).toBeLessThan(MAX_STATE);
    expect(state.requests.length).toBeGreaterThan(100);
    expect(state.operations.length).toBeGreaterThan(0);
    expect(state.queued?.length).toBeGreaterThan(80);
    // The rest is planned again at once.
    expect(state.requeueAfterSeconds).toBe(1);
  });

  it('boundState: leaves what fits as it is', () => {
    const state = {
      ...empty,
      syncs: [{ address: targetAt(0, 0), operation: 'sync' as const, fingerprint: 'f' }],
    };
    expect(boundState(state)).toEqual(state);
  });

  it('boundState: keeps the first item of a list, however large it is', () => {
    const keepLive = [name('k', 200_000)];
    const operation = { address: targetAt(0, 0), operation: 'update' as const, fingerprint: 'f', keepLive };
    expect(boundState({ ...empty, operations: [operation, operation] }).operations).toEqual([operation]);
  });
});

describe('writeUnread', () => {
  it('writeUnread: the next poll reads the same resources, and no other', () => {
    const few = [targetAt(1, 1), targetAt(1, 2)];
    const many = Array.from({ length: 100 }, (_, index) => targetAt(2, index));
    const entries = writeUnread(new Set<Address>(['gateway/front', ...few, ...many]));
    expect(entries).toHaveLength(4);
    const unread = new Unread(entries);
    for (const address of ['gateway/front' as const, ...few, ...many]) expect(unread.has(address)).toBe(true);
    expect(unread.has(targetAt(1, 3))).toBe(false);
    expect(unread.has('gateway/other')).toBe(false);
    expect(unread.has(`gateway/${name('g2-', 48)}`)).toBe(false);
  });

  it('writeUnread: a hundred thousand targets of a thousand gateways fit, and every gateway is listed', () => {
    const gateways = Array.from({ length: 1000 }, (_, gateway) => gateway);
    const all = gateways.flatMap((gateway) => [0, 1, 2, 3].map((target) => targetAt(gateway, target)));
    const unread = new Unread(writeUnread(new Set(all)));
    expect(all.every((address) => unread.has(address))).toBe(true);
  });
});
