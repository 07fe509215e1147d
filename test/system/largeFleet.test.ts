import { expect, it } from 'vitest';
import type { JsonObject } from '../../core/json.ts';
import { functionArn, stateMachineArn } from '../../local/aws/account.ts';
import { startMachines } from '../../local/aws/stepFunctions/testing/startMachines.ts';
import {
  functionPlaceholder,
  PARTITION_PLACEHOLDER,
  readDefinition,
  stateMachinePlaceholder,
} from '../../workflows/workflowCatalog.ts';

/** With 723 bytes each, the answers of 362 starts are the 256 KB that a state may hold. */
const WORKSPACES = 400;

it('resync: starts a reconciliation of each of 400 workspaces, and keeps none of the answers', async () => {
  const definition = JSON.parse(readDefinition('resync')) as JsonObject;
  const workspaces = Array.from({ length: WORKSPACES }, (_, index) => ({
    workspace: `team-${index}`,
    name: `start-${index}`,
  }));
  const { stateMachines, clock } = startMachines({
    machines: [
      {
        name: 'resync',
        definition,
        substitutions: {
          [PARTITION_PLACEHOLDER]: 'aws',
          [functionPlaceholder('schedule')]: functionArn('schedule'),
          [stateMachinePlaceholder('reconcile')]: stateMachineArn('reconcile'),
        },
      },
      { name: 'reconcile', definition: { StartAt: 'Over', States: { Over: { Type: 'Succeed' } } } },
    ],
    functions: { schedule: () => ({ workspaces }) },
  });
  const { arn } = stateMachines.start('resync', { reason: 'drift' });
  await clock.until(() => stateMachines.describe(arn).status !== 'RUNNING', 600_000);
  expect(stateMachines.describe(arn)).toMatchObject({ status: 'SUCCEEDED', output: {} });
  expect(stateMachines.list('reconcile')).toHaveLength(WORKSPACES);
});
