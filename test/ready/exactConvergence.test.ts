import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../core/json.ts';
import type { ResourceKind } from '../../core/resources/resourceKind.ts';
import { canonicalJson } from '../../core/schemas/canonicalJson.ts';
import {
  configuration,
  coveringConfigurations,
  kinds,
  manifestMembers,
  type Richness,
} from './configurations.ts';
import { InProcessService } from './inProcessService.ts';
import { manifestFor, subjectOf } from './manifests.ts';
import { isLeftToOthers } from './namedMembers.ts';
import { pathsThatDiffer, type StoredState, storedState } from './storedState.ts';
import { type Pass, WORKSPACE, World } from './world.ts';

/** Random sequences of configurations for each kind, beside those that cover every member. */
const RUNS = Number(process.env.READY_RUNS ?? 2);

/** Members that an update cannot clear, or not change. Gateloop says so, and the resource is not ready. */
const UNCHANGEABLE: Readonly<Partial<Record<string, readonly string[]>>> = {
  agentRuntimeEndpoint: ['description'],
  harness: ['maxTokens', 'model'],
  harnessEndpoint: ['description'],
  // A PATCH that keeps what it leaves out; keys are added only.
  memory: ['description', 'indexedKeys', 'memoryExecutionRoleArn'],
  // PATCHes that keep what they leave out, with no value that clears it.
  gatewayRule: ['description'],
  gatewayRateLimit: ['description', 'dimensionKeys'],
  oauth2CredentialProvider: ['tags'],
  registry: ['customMetadataSchemaConfiguration', 'encryptionConfiguration'],
  // A PATCH that keeps what it leaves out, with no value that clears it.
  evaluator: ['description'],
  onlineEvaluationConfig: ['clusteringConfig', 'description', 'outputConfig'],
  // PATCHes that keep what they leave out, with no value that clears it.
  paymentManager: ['description'],
  consentPortal: ['description', 'sources'],
  dataset: ['description', 'schemaType'],
  configurationBundle: ['description'],
  capacityProvider: ['computeConfiguration', 'permissionsConfiguration'],
  // Of kinds without an update, every member.
  browser: [
    'browserSigning',
    'certificates',
    'description',
    'enterprisePolicies',
    'executionRoleArn',
    'filesystemConfigurations',
    'networkConfiguration',
    'recording',
  ],
  browserProfile: ['description'],
  codeInterpreter: [
    'certificates',
    'description',
    'executionRoleArn',
    'filesystemConfigurations',
    'networkConfiguration',
  ],
};

/** Every resource of these kinds has a secret that no response shows. */
const KEYED: readonly string[] = ['apiKeyCredentialProvider', 'paymentCredentialProvider'];

let service: InProcessService;
beforeAll(() => {
  service = new InProcessService();
});
afterAll(() => service.close());

const freshStates = new Map<string, StoredState>();

/** What a configuration becomes in an account that never had another one. */
async function freshState(row: ResourceKind, config: JsonObject): Promise<StoredState> {
  const key = `${row.kind} ${canonicalJson(config)}`;
  const known = freshStates.get(key);
  if (known) return known;
  const world = new World(service);
  world.upload(manifestFor(row, config, { selfHeal: true }));
  expect(conditionOf(await world.pass(), row)).toEqual({ state: 'ready', reasons: [] });
  const state = await storedState(world, row);
  freshStates.set(key, state);
  return state;
}

function conditionOf({ records, next }: Pass, row: ResourceKind) {
  const { state = next, reasons = [] } = records.get(subjectOf(row)) ?? {};
  return { state, reasons };
}

/**
 * Converges one workspace to each configuration in turn. After each, the service holds exactly that configuration, or the
 * members that it does not are named and the resource is not ready; and a further pass writes nothing.
 *
 * @returns the members that were named
 */
