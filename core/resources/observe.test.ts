import { describe, expect, it } from 'vitest';
import { hashId } from '../authorization/hashId.ts';
import { observe, unwrapResponse } from './observe.ts';
import { resourceKinds } from './resourceKinds.ts';

const { gateway, gatewayTarget, harness, agentRuntime, oauth2CredentialProvider } = resourceKinds;

describe('observe', () => {
  it('observe: reads id, status, times and outputs of a response', () => {
    const response = {
      gatewayId: 'g-1',
      gatewayArn: 'arn:g',
      gatewayUrl: 7,
      status: 'CREATING',
      createdAt: 1,
      updatedAt: 2,
    };
    expect(observe(gateway, 'gateway/front', response, false)).toStrictEqual({
      address: 'gateway/front',
      id: 'g-1',
      status: 'CREATING',
      reasons: [],
      updatedAt: 2,
      outputs: { gatewayId: 'g-1', gatewayArn: 'arn:g' },
    });
  });

  it('observe: returns the configuration of a Get only', () => {
    const response = { gatewayId: 'g-1', name: 'front' };
    expect(observe(gateway, 'gateway/front', response, true).config).toEqual(response);
    expect(observe(gateway, 'gateway/front', response, false)).not.toHaveProperty('config');
  });

  it('observe: takes the time of creation where there is no later one, and 0 where there is none', () => {
    expect(observe(gateway, 'gateway/front', { createdAt: 1 }, false).updatedAt).toBe(1);
    expect(observe(gateway, 'gateway/front', {}, false)).toMatchObject({ id: '', updatedAt: 0 });
  });

  it('observe: takes an endpoint for moving until it serves the version that it points to', () => {
    const { agentRuntimeEndpoint } = resourceKinds;
    const at = 'agentRuntimeEndpoint/search/production';
    const statusOf = (liveVersion: string, targetVersion: string, status = 'READY') =>
      observe(agentRuntimeEndpoint, at, { status, liveVersion, targetVersion }, false).status;
    expect(statusOf('1', '2')).toBe('UPDATING');
    expect(statusOf('2', '2')).toBe('READY');
    expect(statusOf('1', '2', 'UPDATE_FAILED')).toBe('UPDATE_FAILED');
  });

  it('observe: takes a resource without a status for ready, and one with a new status for unknown', () => {
    const statusOf = (response: { status?: string }) =>
      observe(oauth2CredentialProvider, 'oauth2CredentialProvider/github', response, false).status;
    expect(statusOf({})).toBe('READY');
    expect(statusOf({ status: 'HIBERNATING' })).toBe('UNKNOWN');
  });

  it('observe: reads one reason or a list of reasons', () => {
    const reasons = (response: { statusReasons?: string[]; failureReason?: string }) => [
      observe(gateway, 'gateway/front', response, false).reasons,
      observe(agentRuntime, 'agentRuntime/a', response, false).reasons,
    ];
    expect(reasons({ statusReasons: ['No role.', 'No key.'], failureReason: 'No image.' })).toEqual([
      ['No role.', 'No key.'],
      ['No image.'],
    ]);
  });

  it('observe: reads the link and the last synchronization of a target', () => {
    const url = 'https://login.example.com/authorize';
    const authorizationData = { oauth2: { authorizationUrl: url, userId: 'u' } };
    const target = { targetId: 't', lastSynchronizedAt: 5, authorizationData };
    expect(observe(gatewayTarget, 'gatewayTarget/front/issues', target, false)).toMatchObject({
      linkSession: hashId(url),
      lastSynchronizedAt: 5,
    });
    const other = { targetId: 't', lastSynchronizedAt: 'never' };
    const observed = observe(gatewayTarget, 'gatewayTarget/front/issues', other, false);
    expect(observed).not.toHaveProperty('linkSession');
    expect(observed).not.toHaveProperty('lastSynchronizedAt');
  });
});

describe('unwrapResponse', () => {
  it('unwrapResponse: returns the wrapped resource of a Get, and an item of a List as it is', () => {
    const item = { harnessId: 'h-1' };
    expect(unwrapResponse(harness, { harness: item })).toBe(item);
    expect(unwrapResponse(harness, item)).toBe(item);
    const wrapper = { harness: item };
    expect(unwrapResponse(gateway, wrapper)).toBe(wrapper);
  });
});
