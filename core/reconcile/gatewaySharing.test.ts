import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, addressOf } from '../address.ts';
import {
  claimNames,
  type GatewaySharing,
  guestsOf,
  keepNames,
  keepSlots,
  shareDenial,
  shareWith,
  slotLifetime,
  takeOverNames,
  takeSlots,
  unshared,
} from './gatewaySharing.ts';

const NOW = Date.UTC(2026, 0, 1);
const target = (name: string): Address => addressOf('gatewayTarget', `front/${name}`);
const shared = shareWith(unshared, 'platform', ['billing'], false);

describe('slots of a shared gateway', () => {
  it('takeSlots: grants what the window has free, in order, and one that is held already once', () => {
    const first = takeSlots(shared, 'platform', ['a', 'b', 'c'].map(target), NOW, 5);
    expect(first.granted).toHaveLength(3);
    const second = takeSlots(first.sharing, 'billing', ['d', 'e', 'f'].map(target), NOW, 5);
    expect(second.granted).toEqual(['d', 'e'].map(target));
    expect(takeSlots(second.sharing, 'platform', [target('a')], NOW, 5).granted).toEqual([target('a')]);
    expect(takeSlots(second.sharing, 'billing', [target('a')], NOW, 9).granted).toEqual([]);
  });

  it('takeSlots: takes the place of a workspace that has not kept its slots for half an hour', () => {
    const { sharing } = takeSlots(shared, 'platform', [target('a')], NOW, 1);
    expect(takeSlots(sharing, 'billing', [target('b')], NOW + slotLifetime - 1, 1).granted).toEqual([]);
    const later = takeSlots(sharing, 'billing', [target('b')], NOW + slotLifetime, 1);
    expect(later.granted).toEqual([target('b')]);
    expect(Object.keys(later.sharing.slots)).toEqual([target('b')]);
  });

  it('keepSlots: adds what was begun before, and frees what has ended, of one workspace alone', () => {
    const { sharing } = takeSlots(shared, 'platform', [target('a')], NOW, 5);
    const both = takeSlots(sharing, 'billing', [target('b')], NOW, 5).sharing;
    const kept = keepSlots(both, 'platform', new Set([target('c')]), NOW + 1);
    expect(kept.slots).toEqual({
      [target('c')]: { workspace: 'platform', keptAt: NOW + 1 },
      [target('b')]: { workspace: 'billing', keptAt: NOW },
    });
  });

  it('takeSlots and keepSlots: never more than the limit, and no slot of one workspace is lost through the other', () => {
    const step = fc.record({
      workspace: fc.constantFrom('platform', 'billing', 'search'),
      names: fc.subarray(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']),
      isEnd: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let sharing: GatewaySharing = shared;
        for (const { workspace, names, isEnd } of steps) {
          const own = names.map((name) => target(`${workspace}-${name}`));
          const others = (each: GatewaySharing) =>
            Object.values(each.slots).filter((slot) => slot.workspace !== workspace).length;
          const before = others(sharing);
          const underWay = new Set(own.filter((address) => sharing.slots[address]));
          sharing = isEnd
            ? keepSlots(sharing, workspace, underWay, NOW)
            : takeSlots(sharing, workspace, own, NOW, 5).sharing;
          expect(Object.keys(sharing.slots).length).toBeLessThanOrEqual(5);
          expect(others(sharing)).toBe(before);
        }
      }),
    );
  });
});

describe('names on a shared gateway', () => {
  it('claimNames: a name stays with the workspace that had it first, also one that every object has', () => {
    const first = claimNames(shared, 'platform', ['ledger', 'constructor']);
    const second = claimNames(first, 'billing', ['ledger', 'refunds', 'constructor']);
    expect(second.targets).toEqual({ ledger: 'platform', constructor: 'platform', refunds: 'billing' });
    expect([...guestsOf(second, 'platform')]).toEqual([['billing', ['refunds']]]);
  });

  it('keepNames and takeOverNames: change the names of one workspace alone', () => {
    const both = claimNames(claimNames(shared, 'platform', ['a', 'b']), 'billing', ['c', 'd']);
    expect(keepNames(both, 'billing', new Set(['d'])).targets).toEqual({
      a: 'platform',
      b: 'platform',
      d: 'billing',
    });
    expect(takeOverNames(both, 'billing', 'invoices').targets).toMatchObject({
      a: 'platform',
      c: 'invoices',
    });
    expect(takeOverNames(both, undefined, 'invoices').targets).toEqual(both.targets);
  });
});

describe('shareDenial', () => {
  const withTarget = claimNames(shared, 'billing', ['refunds']);
  it.each<[string, Parameters<typeof shareDenial>, ReturnType<typeof shareDenial>]>([
    ['the owner shares it', ['billing', 'platform', { owner: 'platform' }, shared], undefined],
    ['no workspace has it', ['billing', 'platform', undefined, shared], 'no-owner'],
    ['its owner gave it away', ['billing', 'platform', {}, shared], 'no-owner'],
    ['another workspace has it', ['billing', 'platform', { owner: 'search' }, shared], 'other-owner'],
    ['it is shared with others', ['search', 'platform', { owner: 'platform' }, shared], 'not-shared'],
    ['nothing is known of it', ['billing', 'platform', { owner: 'platform' }, undefined], 'not-shared'],
    [
      'it was shared before',
      ['billing', 'platform', { owner: 'platform' }, shareWith(withTarget, 'platform', [], false)],
      'withdrawn',
    ],
    [
      'it left the manifest of its owner',
      ['billing', 'platform', { owner: 'platform' }, shareWith(withTarget, 'platform', [], true)],
      'leaving',
    ],
    ['only an earlier owner shared it', ['billing', 'search', { owner: 'search' }, shared], 'not-shared'],
  ])('shareDenial: %s', (_, facts, denial) => {
    expect(shareDenial(...facts)).toBe(denial);
  });
});