async function checkSequence(
  row: ResourceKind,
  configs: readonly JsonObject[],
): Promise<ReadonlySet<string>> {
  const expected: StoredState[] = [];
  for (const config of configs) expected.push(await freshState(row, config));
  const world = new World(service);
  const held = new Set<string>();
  for (const [index, config] of configs.entries()) {
    world.upload(manifestFor(row, config, { selfHeal: true }));
    const pass = await world.pass();
    expect(pass.rejections).toEqual([]);
    checkCalls(pass, configs[index - 1], config);
    const quiet = await world.pass();
    expect(quiet.writes).toEqual([]);
    const { state, reasons } = conditionOf(quiet, row);
    const stored = await storedState(world, row);
    const wrong = pathsThatDiffer(stored, expected[index] ?? {});
    // Each reason names its member first.
    const named = reasons.map((reason) => reason.split(' ', 1)[0] ?? '');
    expect({ state, reasons: reasons.length > 0 }).toEqual(
      named.length === 0 ? { state: 'ready', reasons: false } : { state: 'refused', reasons: true },
    );
    const isNamed = (path: string) =>
      named.some((member) => path === member || path.startsWith(`${member}.`));
    expect(wrong.filter((path) => !isNamed(path) && !isLeftToOthers(row, config, path))).toEqual([]);
    for (const member of named) held.add(member);
  }
  return held;
}

/** What two configurations share is left alone. */
function checkCalls({ writes }: Pass, before: JsonObject | undefined, config: JsonObject): void {
  if (!before) return;
  if (canonicalJson({ ...before, tags: {} }) === canonicalJson({ ...config, tags: {} }))
    expect(writes.filter((operation) => operation.startsWith('Update'))).toEqual([]);
  if (canonicalJson(before.tags ?? {}) === canonicalJson(config.tags ?? {}))
    expect(writes.filter((operation) => /^(Tag|Untag)/.test(operation))).toEqual([]);
}

describe.each(kinds)('ready means ready: $kind', (row) => {
  it('ready: every member of the API is set, changed and cleared exactly, or told', async () => {
    const { configurations, covered, members } = coveringConfigurations(row);
    expect(covered).toEqual(members);
    const minimal = configuration(row, { seed: 'minimal', richness: 'minimal' });
    // Each configuration follows the minimal one, precedes it, and follows another one.
    const sequence = [...configurations.flatMap((config) => [minimal, config]), minimal, ...configurations];
    const held = await checkSequence(row, sequence);
    expect([...held].sort()).toEqual(UNCHANGEABLE[row.kind] ?? []);
  });

  it('ready: any configurations converge exactly, one after the other', async () => {
    const richness = fc.constantFrom<Richness>('minimal', 'some', 'all');
    const choice = fc.record({ seed: fc.nat().map(String), richness });
    await fc.assert(
      fc.asyncProperty(fc.array(choice, { minLength: 2, maxLength: 4 }), async (choices) => {
        await checkSequence(
          row,
          choices.map((each) => configuration(row, each)),
        );
      }),
      { numRuns: RUNS, ...(process.env.READY_RUNS === undefined && { seed: 1 }) },
    );
  });

  it('ready: tags alone cause no update, and a configuration alone changes no tags', async () => {
    if (!row.tags) return;
    const config = configuration(row, { seed: 'tags', richness: 'some' });
    const other = configuration(row, { seed: 'other', richness: 'all' });
    const tags = { team: 'payments', valueOf: 'kept' };
    await checkSequence(row, [config, { ...config, tags }, { ...other, tags }, config]);
  });
});

it('ready: these tests cover every member that the installed SDK names', () => {
  const total = kinds.reduce((sum, row) => sum + manifestMembers(row).length, 0);
  // The count of SDK 3.1142 and of Agent Registry. A newer SDK has more, which the tests above cover without a change.
  expect(total).toBeGreaterThanOrEqual(620);
});

describe.each(kinds.filter(({ tags }) => tags === 'changeable'))('a lost ledger: $kind', (row) => {
  it('ready: what the service filled in is no drift after the ledger was lost', async () => {
    const world = new World(service);
    const minimal = configuration(row, { seed: 'minimal', richness: 'minimal' });
    world.upload(manifestFor(row, minimal, { selfHeal: true }));
    await world.pass();
    const before = await storedState(world, row);
    const { version = 0 } = world.ledger.resource(WORKSPACE, subjectOf(row)) ?? {};
    await world.ledger.deleteResource(WORKSPACE, subjectOf(row), version);
    const pass = await world.pass();
    expect(conditionOf(pass, row)).toEqual({ state: 'ready', reasons: [] });
    // What no response shows, such as a key, is written again.
    if (!KEYED.includes(row.kind)) expect(pass.writes).toEqual([]);
    expect(pathsThatDiffer(await storedState(world, row), before)).toEqual([]);
    expect((await world.pass()).writes).toEqual([]);
  });
});
