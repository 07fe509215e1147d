import { expect, it } from 'vitest';
import { KnownWorkspaces } from './knownWorkspaces.ts';

const object = (key: string, change: 'created' | 'deleted' = 'created') =>
  ({ kind: 'object', at: 0, bucket: 'specs', key, change }) as const;

it('KnownWorkspaces: has those of the folder first, then those of earlier starts and of later uploads', async () => {
  const known = new KnownWorkspaces();
  await known.list({ listWorkspaces: async () => ['books', 'payments'] });
  known.onActivity(object('workspaces/orders/manifest.yaml'));
  expect(known.names(['payments'])).toEqual(['payments', 'books', 'orders']);
});

it.each([
  'workspaces/-no name/manifest.yaml',
  'workspaces/shared/manifest.yaml',
  'workspaces/stray.yaml',
  'outcomes/orders.json',
])('KnownWorkspaces: takes no name from %s', (key) => {
  const known = new KnownWorkspaces();
  known.onActivity(object(key));
  expect(known.names([])).toEqual([]);
});
