import { LambdaClient } from '@aws-sdk/client-lambda';
import { ExecutionAlreadyExists, SFNClient } from '@aws-sdk/client-sfn';
import { QueueDoesNotExist, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../program.ts';
import { answering } from '../testing/answering.ts';
import { recordedIo } from '../testing/recordedIo.ts';
import { redriveCommand } from './command.ts';
import { type RedriveResult, redrive } from './redrive.ts';

const machine = (name: string) => ({
  name,
  stateMachineArn: `arn:aws:states:eu-west-1:123456789012:stateMachine:${name}`,
});
const TARGET = machine('gateloop-main-reconcile').stateMachineArn;

const letter = (id: string, attributes: Readonly<Record<string, string>> = { TARGET_ARN: TARGET }) => ({
  MessageId: id,
  ReceiptHandle: `receipt-${id}`,
  Body: `{"of":"${id}"}`,
  MessageAttributes: Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  ),
});

/** An account with the given letters. */
function account({
  letters = [],
  refuse = {},
}: {
  letters?: readonly object[];
  refuse?: Readonly<Record<string, Error>>;
}) {
  const queue = [...letters];
  const sfn = answering(new SFNClient({ region: 'eu-west-1' }), {
    StartExecutionCommand: ({ input = '' }) => {
      const refused = refuse[input];
      if (refused) throw refused;
      return {};
    },
  });
  const sqs = answering(new SQSClient({ region: 'eu-west-1' }), {
    GetQueueUrlCommand: ({ QueueName = '' }) => {
      if (QueueName !== 'gateloop-main-dead-letters')
        throw new QueueDoesNotExist({ message: 'no', $metadata: {} });
      return { QueueUrl: 'https://queue' };
    },
    ReceiveMessageCommand: () => ({ Messages: queue.splice(0, 2) }),
    DeleteMessageCommand: () => ({}),
    ChangeMessageVisibilityCommand: () => ({}),
  });
  const lambda = answering(new LambdaClient({ region: 'eu-west-1' }), {
    InvokeCommand: ({ Payload }: { Payload?: Uint8Array }) => {
      const { name, message } = refuse[new TextDecoder().decode(Payload)] ?? {};
      if (name === undefined) return {};
      const answer = JSON.stringify({ errorType: name, errorMessage: message });
      return { FunctionError: 'Unhandled', Payload: new TextEncoder().encode(answer) };
    },
  });
  const said: string[] = [];
  let result: RedriveResult | undefined;
  const run = async (line: string, confirm = true) => {
    const options = readCommandLine(redriveCommand, line.split(' '), recordedIo());
    result = await redrive(options, {
      sfn: sfn.client,
      sqs: sqs.client,
      lambda: lambda.client,
      say: (text) => said.push(text),
      confirm: async () => confirm,
    });
    return result.exitCode;
  };
  return { run, result: () => result, said, calls: () => [...sfn.calls, ...lambda.calls, ...sqs.calls] };
}

