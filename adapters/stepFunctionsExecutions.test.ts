import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { stateMachineArn } from '../local/aws/account.ts';
import { StepFunctionsExecutions } from './stepFunctionsExecutions.ts';
import { startEmbeddedServices } from './testing/embeddedServices.ts';

const definition = {
  StartAt: 'Shape',
  States: { Shape: { Type: 'Pass', Result: { done: true }, End: true } },
};

async function openExecutions() {
  const { aws, clock, settings } = await startEmbeddedServices({
    stateMachines: [{ name: 'gateloop-main-reconcile', definition, substitutions: {} }],
  });
  const client = new SFNClient(settings('SFN'));
  const start = async (name: string) => {
    await client.send(
      new StartExecutionCommand({
        stateMachineArn: stateMachineArn('gateloop-main-reconcile'),
        name,
        input: '{"workspace":"payments"}',
      }),
    );
    await aws.idle();
    await clock.advance(1000);
  };
  return { executions: new StepFunctionsExecutions('gateloop-main-', client), start };
}

describe('StepFunctionsExecutions', () => {
  it('StepFunctionsExecutions: lists the latest executions of a workflow first', async () => {
    const { executions, start } = await openExecutions();
    for (const name of ['one', 'two', 'three']) await start(name);
    expect((await executions.list('reconcile', 2)).map(({ name }) => name)).toEqual(['three', 'two']);
    expect(await executions.list('authorize', 2)).toEqual([]);
  });

  it('StepFunctionsExecutions: reads what an execution and its states got and gave', async () => {
    const { executions, start } = await openExecutions();
    await start('one');
    expect(await executions.describe('reconcile', 'one')).toMatchObject({
      workflow: 'reconcile',
      name: 'one',
      status: 'SUCCEEDED',
      input: { workspace: 'payments' },
      output: { done: true },
    });
    expect(await executions.history('reconcile', 'one')).toMatchObject([
      { id: 1, previousId: 0, type: 'ExecutionStarted', input: { workspace: 'payments' } },
      { id: 2, previousId: 1, type: 'PassStateEntered', state: 'Shape', input: { workspace: 'payments' } },
      { type: 'PassStateExited', state: 'Shape', output: { done: true } },
      { type: 'ExecutionSucceeded', output: { done: true } },
    ]);
  });

  it('StepFunctionsExecutions: knows no execution that does not exist', async () => {
    const { executions } = await openExecutions();
    expect(await executions.describe('reconcile', 'none')).toBeUndefined();
    expect(await executions.history('reconcile', 'none')).toEqual([]);
    expect(await executions.describe('nothing', 'none')).toBeUndefined();
  });
});
