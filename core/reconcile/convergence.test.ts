import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DesiredResource } from '../desired/desired.ts';
import { phases, type Status } from '../status.ts';
import {
  appliedRecord,
  consentTarget,
  desiredOf,
  gateway,
  NOW,
  observedAs,
  outputsOf,
  provider,
  resolvedConfig,
  serverTarget,
  target,
} from './testing/inputs.ts';
import { violatedInvariants } from './testing/invariants.ts';
import {
  defaultBehaviors,
  type Faults,
  ModelControlPlane,
  noFaults,
  type ServiceBehaviors,
} from './testing/modelControlPlane.ts';
import { ModelLoop } from './testing/modelLoop.ts';
import { type Random, seededRandom } from './testing/random.ts';

/** What happens to a workspace over some hours before it is left in peace. */
interface Scenario {
  readonly seed: number;
  readonly behaviors: ServiceBehaviors;
  readonly faults: Faults;
  readonly crashRate: number;
  readonly targets: number;
  readonly prune: boolean;
  readonly selfHeal: boolean;
  readonly resync: number | 'never';
  /** Which of the resources are there already, in what status, and whether the ledger knows of them. */
  readonly before: readonly { readonly status: Status; readonly known: boolean }[];
}

const MINUTE = 60_000;
/** A tenth of a second for five; set it higher to hunt for what is rare. */
const SCENARIOS = Number(process.env.STORIES ?? 150);
const share = (most: number) => fc.double({ min: 0, max: most, noNaN: true });
const statuses = Object.keys(phases).filter((status): status is Status => status !== 'UNKNOWN');

const scenarios: fc.Arbitrary<Scenario> = fc.record({
  seed: fc.nat(),
  behaviors: fc.record({
    linkExpiry: fc.constantFrom('stays' as const, 'FAILED' as const, 'unsuccessful' as const),
    updatesFailed: fc.boolean(),
    touchesOnSettle: fc.boolean(),
  }),
  faults: fc.record({
    throttle: share(0.3),
    conflict: share(0.1),
    lostResponse: share(0.2),
    failure: share(0.2),
    lostSync: share(0.3),
    staleList: share(0.3),
  }),
  crashRate: share(0.2),
  targets: fc.integer({ min: 0, max: 12 }),
  prune: fc.boolean(),
  selfHeal: fc.boolean(),
  resync: fc.constantFrom('never' as const, 3600),
  before: fc.array(fc.record({ status: fc.constantFrom(...statuses), known: fc.boolean() }), {
    maxLength: 16,
  }),
});

it('converges from any state, through faults that end, and then makes no call more', () => {
  fc.assert(
    fc.property(scenarios, (story) => runScenario(story)),
    { numRuns: SCENARIOS, endOnFailure: true },
  );
}, 3_600_000);

function runScenario(story: Scenario): void {
  const random = seededRandom(story.seed);
  const service = new ModelControlPlane({
    random,
    now: NOW,
    behaviors: story.behaviors,
    faults: story.faults,
  });
  let troubled = true;
  const resources = resourcesOf(story, random);
  const loop = new ModelLoop(desiredOf(resources, story), service, {
    onDecision: (input, result) => expect(violatedInvariants(input, result)).toEqual([]),
    crashes: () => troubled && random() < story.crashRate,
    beforePoll: () => {
      if (troubled && random() < 0.1) changeOutOfBand(story, loop, random);
    },
  });
  seedResources(story, resources, service, loop);
  for (let pass = 0; pass < 6; pass += 1) {
    loop.pass();
    if (random() < 0.5) loop.desired = desiredOf(withEdits(resources, random), story);
    clickAll(loop, random);
    service.advanceTo(service.now + 15 * MINUTE);
  }
  troubled = false;
  service.faults = noFaults;
  loop.desired = desiredOf(resources, story);
  const callsWhenSettled = runUntilSettled(loop);
  expectDesired(story, resources, service);
  expect(callsWhenSettled).toBe(0);
}

/**
 * Passes as the drift schedule makes them, seldom enough that every backoff comes to its end.
 *
 * @returns how many calls the pass makes that follows at once on the one that found everything ready
 */
