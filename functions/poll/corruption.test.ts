import { describe, expect, it, vi } from 'vitest';
import type { Address } from '../../core/address.ts';
import type { JsonValue } from '../../core/json.ts';
import { GUARDRAILS_KEY, prefixes } from '../../core/storage/keys.ts';
import { readOutcome } from '../../core/storage/outcomeDocument.ts';
import { logger } from '../runtime/observability.ts';
import { type Corruption, corruptionsOf } from '../testing/corruptions.ts';
import { manifestWith, ReconcileFixture, WORKSPACE } from '../testing/reconcileFixture.ts';

const GATEWAY: Address = 'gateway/front';
const ISSUES: Address = 'gatewayTarget/front/issues';
const TOOLS: Address = 'gatewayTarget/front/tools';
const ADDRESSES = [GATEWAY, ISSUES, TOOLS];

const SCHEMA = JSON.stringify([{ name: 'find', description: 'Finds.', inputSchema: { type: 'object' } }]);
const LAMBDA_TARGET = `      tools:
        targetConfiguration: { mcp: { lambda: { lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:find', toolSchema: { file: tools.json } } } }
        credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]
`;

vi.spyOn(logger, 'error').mockImplementation(() => {});

/** A workspace with a gateway, a target with listed tools, and one with a schema in the bucket: all are ready. */
async function converged(): Promise<ReconcileFixture> {
  const fixture = new ReconcileFixture();
  fixture.specBucket.upload(WORKSPACE, 'tools.json', SCHEMA);
  fixture.upload(manifestWith({ more: LAMBDA_TARGET }));
  // The second pass reads back what the first has written.
  for (let pass = 0; pass < 2; pass += 1) await fixture.publishOutcome(await fixture.reconcile());
  expect(statesOf(fixture)).toEqual(['ready', 'ready', 'ready']);
  return fixture;
}

const statesOf = (fixture: ReconcileFixture) => ADDRESSES.map((address) => fixture.record(address)?.state);
const idsOf = (fixture: ReconcileFixture) =>
  fixture.controlPlane.addresses().map((address) => fixture.controlPlane.resource(address)?.id);
const creationsAndDeletions = ({ controlPlane }: ReconcileFixture) =>
  controlPlane.script.calls().filter(({ method }) => /create|delete/.test(method)).length;
const faultsIn = ({ events }: ReconcileFixture) => events.published('Stored Data Unreadable');

/** Runs two passes. @returns what is not as it was before; undefined where the workspace has converged */
async function failureAfter(
  fixture: ReconcileFixture,
  corrupt: () => void,
  isTold: boolean,
): Promise<string | undefined> {
  const [ids, calls, faults] = [idsOf(fixture), creationsAndDeletions(fixture), faultsIn(fixture).length];
  corrupt();
  try {
    for (let pass = 0; pass < 2; pass += 1) {
      const state = await fixture.reconcile();
      if (state.next !== 'settled') return `ends with ${state.next}`;
      await fixture.publishOutcome(state);
    }
  } catch (error) {
    return `throws ${String(error)}`.slice(0, 300);
  }
  if (statesOf(fixture).some((state) => state !== 'ready'))
    return `${statesOf(fixture)}: ${ADDRESSES.map((address) => fixture.record(address)?.reasons)}`;
  if (idsOf(fixture).join() !== ids.join()) return 'has other resources';
  if (creationsAndDeletions(fixture) > calls) return 'creates or deletes';
  const told = faultsIn(fixture).slice(faults);
  if (isTold && told.length !== 1) return `tells ${told.length} faults`;
  const outcome = await readOutcome(WORKSPACE, fixture.specBucket);
  const listed = outcome?.problems.map(({ file }) => file) ?? [];
  return told.every(({ detail }) => listed.includes(String(detail.place)))
    ? undefined
    : `lists only ${listed} in the outcome`;
}

/** @returns the corruptions after which the workspace does not converge, with the reason */
async function failuresAfter(
  corruptions: readonly Corruption[],
  corrupt: (fixture: ReconcileFixture, corruption: Corruption) => void,
  isTold: (corruption: Corruption) => boolean = ({ isVisible }) => isVisible,
): Promise<string[]> {
  const failures: string[] = [];
  let fixture = await converged();
  for (const corruption of corruptions) {
    const failure = await failureAfter(fixture, () => corrupt(fixture, corruption), isTold(corruption));
    if (failure === undefined) continue;
    failures.push(`${corruption.name}: ${failure}`);
    fixture = await converged();
  }
  return failures;
}

const sample = await converged();
const jsonOf = (value: unknown): JsonValue => JSON.parse(JSON.stringify(value ?? null));
const garbage = (text: string): Corruption => ({
  name: `becomes ${text}`,
  isVisible: true,
  apply: () => text,
});

