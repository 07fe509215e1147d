import { describe, expect, it } from 'vitest';
import { readAuthorizationLink } from '../../core/authorization/linkExpiry.ts';
import { InMemoryControlPlane } from './inMemoryControlPlane.ts';

const NOW = Date.UTC(2026, 0, 1);
const TARGET = 'gatewayTarget/front/tools';

/** A gateway with one target, both READY since `NOW`. The current time is a minute later. */
function openPlane() {
  let now = NOW;
  const plane = new InMemoryControlPlane(() => now);
  const { id: parentId } = plane.put('gateway/front', { tags: { 'gateloop:workspace': 'payments' } });
  const { id } = plane.put(TARGET, { config: { description: 'one' } });
  now += 60_000;
  return { plane, id: { id, parentId }, now };
}

describe('InMemoryControlPlane', () => {
  it('returns an arranged resource with its tags', async () => {
    const { plane, id } = openPlane();
    expect(await plane.get('gatewayTarget', id)).toMatchObject({
      targetId: id.id,
      name: 'tools',
      status: 'READY',
      description: 'one',
      createdAt: NOW,
      updatedAt: NOW,
    });
    const gateway = await plane.get('gateway', { id: id.parentId });
    expect(await plane.tags(String(gateway?.gatewayArn))).toEqual({ 'gateloop:workspace': 'payments' });
  });

  it('put: changes the given members of a resource, keeps the others, and updates its time', async () => {
    const { plane, id, now } = openPlane();
    plane.put(TARGET, { config: { description: 'two' } });
    expect(await plane.get('gatewayTarget', id)).toMatchObject({
      targetId: id.id,
      description: 'two',
      createdAt: NOW,
      updatedAt: now,
    });
  });

  it('settle: fails an operation with reasons, which the next operation clears', async () => {
    const { plane, id } = openPlane();
    await plane.update('gatewayTarget', id, { description: 'two' });
    plane.settle(TARGET, 'UPDATE_UNSUCCESSFUL', { statusReasons: ['no such server'] });
    expect(await plane.get('gatewayTarget', id)).toMatchObject({
      status: 'UPDATE_UNSUCCESSFUL',
      statusReasons: ['no such server'],
    });
    await plane.update('gatewayTarget', id, { description: 'three' });
    expect(await plane.get('gatewayTarget', id)).not.toHaveProperty('statusReasons');
  });

  it('settle: lets an operation wait for a person, rejects changes meanwhile, and ends the operation afterwards', async () => {
    const { plane, id } = openPlane();
    const authorizationUrl = 'https://example.com/authorize?request_uri=one';
    await plane.synchronize(id);
    plane.settle(TARGET, 'SYNCHRONIZE_PENDING_AUTH', {
      authorizationData: { oauth2: { authorizationUrl, userId: 'ada' } },
    });
    const [listed = {}] = await plane.list('gatewayTarget', id.parentId);
    expect(readAuthorizationLink(listed)).toMatchObject({ url: authorizationUrl, userId: 'ada' });
    expect(await plane.update('gatewayTarget', id, {})).toMatchObject({ code: 'ConflictException' });
    plane.settle(TARGET);
    const ready = await plane.get('gatewayTarget', id);
    expect(ready).toMatchObject({ status: 'READY', lastSynchronizedAt: NOW + 60_000 });
    expect(ready).not.toHaveProperty('authorizationData');
  });

  it('settle: keeps a resource whose deletion failed, and removes one whose deletion succeeded', async () => {
    const { plane, id } = openPlane();
    await plane.delete('gatewayTarget', id);
    plane.settle(TARGET, 'FAILED');
    expect(plane.resource(TARGET)?.status).toBe('FAILED');
    await plane.delete('gatewayTarget', id);
    plane.settle(TARGET);
    expect(plane.addresses()).toEqual(['gateway/front']);
  });

  it('settle and remove: throw for a missing resource, or one without a pending operation', () => {
    const { plane } = openPlane();
    expect(() => plane.settle(TARGET)).toThrow('no operation is in progress');
    expect(() => plane.settle('gateway/back')).toThrow('has no gateway/back');
    expect(() => plane.remove('gateway/back')).toThrow('has no gateway/back');
    expect(() => plane.put('gatewayTarget/back/tools')).toThrow('has no gateway/back');
  });
});
