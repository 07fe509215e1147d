import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../core/json.ts';
import { tagCheckInterval } from '../../core/reconcile/limits.ts';
import type { ResourceKind } from '../../core/resources/resourceKind.ts';
import { configuration, kinds, manifestMembers } from './configurations.ts';
import { ForeignClient } from './foreignClient.ts';
import { InProcessService } from './inProcessService.ts';
import { manifestFor, subjectOf } from './manifests.ts';
import { isLeftToOthers, isNamed, namedIn } from './namedMembers.ts';
import { pathsThatDiffer, storedState } from './storedState.ts';
import { type Pass, World } from './world.ts';

/** Every member of this many is changed. 1 takes minutes. */
const STRIDE = Number(process.env.READY_STRIDE ?? 11);

/** Random changes of tags for each kind. */
const TAG_RUNS = Number(process.env.READY_RUNS ?? 5);

let service: InProcessService;
beforeAll(() => {
  service = new InProcessService();
});
afterAll(() => service.close());

const upload = (world: World, row: ResourceKind, config: JsonObject, selfHeal: boolean): Promise<Pass> => {
  world.upload(manifestFor(row, config, { selfHeal }));
  return world.pass();
};

const isSubmission = (operation: string): boolean => operation === 'SubmitRegistryRecordForApproval';

/** @returns whether the service took the change and showed it */
async function checkChange(row: ResourceKind, config: JsonObject, foreign: JsonObject): Promise<boolean> {
  const world = new World(service);
  const first = await upload(world, row, config, false);
  expect(first.records.get(subjectOf(row))).toMatchObject({ state: 'ready' });
  const before = await storedState(world, row);
  const refusal = await new ForeignClient(world).change(row, config, foreign);
  if (refusal !== undefined) return false;
  const changed = pathsThatDiffer(before, await storedState(world, row)).filter(
    (path) => !isLeftToOthers(row, config, path),
  );
  const told = await world.pass();
  // A revision that has what the manifest says is submitted, whoever made it.
  expect(told.writes.filter((operation) => changed.length > 0 || !isSubmission(operation))).toEqual([]);
  const named = namedIn(told, row);
  expect(changed.filter((path) => !isNamed(path, named))).toEqual([]);
  const { state } = told.records.get(subjectOf(row)) ?? {};
  if (changed.length > 0) expect(['drifted', 'refused']).toContain(state);
  const { drift } = told.records.get(subjectOf(row)) ?? {};
  const healed = await upload(world, row, config, true);
  expect(healed.rejections).toEqual([]);
  // What is changed of a record is submitted as well.
  const updates = healed.writes.filter((operation) => !isSubmission(operation));
  expect(updates.length).toBe(drift ? 1 : 0);
  const { state: healedState, heldBack = [] } = healed.records.get(subjectOf(row)) ?? {};
  expect(healedState).toBe(heldBack.length > 0 ? 'refused' : 'ready');
  const left = pathsThatDiffer(before, await storedState(world, row)).filter(
    (path) => !isNamed(path, namedIn(healed, row)) && !isLeftToOthers(row, config, path),
  );
  expect(left).toEqual([]);
  expect((await world.pass()).writes).toEqual([]);
  return changed.length > 0;
}

/** No client changes a resource of another kind, apart from its tags. */
const changeable = kinds.filter(({ operations }) => operations.update !== undefined);

describe.each(changeable)('foreign changes: $kind', (row) => {
  const minimal = configuration(row, { seed: 'minimal', richness: 'minimal' });
  const isFixed = (first = '') => row.createOnlyMembers.some(({ member }) => member === first);
  const sample = manifestMembers(row)
    .filter(([first]) => first !== 'tags' && !isFixed(first))
    .filter((_, index, members) => index % Math.min(STRIDE, Math.ceil(members.length / 6)) === 0);

  it('foreign changes: each member that a client adds or changes is named, and undone by one write', async () => {
    let seen = 0;
    for (const focus of sample) {
      const foreign = configuration(row, { seed: focus.join('.'), richness: 'minimal', focus });
      if (await checkChange(row, minimal, foreign)) seen += 1;
    }
    expect(seen).toBeGreaterThan(0);
  });

  it('foreign changes: each member that a client removes or changes is named, and undone by one write', async () => {
    let seen = 0;
    for (const focus of sample) {
      const config = configuration(row, { seed: focus.join('.'), richness: 'minimal', focus });
      if (await checkChange(row, config, minimal)) seen += 1;
    }
    // No client can remove a description, which is all that an update of an endpoint or a dataset changes.
    expect(seen > 0).toBe(row.version === undefined && row.kind !== 'dataset');
  });
});