function runUntilSettled(loop: ModelLoop): number {
  const { service } = loop;
  for (let pass = 0; pass < 40; pass += 1) {
    const { decision: result } = loop.pass();
    if (result.resources.every(({ state }) => state === 'ready')) break;
    clickAll(loop, () => 0);
    service.advanceTo(service.now + (pass < 10 ? 15 : 300) * MINUTE);
  }
  const before = service.calls.length;
  const { decision: result, turns } = loop.pass();
  expect({ turns, upserts: result.upserts }).toEqual({ turns: 1, upserts: [] });
  return service.calls.length - before;
}

function expectDesired(
  story: Scenario,
  resources: readonly DesiredResource[],
  service: ModelControlPlane,
): void {
  const truth = service.actualState();
  const desired = new Map(resources.map((resource) => [resource.address, resource]));
  for (const [address, resource] of desired) {
    expect(truth.get(address)).toMatchObject({ status: 'READY', config: resolvedConfig(resource) });
  }
  if (story.prune) expect([...truth.keys()].filter((address) => !desired.has(address))).toEqual([]);
}

function resourcesOf({ targets }: Scenario, random: Random): DesiredResource[] {
  const makers = [target, serverTarget, consentTarget];
  const made = Array.from({ length: targets }, (_, index) => {
    const make = makers[Math.floor(random() * makers.length)] ?? target;
    return make(`${random() < 0.8 ? 'payments' : 'orders'}/target-${index}`);
  });
  return [provider(), gateway('payments'), gateway('orders'), ...made];
}

/** Another version of some targets, and fewer of them: an upload. */
function withEdits(resources: readonly DesiredResource[], random: Random): DesiredResource[] {
  return resources
    .filter(({ kind }) => kind !== 'gatewayTarget' || random() < 0.8)
    .map((resource) => {
      if (resource.kind !== 'gatewayTarget' || random() < 0.7) return resource;
      return {
        ...resource,
        config: { ...resource.config, description: `edition ${Math.floor(random() * 3)}` },
      };
    });
}

/** What is there before the first look, at the latest version or an older one. */
function seedResources(
  story: Scenario,
  resources: readonly DesiredResource[],
  service: ModelControlPlane,
  loop: ModelLoop,
): void {
  const gateways = story.before.length > 0 ? 3 : 0;
  resources.forEach((resource, index) => {
    const before =
      index < gateways ? { status: 'READY' as const, known: true } : story.before[index - gateways];
    if (!before) return;
    const { address } = resource;
    const id = `${address}#before`;
    const config = { ...resolvedConfig(resource), ...(index % 2 === 1 && { description: 'older' }) };
    const outputs = outputsOf(address, resource.name);
    service.seed({ ...observedAs(resource, before.status, { id, outputs }), config });
    if (before.known && before.status !== 'DELETING')
      loop.recorded.set(address, appliedRecord(resource, { id, outputs }));
  });
}

/** Hands in the console; where the workspace does not heal itself, what they do is not undone, so nothing to test. */
function changeOutOfBand({ selfHeal }: Scenario, { service, recorded }: ModelLoop, random: Random): void {
  const addresses = [...service.actualState().keys()];
  const address = addresses[Math.floor(random() * addresses.length)];
  if (!address) return;
  const change = Math.floor(random() * 4);
  if (change === 0 && selfHeal) service.changeOutOfBand(address);
  if (change === 1 && selfHeal) service.deleteOutOfBand(address);
  if (change === 2) service.failSpontaneously(address);
  if (change === 3) recorded.delete(address);
}

function clickAll(loop: ModelLoop, random: Random): void {
  for (const [address, { request }] of [...loop.recorded]) {
    if (request && random() < 0.5) loop.click(address);
  }
}

it('creates a hundred targets once each, with never more than five under way', () => {
  const random = seededRandom(1);
  const service = new ModelControlPlane({ random, now: NOW, behaviors: defaultBehaviors });
  const targets = Array.from({ length: 100 }, (_, index) => target(`payments/target-${index}`));
  const loop = new ModelLoop(desiredOf([gateway(), ...targets]), service);
  loop.pass();
  expect(service.calls.filter(({ operation }) => operation === 'create')).toHaveLength(101);
  expect(service.peakConcurrency).toBe(5);
  expect([...service.actualState().values()].every(({ status }) => status === 'READY')).toBe(true);
});
