import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../core/json.ts';
import type { ResourceKind } from '../../core/resources/resourceKind.ts';
import { configuration, kinds, manifestMembers } from './configurations.ts';
import { ForeignClient } from './foreignClient.ts';
import { InProcessService } from './inProcessService.ts';
import { manifestFor, subjectOf } from './manifests.ts';
import { isNamed, namedIn } from './namedMembers.ts';
import { pathsThatDiffer, storedState } from './storedState.ts';
import { type Pass, World } from './world.ts';

/** Every member of this many is changed. 1 takes minutes. */
const STRIDE = Number(process.env.READY_STRIDE ?? 11);

let service: InProcessService;
beforeAll(() => {
  service = new InProcessService();
});
afterAll(() => service.close());

const upload = (world: World, row: ResourceKind, config: JsonObject, selfHeal: boolean): Promise<Pass> => {
  world.upload(manifestFor(row, config, { selfHeal }));
  return world.pass();
};

/** @returns whether the service took the change and showed it */
async function checkChange(row: ResourceKind, config: JsonObject, foreign: JsonObject): Promise<boolean> {
  const world = new World(service);
  const first = await upload(world, row, config, false);
  expect(first.records.get(subjectOf(row))).toMatchObject({ state: 'ready' });
  const before = await storedState(world, row);
  const refusal = await new ForeignClient(world).change(row, config, foreign);
  if (refusal !== undefined) return false;
  const changed = pathsThatDiffer(before, await storedState(world, row));
  const told = await world.pass();
  expect(told.writes).toEqual([]);
  const named = namedIn(told, row);
  expect(changed.filter((path) => !isNamed(path, named))).toEqual([]);
  const { state } = told.records.get(subjectOf(row)) ?? {};
  if (changed.length > 0) expect(['drifted', 'refused']).toContain(state);
  const { drift } = told.records.get(subjectOf(row)) ?? {};
  const healed = await upload(world, row, config, true);
  expect(healed.rejections).toEqual([]);
  expect(healed.writes.length).toBe(drift ? 1 : 0);
  const { state: healedState, heldBack = [] } = healed.records.get(subjectOf(row)) ?? {};
  expect(healedState).toBe(heldBack.length > 0 ? 'refused' : 'ready');
  const left = pathsThatDiffer(before, await storedState(world, row));
  expect(left.filter((path) => !isNamed(path, namedIn(healed, row)))).toEqual([]);
  expect((await world.pass()).writes).toEqual([]);
  return changed.length > 0;
}

describe.each(kinds)('foreign changes: $kind', (row) => {
  const minimal = configuration(row, { seed: 'minimal', richness: 'minimal' });
  const sample = manifestMembers(row).filter(
    ([first], index, members) =>
      first !== 'tags' && index % Math.min(STRIDE, Math.ceil(members.length / 6)) === 0,
  );

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
    expect(seen).toBeGreaterThan(0);
  });
});
