import { expect, it } from 'vitest';
import type { JsonObject } from '../../core/json.ts';
import { functionArn } from '../../local/aws/account.ts';
import { startMachines } from '../../local/aws/stepFunctions/testing/startMachines.ts';
import { functionPlaceholder, readDefinition } from '../../workflows/workflowCatalog.ts';

it('resync: scans a large fleet in turns, each of which goes on with what the turn before has returned', async () => {
  const turns: JsonObject[] = [];
  const { stateMachines, clock } = startMachines({
    machines: [
      {
        name: 'resync',
        definition: JSON.parse(readDefinition('resync')) as JsonObject,
        substitutions: { [functionPlaceholder('schedule')]: functionArn('schedule') },
      },
    ],
    functions: {
      schedule: (event) => {
        turns.push(event as JsonObject);
        return turns.length < 3 ? { next: 'scan', after: `team-${turns.length}` } : { next: 'done' };
      },
    },
  });
  const { arn } = stateMachines.start('resync', { reason: 'drift' });
  await clock.until(() => stateMachines.describe(arn).status !== 'RUNNING', 600_000);
  expect(stateMachines.describe(arn)).toMatchObject({ status: 'SUCCEEDED', output: { next: 'done' } });
  expect(turns.map(({ input, previous }) => [input, previous])).toEqual([
    [{ reason: 'drift' }, { reason: 'drift' }],
    [{ reason: 'drift' }, { next: 'scan', after: 'team-1' }],
    [{ reason: 'drift' }, { next: 'scan', after: 'team-2' }],
  ]);
});