describe('poll: a broken item of the ledger is set aside, told and rebuilt', () => {
  it.each(ADDRESSES)('poll: converges whatever member of the record of %s is broken', async (address) => {
    const corruptions = corruptionsOf(jsonOf(sample.record(address)));
    expect(corruptions.length).toBeGreaterThan(70);
    const failures = await failuresAfter(corruptions, ({ ledger }, { apply }) =>
      ledger.corruptResource(WORKSPACE, address, apply),
    );
    expect(failures).toEqual([]);
  });

  it('poll: converges whatever member of the record of the workspace is broken', async () => {
    const corruptions = corruptionsOf(jsonOf(sample.ledger.workspace(WORKSPACE)));
    expect(corruptions.length).toBeGreaterThan(40);
    const failures = await failuresAfter(
      corruptions,
      ({ ledger }, { apply }) => ledger.corruptWorkspace(WORKSPACE, apply),
      // A record without a member is one of a workspace that was never polled.
      ({ name, isVisible }) => isVisible && name !== 'the whole becomes {}',
    );
    expect(failures).toEqual([]);
  });

  it('poll: tells a broken item with its place, what is wrong and what to do, and lists it for a week', async () => {
    const fixture = await converged();
    fixture.ledger.corruptResource(WORKSPACE, ISSUES, (record) => ({ ...Object(record), applied: 42 }));
    const pass = async () => fixture.publishOutcome(await fixture.reconcile());
    const problems = async () => (await readOutcome(WORKSPACE, fixture.specBucket))?.problems ?? [];
    await pass();
    const place = `ledger: ${WORKSPACE}/resource#${ISSUES}`;
    expect(faultsIn(fixture)).toMatchObject([
      { detail: { workspace: WORKSPACE, place, problem: expect.stringMatching(/"applied".*Nothing needs/) } },
    ]);
    expect(logger.error).toHaveBeenCalledWith('Stored data cannot be read', {
      place,
      problem: expect.stringContaining('"applied"'),
    });
    fixture.now += 6 * 86_400_000;
    await pass();
    expect(await problems()).toMatchObject([{ severity: 'warning', file: place }]);
    fixture.now += 86_400_000;
    await pass();
    expect(await problems()).toEqual([]);
    expect(faultsIn(fixture)).toHaveLength(1);
  });

  it('poll: leaves a resource alone whose item is of a newer format, and goes on with the others', async () => {
    const fixture = await converged();
    const writes = () =>
      fixture.controlPlane.script.calls().filter(({ method }) => /update|create|delete/.test(method));
    const before = writes().length;
    fixture.ledger.makeNewer(WORKSPACE, GATEWAY);
    for (let pass = 0; pass < 2; pass += 1) await fixture.publishOutcome(await fixture.reconcile());
    const outcome = await readOutcome(WORKSPACE, fixture.specBucket);
    const states = outcome?.resources.map(({ name, state }) => [name, state]);
    expect(states).toEqual([
      ['front', 'failed'],
      ['front/issues', 'ready'],
      ['front/tools', 'ready'],
    ]);
    expect(outcome?.problems).toMatchObject([
      { message: expect.stringMatching(/format 2.*Deploy the version/) },
    ]);
    expect(faultsIn(fixture)).toMatchObject([{ detail: { result: 'leftAlone' } }]);
    expect(writes()).toHaveLength(before);
    expect(fixture.ledger.script.calls('deleteResource')).toEqual([]);
    // The others are reconciled as always: a target that has left the manifest is deleted.
    fixture.upload(manifestWith({ hasTarget: false }));
    await fixture.reconcile();
    expect(fixture.controlPlane.addresses()).toEqual([GATEWAY]);
    expect(fixture.record(GATEWAY)?.state).toBe('ready');
  });
});

describe('poll: a broken document of the bucket is told and written anew', () => {
  const keys = sample.specBucket
    .keys()
    .filter((key) => !key.startsWith(prefixes.uploads) && key !== GUARDRAILS_KEY);

  // The other documents are read where something changes.
  const isReadEachTime = (key: string) => key.startsWith(prefixes.parsed) && !key.includes('/schemas');

  it.each(keys.filter((key) => !key.startsWith(prefixes.applied)))(
    'poll: converges whatever member of %s is broken',
    async (key) => {
      const document = JSON.stringify(sample.specBucket.document(key));
      const corruptions = corruptionsOf(JSON.parse(document));
      const isChanged = ({ name, apply }: Corruption) =>
        JSON.stringify(apply(JSON.parse(document))) !== document && name !== 'digest is removed';
      const failures = await failuresAfter(
        corruptions,
        ({ specBucket }, { apply }) => specBucket.putDocument(key, apply(JSON.parse(document)) ?? null),
        (corruption) => isReadEachTime(key) && isChanged(corruption),
      );
      expect(failures).toEqual([]);
    },
  );

  it.each(keys)('poll: converges when %s is no JSON', async (key) => {
    const failures = await failuresAfter(
      ['', '{', 'garbage', '\u0000', 'x'.repeat(1_000_000)].map(garbage),
      ({ specBucket }, { apply }) => specBucket.putObject(key, String(apply(undefined))),
      () => isReadEachTime(key),
    );
    expect(failures).toEqual([]);
  });
});
