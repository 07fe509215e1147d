import { type RunResult, runScenario } from './runScenario.ts';
import { calm, oneTarget, type Scenario } from './scenario.ts';

/** Short scenarios without faults, by name. A function crashes at each of its calls to a port, once. */
export const awaitScenarios: Readonly<Record<string, Scenario>> = {
  'first upload': {
    ...calm,
    workspaces: [{ ...oneTarget, targets: ['lambda', 'openApi'] }],
    steps: [],
  },
  'more targets than slots': {
    ...calm,
    workspaces: [{ ...oneTarget, targets: Array(7).fill('lambda') }],
    steps: [],
  },
  edit: {
    ...calm,
    workspaces: [oneTarget],
    steps: [{ after: 60, act: 'editTarget', workspace: 0, target: 0 }],
  },
  prune: {
    ...calm,
    workspaces: [{ ...oneTarget, targets: ['lambda', 'lambda'] }],
    steps: [{ after: 60, act: 'removeTarget', workspace: 0, target: 1 }],
  },
  'approval of a deletion': {
    ...calm,
    workspaces: [{ ...oneTarget, targets: ['lambda', 'lambda'], approve: 'breaking' }],
    steps: [
      { after: 60, act: 'removeTarget', workspace: 0, target: 1 },
      { after: 60, act: 'grant', workspace: 0, target: 0 },
    ],
  },
  'update with consent': {
    ...calm,
    workspaces: [{ ...oneTarget, targets: ['consent'] }],
    steps: [
      { after: 60, act: 'grant', workspace: 0, target: 0 },
      { after: 60, act: 'editTarget', workspace: 0, target: 0 },
      { after: 60, act: 'grant', workspace: 0, target: 0 },
    ],
  },
  consent: {
    ...calm,
    workspaces: [{ ...oneTarget, targets: ['consent'] }],
    steps: [{ after: 60, act: 'grant', workspace: 0, target: 0 }],
  },
  approval: {
    ...calm,
    workspaces: [{ ...oneTarget, approve: 'breaking' }],
    steps: [
      { after: 60, act: 'editTarget', workspace: 0, target: 0 },
      { after: 60, act: 'grant', workspace: 0, target: 0 },
    ],
  },
  synchronization: {
    ...calm,
    workspaces: [{ ...oneTarget, targets: ['mcpServer'], resync: 'rate(5 minutes)' }],
    steps: [{ after: 600, act: 'resyncTick', workspace: 0, target: 0 }],
  },
};

/** A call of a scenario, and whether the function crashes before it or with its effect and without its answer. */
export interface AwaitPoint {
  readonly scenario: string;
  /** The number of calls before it. */
  readonly call: number;
  readonly kind: 'crashBefore' | 'crashAfter';
}

/** A point at which a crash changed the end. */
export interface AwaitFailure {
  readonly point: AwaitPoint;
  /** The function, the port and the method. */
  readonly at: string;
  readonly seen: readonly string[];
}

/** @returns every point of a scenario, from its run without a fault, which must keep every promise */
export async function awaitPoints(name: string): Promise<AwaitPoint[]> {
  const { callsUnderFaults } = await faultFree(name);
  return Array.from({ length: callsUnderFaults }, (_, call) => call).flatMap((call): AwaitPoint[] => [
    { scenario: name, call, kind: 'crashBefore' },
    { scenario: name, call, kind: 'crashAfter' },
  ]);
}

/** Crashes at one point, and compares the end with that of the run without a fault. */
export async function checkPoint(point: AwaitPoint): Promise<AwaitFailure | undefined> {
  const { scenario, call, kind } = point;
  const expected = await faultFree(scenario);
  const faults = [{ edge: 'port', kind, skip: call, times: 1 } as const];
  const crashed = await runScenario({ ...scenarioNamed(scenario), faults });
  const seen = crashed.violations.map(({ invariant, seen: what }) => `${invariant}: ${what}`);
  if (crashed.injected !== 1) seen.push(`${crashed.injected} crashes`);
  if (crashed.end !== expected.end) seen.push(`the end is ${crashed.end} and not ${expected.end}`);
  return seen.length > 0 ? { point, at: crashed.struck.join(), seen } : undefined;
}

const faultFreeRuns = new Map<string, Promise<RunResult>>();

function faultFree(name: string): Promise<RunResult> {
  const known = faultFreeRuns.get(name) ?? runScenario(scenarioNamed(name));
  faultFreeRuns.set(name, known);
  return known;
}

function scenarioNamed(name: string): Scenario {
  const scenario = awaitScenarios[name];
  if (!scenario) throw new RangeError(`no scenario ${name}`);
  return scenario;
}