describe('redrive dead-letters', () => {
  it('redrive dead-letters: starts each letter once with its event, then deletes it', async () => {
    const { run, calls } = account({ letters: [letter('a'), letter('b'), letter('c')] });
    expect(await run('dead-letters --yes')).toBe(0);
    const acts = calls().filter(({ name }) => /Start|Delete/.test(name));
    expect(acts.filter(({ name }) => name === 'StartExecutionCommand').map(({ input }) => input)).toEqual(
      ['a', 'b', 'c'].map((id) => ({
        stateMachineArn: TARGET,
        input: `{"of":"${id}"}`,
        name: expect.stringMatching(/^[0-9a-f]{64}$/),
      })),
    );
    expect(acts.filter(({ name }) => name === 'DeleteMessageCommand')).toHaveLength(3);
  });

  const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:gateloop-main-trigger';
  const failedEvent = (id: string) => ({
    ...letter(id, {}),
    Body: JSON.stringify({
      requestContext: { functionArn: `${FUNCTION}:$LATEST`, condition: 'RetriesExhausted' },
      requestPayload: { of: id },
      responsePayload: { errorType: 'ThrottlingException', errorMessage: 'Rate exceeded' },
    }),
  });

  it('redrive dead-letters: has the function handle an event that it failed to handle, then deletes the letter', async () => {
    const letters = [failedEvent('a'), letter('b', { TARGET_ARN: FUNCTION })];
    const { run, calls, said } = account({ letters });
    expect(await run('dead-letters --yes')).toBe(0);
    const invoked = calls().filter(({ name }) => name === 'InvokeCommand');
    const payloadOf = ({ Payload }: Readonly<Record<string, unknown>>) =>
      new TextDecoder().decode(Payload as Uint8Array);
    expect(invoked.map(({ input }) => [input.FunctionName, payloadOf(input)])).toEqual([
      [FUNCTION, '{"of":"a"}'],
      [FUNCTION, '{"of":"b"}'],
    ]);
    expect(said[0]).toBe(`${FUNCTION}: RetriesExhausted ThrottlingException Rate exceeded`);
    expect(calls().filter(({ name }) => name === 'DeleteMessageCommand')).toHaveLength(2);
  });

  it('redrive dead-letters: leaves the letter of an event that the function fails to handle again', async () => {
    const refuse = { '{"of":"a"}': Object.assign(new Error('no role'), { name: 'AccessDeniedException' }) };
    const { run, calls, said } = account({ letters: [failedEvent('a')], refuse });
    expect(await run('dead-letters --yes')).toBe(1);
    expect(calls().some(({ name }) => name === 'DeleteMessageCommand')).toBe(false);
    expect(said).toContainEqual(expect.stringContaining('AccessDeniedException no role'));
  });

  it('redrive dead-letters: deletes a letter whose execution exists already under the same name', async () => {
    const refuse = { '{"of":"a"}': new ExecutionAlreadyExists({ message: 'yes', $metadata: {} }) };
    const { run, calls, said } = account({ letters: [letter('a')], refuse });
    expect(await run('dead-letters --yes')).toBe(0);
    expect(calls().some(({ name }) => name === 'DeleteMessageCommand')).toBe(true);
    expect(said).toContainEqual(expect.stringContaining('Already started'));
  });

  it.each([
    ['that names no target', {}],
    [
      'that names a state machine of another project',
      { TARGET_ARN: 'arn:aws:states:eu-west-1:123456789012:stateMachine:other' },
    ],
  ])('redrive dead-letters: leaves a letter %s in the queue, and continues', async (_, attributes) => {
    const { run, calls, said } = account({ letters: [letter('odd', attributes), letter('b')] });
    expect(await run('dead-letters --yes')).toBe(1);
    const deleted = calls().filter(({ name }) => name === 'DeleteMessageCommand');
    expect(deleted.map(({ input }) => input.ReceiptHandle)).toEqual(['receipt-b']);
    expect(said).toContainEqual(expect.stringContaining('it stays in the queue'));
  });

  it('redrive dead-letters: reports the source of each letter and the reason of its failure', async () => {
    const attributes = {
      RULE_ARN: 'arn:rule/uploads',
      ERROR_CODE: 'NO_PERMISSIONS',
      ERROR_MESSAGE: 'role gone',
    };
    const { run, said } = account({ letters: [letter('a', attributes)] });
    expect(await run('dead-letters --dry-run')).toBe(0);
    expect(said).toEqual(['arn:rule/uploads: NO_PERMISSIONS role gone']);
  });

  it.each([
    ['with dryRun', 'dead-letters --dry-run', 0],
    ['after a declined confirmation', 'dead-letters', 130],
  ])('redrive dead-letters: puts all letters back at once %s', async (_, line, code) => {
    const { run, calls } = account({ letters: [letter('a'), letter('b'), letter('c')] });
    expect(await run(line, false)).toBe(code);
    const back = calls().filter(({ name }) => name === 'ChangeMessageVisibilityCommand');
    expect(back.map(({ input }) => [input.ReceiptHandle, input.VisibilityTimeout])).toEqual([
      ['receipt-a', 0],
      ['receipt-b', 0],
      ['receipt-c', 0],
    ]);
  });

  it('redrive dead-letters: rejects an environment that is not deployed', async () => {
    const run = account({}).run('dead-letters --env staging');
    await expect(run).rejects.toThrow('There is no environment staging in this account and Region');
  });
});
