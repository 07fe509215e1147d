import { describe, expect, it } from 'vitest';
import { scenarioOf } from './checkSeed.ts';
import { runScenario } from './runScenario.ts';
import type { Scenario } from './scenario.ts';

/** One Lambda target, uploaded and edited once. */
const plain: Scenario = {
  seed: 1,
  workspaces: [
    { targets: ['lambda'], extras: [], prune: true, selfHeal: true, approve: 'never', resync: 'never' },
  ],
  behaviors: {},
  trail: false,
  steps: [{ after: 30, act: 'editTarget', workspace: 0, target: 0 }],
  faults: [],
};

describe('worlds with faults', () => {
  it.each([1, 2, 3, 4])('keep every promise: seed %i', async (seed) => {
    const { violations } = await runScenario(scenarioOf(seed));
    expect(violations).toEqual([]);
  });

  it('are the same worlds each time', async () => {
    const scenario = scenarioOf(5);
    expect(await runScenario(scenario)).toEqual(await runScenario(scenario));
  });

  it('end when a function crashes at one of its calls', async () => {
    const faults = [{ edge: 'port', kind: 'crashAfter', port: 'controlPlane', skip: 3, times: 1 } as const];
    expect(await runScenario({ ...plain, faults })).toMatchObject({ violations: [], injected: 1 });
  });
});

describe('the net', () => {
  it('catches a step that does not write what it did to the ledger', async () => {
    const { violations } = await runScenario(plain, (ports) => {
      const ledger = Object.create(ports.ledger);
      return { ...ports, ledger: Object.assign(ledger, { writeResource: async () => {} }) };
    });
    expect(violations.map(({ invariant }) => invariant)).toContain(
      'ready within 8 passes after the last fault',
    );
  });
});
