import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { callLimits, longestCall } from '../adapters/clientSettings.ts';
import { longestHold } from '../core/reconcile/hold.ts';
import { type FunctionName, functionCatalog } from './functionCatalog.ts';
import { LEASE_DURATION } from './poll/poll.ts';

type Service = keyof typeof callLimits;

/** The service behind a setting or a permission of a function. */
const services: Readonly<Record<string, Service>> = {
  LEDGER_TABLE: 'dynamoDb',
  checkObjects: 's3',
  readRequestDetails: 'requestDetails',
  browseUploads: 'requestDetails',
  readExecutions: 'stepFunctions',
  EVENT_BUS: 'eventBridge',
  PEOPLE_TOPIC: 'sns',
  readSecrets: 'secretsManager',
  describeSecrets: 'secretsManager',
  completeTasks: 'stepFunctions',
  completeAuthorizations: 'agentCore',
  listRegistryRecords: 'registryRecords',
  readRegistryRecords: 'registryRecords',
  decideRegistryRecords: 'registryRecords',
  readResources: 'agentCoreControl',
  readTargets: 'agentCoreControl',
  changeControlPlane: 'agentCoreControl',
  synchronizeTargets: 'agentCoreControl',
};

const names = Object.keys(functionCatalog) as FunctionName[];
const calls = names.flatMap((name) => {
  const { settings, permissions } = functionCatalog[name];
  const used = [...settings, ...permissions].flatMap((each) => services[each] ?? []);
  return [...new Set(used)].map((service): [FunctionName, Service] => [name, service]);
});

/** The states of the workflow that call a function, with their `TimeoutSeconds`. */
async function tasksOf(workflow: string): Promise<[string, number][]> {
  const { States } = JSON.parse(await readFile(new URL(`../workflows/${workflow}`, import.meta.url), 'utf8'));
  return Object.entries<Readonly<Record<string, unknown>>>(States)
    .filter(([, { Resource }]) => String(Resource).endsWith('FunctionArn}'))
    .map(([name, { TimeoutSeconds }]) => [name, Number(TimeoutSeconds)]);
}

describe('time limits', () => {
  it('time limits: every service that an adapter calls is in the table', () => {
    expect(new Set(calls.map(([, service]) => service))).toEqual(new Set(Object.keys(callLimits)));
  });

  it.each(calls)('time limits: %s outlives a call to %s that hangs in each attempt', (name, service) => {
    expect(longestCall(callLimits[service])).toBeLessThan(functionCatalog[name].timeoutSeconds * 1000);
  });

  it('time limits: a hold with a look and a write that hang ends before its function is stopped', () => {
    const { timeoutSeconds } = functionCatalog.provision;
    expect(longestHold + 2 * longestCall(callLimits.agentCoreControl)).toBeLessThan(timeoutSeconds * 1000);
  });

  it('time limits: a step of the reconciliation is stopped before the workflow gives it up, and that before the lease ends', async () => {
    const tasks = await tasksOf('reconcile.asl.json');
    expect(tasks.map(([name]) => name)).toContain('Provision');
    const longestStep = Math.max(
      ...(['poll', 'provision', 'sync', 'notify', 'release'] as const).map(
        (name) => functionCatalog[name].timeoutSeconds,
      ),
    );
    for (const [name, seconds] of tasks) {
      expect(seconds * 1000, name).toBeLessThan(LEASE_DURATION);
      if (!name.startsWith('ReleaseLease')) expect(seconds, name).toBeGreaterThan(longestStep);
    }
  });
});
