import { expect, it } from 'vitest';
import { parentOf, resourceKinds, topLevelKinds } from './resourceKinds.ts';

it('parentOf: returns the gateway of a target, and nothing for other kinds', () => {
  expect(parentOf('gatewayTarget/front/issues')).toBe('gateway/front');
  expect(parentOf('gateway/front')).toBeUndefined();
});

it('topLevelKinds: holds every kind whose resources are no parts of others', () => {
  const { gateway, gatewayTarget, agentRuntime, agentRuntimeEndpoint } = resourceKinds;
  expect(topLevelKinds).toEqual(expect.arrayContaining([gateway, agentRuntime]));
  expect(topLevelKinds).not.toContain(gatewayTarget);
  expect(topLevelKinds).not.toContain(agentRuntimeEndpoint);
});
