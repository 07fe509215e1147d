import { describe, expect, it } from 'vitest';
import { scenarioOf } from './checkSeed.ts';
import { awaitPoints, checkPoint } from './everyAwait.ts';
import { type KnownBreak, knownBreaks } from './knownBreaks.ts';
import { type RunOptions, runScenario } from './runScenario.ts';
import { calm, oneTarget, type Scenario } from './scenario.ts';

/** A Lambda target and one that needs a consent, uploaded and edited once. */
const plain: Scenario = {
  ...calm,
  seed: 1,
  workspaces: [oneTarget],
  steps: [{ after: 30, act: 'editTarget', workspace: 0, target: 0 }],
};

/** One of so many points of a scenario is tried. All of them are tried by `npm run faults -- --await`. */
const POINT_STEP = 149;

describe('worlds with faults', () => {
  it.each([1, 2, 3])('keep every promise: seed %i', async (seed) => {
    expect((await runScenario(scenarioOf(seed))).violations).toEqual([]);
  });

  it.each<KnownBreak>(knownBreaks)('keep every promise: $name', async ({ scenario, holds }) => {
    expect((await runScenario(scenario, { holds })).violations).toEqual([]);
  });

  it('are the same worlds each time', async () => {
    const scenario = scenarioOf(3);
    expect(await runScenario(scenario)).toEqual(await runScenario(scenario));
  });

  it.each(['first upload', 'edit', 'consent'])(
    'end as without a fault when a function crashes at one of its calls: %s',
    async (name) => {
      const points = await awaitPoints(name);
      expect(points.length).toBeGreaterThan(100);
      for (const point of points.filter((_, index) => index % POINT_STEP === 0))
        expect(await checkPoint(point)).toBeUndefined();
    },
  );
});

describe('a mistake of Gateloop', () => {
  const invariants = async (scenario: Scenario, sabotage: RunOptions['sabotage']) => {
    const { violations } = await runScenario(scenario, { sabotage });
    return new Set(violations.map(({ invariant }) => invariant));
  };

  it('is caught: a step does not write to the ledger what it did', async () => {
    const found = await invariants(plain, (ports) => ({
      ...ports,
      ledger: withMethods(ports.ledger, { writeResource: async () => {} }),
    }));
    expect(found).toContain('ready within 8 passes after the last fault');
  });

  it('is caught: an update is accepted and not made', async () => {
    const found = await invariants(plain, (ports) => ({
      ...ports,
      controlPlane: withMethods(ports.controlPlane, { update: async () => ({ kind: 'accepted' }) }),
    }));
    expect(found.size).toBeGreaterThan(0);
  });

  it('is caught: every request is a new one', async () => {
    const steps = [{ after: 30, act: 'reconcile', workspace: 0, target: 0 }] as const;
    const workspaces = plain.workspaces.map((spec) => ({ ...spec, targets: ['consent' as const] }));
    const found = await invariants({ ...plain, workspaces, steps }, (ports) => ({
      ...ports,
      ledger: withMethods(ports.ledger, {
        resolveAlias: async () => undefined,
        replaceAlias: async () => true,
        writeResource: async () => {},
      }),
    }));
    expect(found.size).toBeGreaterThan(0);
  });

  it('is caught: an event has a secret', async () => {
    const found = await invariants(plain, (ports) => ({
      ...ports,
      events: withMethods(ports.events, {
        publish: async (events) => {
          const { value } = await ports.secrets.read('shared/provider');
          await ports.events.publish(
            events.map((event) => ({ ...event, detail: { ...event.detail, value } })),
          );
        },
      }),
    }));
    expect(found).toContain(
      'no secret and no link of the service in an event, a message, a log or an execution',
    );
  });
});

/** A port with some of its methods replaced. */
function withMethods<Port extends object>(port: Port, methods: Partial<Port>): Port {
  return Object.assign(Object.create(port), methods);
}
