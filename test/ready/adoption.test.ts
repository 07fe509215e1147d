import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../core/json.ts';
import { omit } from '../../core/objects.ts';
import type { ResourceKind } from '../../core/resources/resourceKind.ts';
import { resourceKinds } from '../../core/resources/resourceKinds.ts';
import { configuration, coveringConfigurations, kinds } from './configurations.ts';
import { ForeignClient } from './foreignClient.ts';
import { InProcessService } from './inProcessService.ts';
import { manifestFor, subjectOf } from './manifests.ts';
import { isLeftToOthers, isNamed, namedIn } from './namedMembers.ts';
import { pathsThatDiffer, storedState } from './storedState.ts';
import { type Pass, World } from './world.ts';

/** At most this many resources of each kind. */
const MAX_RESOURCES = Number(process.env.READY_ADOPTIONS ?? 2);

let service: InProcessService;
beforeAll(() => {
  service = new InProcessService();
});
afterAll(() => service.close());

const upload = (world: World, manifest: JsonObject): Promise<Pass> => {
  world.upload(manifest);
  return world.pass();
};

/** The manifest without the resource under test, which exists before it is named. */
function surroundings(row: ResourceKind): JsonObject {
  if (row.container) return omit(manifestFor(row, {}), row.section);
  if (!row.parent) return {};
  const { section } = resourceKinds[row.parent];
  const { [section]: parents, ...rest } = manifestFor(row, {});
  return { ...rest, [section]: { front: { ...Object(parents).front, [row.section]: {} } } };
}

async function checkAdoption(
  row: ResourceKind,
  existing: JsonObject,
  config: JsonObject,
  adopt: true | { readonly clear: true },
): Promise<void> {
  const fresh = new World(service);
  await upload(fresh, manifestFor(row, config));
  const expected = await storedState(fresh, row);
  const world = new World(service);
  if (row.parent || row.container) await upload(world, surroundings(row));
  await new ForeignClient(world).create(row, existing);
  for (const selfHeal of [false, true]) {
    await upload(world, manifestFor(row, { ...config, adopt }, { selfHeal }));
    const pass = await world.pass();
    expect(pass.writes).toEqual([]);
    const { state } = pass.records.get(subjectOf(row)) ?? {};
    const named = namedIn(pass, row);
    // Tags that nobody declared stay.
    const wrong = pathsThatDiffer(await storedState(world, row), expected).filter(
      (path) => !path.startsWith('tags.') && !isLeftToOthers(row, config, path),
    );
    expect(wrong.filter((path) => !isNamed(path, named))).toEqual([]);
    if (named.length === 0)
      expect({ state, wrong }).toEqual({ state: expect.stringMatching(/ready|refused/), wrong: [] });
    else expect(['drifted', 'refused']).toContain(state);
    if (adopt !== true && selfHeal && row.update === 'put') expect(named).toEqual([]);
  }
}

describe.each(kinds)('adoption: $kind', (row) => {
  it.each([true, { clear: true }] as const)(
    'adoption: %j: no value of another client becomes the truth without being named',
    async (adopt) => {
      const minimal = configuration(row, { seed: 'minimal', richness: 'minimal' });
      for (const existing of coveringConfigurations(row).configurations.slice(0, MAX_RESOURCES)) {
        await checkAdoption(row, existing, minimal, adopt);
        await checkAdoption(row, minimal, existing, adopt);
        await checkAdoption(row, existing, existing, adopt);
      }
    },
  );
});
