import { afterAll, beforeAll, expect, it } from 'vitest';
import { manifestOf, type System, startSystem, toolSchema } from './system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

const FILE = 'shared/orders.json';

function manifest(workspace: string, rollout: object): string {
  const settings = JSON.stringify({ prune: true, rollout });
  return manifestOf(['orders'], { gateway: workspace, settings }).replace('schemas/orders.json', FILE);
}

/** Uploads a version to the followers first, so that only the canary can have them take it. */
function push(names: readonly string[]): void {
  for (const workspace of ['billing', 'search', 'staging']) system.upload(workspace, FILE, toolSchema(names));
}

it('rollout: followers take a shared schema once the canary has it, by its event alone', async () => {
  for (const workspace of ['billing', 'search'])
    system.upload(workspace, 'manifest.yaml', manifest(workspace, { canary: 'staging' }));
  system.upload('staging', 'manifest.yaml', manifest('staging', { followers: ['billing', 'search'] }));
  push(['find']);
  await system.settle();
  for (const workspace of ['staging', 'billing', 'search'])
    expect([workspace, system.outcome(workspace).outcome]).toEqual([workspace, 'ready']);

  // Without the canary's upload, the followers wait, and their owners are told why.
  for (const workspace of ['billing', 'search'])
    system.upload(workspace, FILE, toolSchema(['find', 'count']));
  await system.settle();
  expect(system.states('billing')['billing/orders']).toBe('in-progress');
  expect(system.messages('billing').join('\n')).toContain('waits until it is ready in the canary staging');

  system.upload('staging', FILE, toolSchema(['find', 'count']));
  await system.settle();
  for (const workspace of ['staging', 'billing', 'search'])
    expect([workspace, system.outcome(workspace).outcome]).toEqual([workspace, 'ready']);
});
