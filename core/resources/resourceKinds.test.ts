import { expect, it } from 'vitest';
import { parentOf, resourceKinds, topLevelKinds } from './resourceKinds.ts';

it('parentOf: returns the gateway of a target, and nothing for other kinds', () => {
  expect(parentOf('gatewayTarget/front/issues')).toBe('gateway/front');
  expect(parentOf('gateway/front')).toBeUndefined();
});

it('topLevelKinds: holds every kind but targets, which stand in their gateway', () => {
  expect(topLevelKinds.map(({ kind }) => kind)).toEqual(
    Object.keys(resourceKinds).filter((kind) => kind !== 'gatewayTarget'),
  );
});