const fates = ['kept', 'changed', 'removed'] as const;

/** Tags of a manifest with what a client does to each, tags that left the manifest, and tags that nobody declared. */
const tagChanges = fc.record({
  declared: fc.dictionary(
    fc.constantFrom('team', 'cost:center', 'a.b', 'valueOf', 'Team'),
    fc.constantFrom(...fates),
    { minKeys: 1 },
  ),
  withdrawn: fc.uniqueArray(fc.constantFrom('old', 'cost')),
  undeclared: fc.uniqueArray(fc.constantFrom('foreign', 'cost/center', 'toString')),
});

type TagChanges = typeof tagChanges extends fc.Arbitrary<infer Value> ? Value : never;

const valueOfAll = (keys: readonly string[], value: string): Record<string, string> =>
  Object.fromEntries(keys.map((key) => [key, value]));

async function checkTagChanges(row: ResourceKind, config: JsonObject, changes: TagChanges): Promise<void> {
  const { declared, withdrawn, undeclared } = changes;
  const keys = Object.keys(declared);
  const having = (fate: (typeof fates)[number]) => keys.filter((key) => declared[key] === fate);
  const tags = valueOfAll(keys, 'payments');
  const world = new World(service);
  await upload(world, row, { ...config, tags: { ...tags, ...valueOfAll(withdrawn, 'payments') } }, false);
  await upload(world, row, { ...config, tags }, false);
  const arn = String((await world.live(subjectOf(row)))[row.arnMember]);
  const before = await world.controlPlane.tags(arn);
  expect(before).toMatchObject(tags);
  const foreign = valueOfAll([...withdrawn, ...undeclared], 'others');
  const client = new ForeignClient(world);
  await client.tag(arn, { ...foreign, ...valueOfAll(having('changed'), 'others') }, having('removed'));
  const changed = await world.controlPlane.tags(arn);

  await world.service.clock.advance(tagCheckInterval);
  const told = await world.pass();
  expect(told.writes).toEqual([]);
  const { state, reasons = [], tags: known } = told.records.get(subjectOf(row)) ?? {};
  const expected = fates
    .filter((fate) => fate !== 'kept')
    .flatMap((change) => having(change).map((key) => ({ path: `tags.${key}`, change })));
  expect(new Set(known?.drift)).toEqual(new Set(expected));
  expect(state).toBe(expected.length > 0 ? 'drifted' : 'ready');
  for (const { path, change } of expected) expect(reasons.join()).toContain(`${path} (${change})`);
  expect(await world.controlPlane.tags(arn)).toEqual(changed);

  const healed = await upload(world, row, { ...config, tags }, true);
  expect(healed.writes).toEqual(expected.length > 0 ? ['TagResource'] : []);
  expect(healed.records.get(subjectOf(row))).toMatchObject({ state: 'ready', reasons: [] });
  expect(await world.controlPlane.tags(arn)).toEqual({ ...before, ...foreign });
  expect((await world.pass()).writes).toEqual([]);
}

describe.each(kinds.filter(({ tags }) => tags === 'changeable'))('foreign tags: $kind', (row) => {
  it('foreign tags: each declared tag that a client changes or removes is named and undone by one write; others stay', async () => {
    const config = configuration(row, { seed: 'minimal', richness: 'minimal' });
    await fc.assert(
      fc.asyncProperty(tagChanges, (changes) => checkTagChanges(row, config, changes)),
      { numRuns: TAG_RUNS, ...(process.env.READY_RUNS === undefined && { seed: 1 }) },
    );
  });
});
