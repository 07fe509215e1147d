import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Address } from '../core/address.ts';
import { logger } from './runtime/observability.ts';
import { ReconcileFixture } from './testing/reconcileFixture.ts';

const BROWSER: Address = 'browser/research';
const browser = (more = '', name = 'research') =>
  `settings: { prune: true, selfHeal: true }\nbrowsers: { ${name}: { networkConfiguration: { networkMode: PUBLIC }, ${more} } }\n`;

let fixture: ReconcileFixture;
beforeEach(() => {
  vi.spyOn(logger, 'error').mockImplementation(() => {});
  vi.spyOn(logger, 'warn').mockImplementation(() => {});
  fixture = new ReconcileFixture(browser('tags: { team: research }'));
});

const METHODS = ['create', 'update', 'delete', 'changeTags'] as const;
const calls = () => METHODS.map((method) => fixture.controlPlane.script.calls(method).length);

describe('a kind without an update', () => {
  it('poll: deletes a browser whose creation failed, and creates it again until it is ready', async () => {
    await fixture.provision(await fixture.poll());
    const { id } = fixture.controlPlane.resource(BROWSER) ?? {};
    fixture.controlPlane.settle(BROWSER, 'CREATE_FAILED', { failureReason: 'The subnet is full.' });
    for (let turn = 0; turn < 6; turn += 1) {
      fixture.now += 60_000;
      await fixture.reconcile();
    }
    expect(calls()).toEqual([2, 0, 1, 0]);
    expect(fixture.controlPlane.resource(BROWSER)?.id).not.toBe(id);
    expect(fixture.record(BROWSER)).toMatchObject({ state: 'ready', reasons: [] });
  });

  it('poll: changes the tags of a browser, and names the members that stay as they are', async () => {
    await fixture.reconcile();
    fixture.upload(browser('description: new, tags: { team: search }'));
    await fixture.reconcile();
    expect(calls()).toEqual([1, 0, 0, 1]);
    expect(fixture.controlPlane.resource(BROWSER)?.tags).toMatchObject({ team: 'search' });
    const { state, reasons = [] } = fixture.record(BROWSER) ?? {};
    expect(state).toBe('refused');
    expect(reasons).toEqual([expect.stringMatching(/^description cannot be changed: .* another name/)]);
    await fixture.reconcile();
    expect(calls()).toEqual([1, 0, 0, 1]);
  });

  it('poll: makes a browser with another name, and deletes the one that it stands for', async () => {
    await fixture.reconcile();
    fixture.upload(browser('description: new', 'reading'));
    await fixture.reconcile();
    expect(calls()).toEqual([2, 0, 1, 0]);
    expect(fixture.record('browser/reading')).toMatchObject({ state: 'ready', reasons: [] });
  });

  it('poll: keeps a browser profile that takes another name, with what it holds', async () => {
    const profile = (name: string) => `settings: { prune: true }\nbrowserProfiles: { ${name}: {} }\n`;
    fixture = new ReconcileFixture(profile('signedIn'));
    await fixture.reconcile();
    fixture.upload(`settings: { prune: true }\nbrowserProfiles: { signedIn: { description: new } }\n`);
    await fixture.reconcile();
    const { reasons = [] } = fixture.record('browserProfile/signedIn') ?? {};
    expect(reasons).toEqual([expect.stringMatching(/^description cannot be changed: .* stays in it\.$/)]);
    fixture.upload(profile('newest'));
    await fixture.reconcile();
    expect(calls()).toEqual([2, 0, 0, 0]);
    expect(fixture.record('browserProfile/signedIn')).toMatchObject({ state: 'refused' });
  });
});
