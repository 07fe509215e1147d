import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  paginateGetExecutionHistory,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../core/json.ts';
import { stateMachineArn } from '../account.ts';
import { awsJsonErrorResponse, handleAwsJson } from '../http/awsJson.ts';
import { type HttpServer, startHttpServer } from '../http/server.ts';
import { statesApi } from './statesApi.ts';
import { failure, functionArn, startMachines } from './testing/startMachines.ts';

const stateMachine = stateMachineArn('main');
const REST = { Rest: { Type: 'Wait', Seconds: 60, End: true } };
const ASK = {
  Ask: {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Parameters: { FunctionName: 'ask', Payload: { 'token.$': '$$.Task.Token' } },
    HeartbeatSeconds: 100,
    TimeoutSeconds: 1_000,
    End: true,
  },
} satisfies Record<string, JsonObject>;

describe('statesApi', () => {
  const servers: HttpServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  async function startApi(options: Parameters<typeof startMachines>[0]) {
    const machines = startMachines(options);
    const operations = statesApi(machines.stateMachines);
    const server = await startHttpServer({
      clock: machines.clock,
      answer: (call) => handleAwsJson({ AWSStepFunctions: operations }, call),
      refuse: awsJsonErrorResponse,
    });
    servers.push(server);
    const client = new SFNClient({
      endpoint: server.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
      maxAttempts: 1,
    });
    const start = async (name?: string, input = '{}') => {
      const request = { stateMachineArn: stateMachine, input, ...(name === undefined ? {} : { name }) };
      const { executionArn = '', startDate } = await client.send(new StartExecutionCommand(request));
      return { executionArn, startDate };
    };
    const describeOf = (executionArn: string) => client.send(new DescribeExecutionCommand({ executionArn }));
    return { ...machines, client, start, describeOf };
  }

  it('starts, describes and lists executions in simulated time', async () => {
    const { client, start, describeOf, clock } = await startApi({ states: REST });
    const { executionArn, startDate } = await start('one', '{"a":1}');
    expect(executionArn).toBe('arn:aws:states:us-east-1:123456789012:execution:main:one');
    expect(startDate).toEqual(new Date(clock.now()));
    expect(await describeOf(executionArn)).toMatchObject({
      status: 'RUNNING',
      input: '{"a":1}',
      name: 'one',
    });
    await clock.advance(60_000);
    await start('two');
    expect(await describeOf(executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"a":1}',
      stopDate: new Date(clock.now()),
    });
    const list = async (statusFilter?: 'RUNNING') => {
      const filter = statusFilter === undefined ? {} : { statusFilter };
      const command = new ListExecutionsCommand({ stateMachineArn: stateMachine, ...filter });
      return (await client.send(command)).executions?.map(({ name }) => name);
    };
    expect(await list()).toEqual(['two', 'one']);
    expect(await list('RUNNING')).toEqual(['two']);
  });

  it('returns the running execution for an equal start, and rejects its name for 90 days afterwards', async () => {
    const { start, clock } = await startApi({ states: REST });
    const first = await start('one', '{"a":1}');
    await clock.advance(10_000);
    expect(await start('one', '{"a": 1}')).toEqual(first);
    await expect(start('one', '{"a":2}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await clock.advance(60_000);
    await expect(start('one', '{"a":1}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await clock.advance(90 * 24 * 3_600_000);
    expect((await start('one', '{"a":2}')).startDate).toEqual(new Date(clock.now()));
  });

  it.each([
    ['a machine that is not there', { stateMachineArn: stateMachineArn('none') }, 'StateMachineDoesNotExist'],
    ['a name with a slash', { name: 'a/b' }, 'InvalidName'],
    ['a name of 81 characters', { name: 'a'.repeat(81) }, 'InvalidName'],
    ['input that is not JSON', { input: '{' }, 'InvalidExecutionInput'],
    ['input that is too large', { input: JSON.stringify('x'.repeat(256 * 1024)) }, 'InvalidExecutionInput'],
  ])('refuses to start with %s', async (_, request, name) => {
    const { client } = await startApi({ states: REST });
    const command = new StartExecutionCommand({ stateMachineArn: stateMachine, ...request });
    await expect(client.send(command)).rejects.toMatchObject({ name });
  });

  it('returns the history events of the service', async () => {
    let isFailing = true;
    const { client, start, clock } = await startApi({
      functions: {
        flaky: () => {
          if (!isFailing) return 'done';
          isFailing = false;
          throw failure('Once', 'why');
        },
      },
      states: {
        Call: {
          Type: 'Task',
          Resource: functionArn('flaky'),
          Retry: [{ ErrorEquals: ['Once'] }],
          ResultPath: '$.said',
          Next: 'Rest',
        },
        ...REST,
      },
    });
    const { executionArn } = await start('one', '{"a":1}');
    await clock.advance(120_000);
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionFailed',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
      'TaskStateExited',
      'WaitStateEntered',
      'WaitStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
    expect(events[1]?.stateEnteredEventDetails).toMatchObject({ name: 'Call', input: '{"a":1}' });
    expect(events[4]?.lambdaFunctionFailedEventDetails).toMatchObject({ error: 'Once' });
    expect(events[8]?.stateExitedEventDetails).toMatchObject({
      name: 'Call',
      output: '{"a":1,"said":"done"}',
    });
    let count = 0;
    for await (const page of paginateGetExecutionHistory({ client, pageSize: 5 }, { executionArn })) {
      count += page.events?.length ?? 0;
    }
    expect(count).toBe(events.length);
  });

  it('stops an execution and its waits', async () => {
    const { client, start, describeOf, clock } = await startApi({ states: REST });
    const { executionArn } = await start();
    await client.send(new StopExecutionCommand({ executionArn, error: 'Enough', cause: 'said so' }));
    const stopped = { status: 'ABORTED', error: 'Enough', cause: 'said so' };
    expect(await describeOf(executionArn)).toMatchObject(stopped);
    await clock.advance(120_000);
    expect(await describeOf(executionArn)).toMatchObject(stopped);
  });

  it('redrives an execution from the state that failed', async () => {
    let isFailing = true;
    const { client, start, describeOf, clock, calls } = await startApi({
      functions: {
        first: () => 'first',
        second: () => {
          if (isFailing) throw failure('Broken');
          return 'second';
        },
      },
      states: {
        First: { Type: 'Task', Resource: functionArn('first'), Next: 'Second' },
        Second: { Type: 'Task', Resource: functionArn('second'), End: true },
      },
    });
    const { executionArn } = await start();
    await clock.advance(0);
    expect(await describeOf(executionArn)).toMatchObject({ status: 'FAILED', error: 'Broken' });
    isFailing = false;
    await client.send(new RedriveExecutionCommand({ executionArn }));
    await clock.advance(0);
    expect(await describeOf(executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      output: '"second"',
      redriveCount: 1,
    });
    expect(calls.map(({ name }) => name)).toEqual(['first', 'second', 'second']);
    await expect(client.send(new RedriveExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
    });
  });

  describe('task tokens', () => {
    const asked = async () => {
      const api = await startApi({ states: ASK, functions: { ask: () => null } });
      const { executionArn } = await api.start();
      await api.clock.until(() => api.stateMachines.isAwaitingTokensOnly && api.calls.length === 1);
      return { ...api, executionArn, taskToken: String(api.calls[0]?.payload.token) };
    };

    it('accept one success, and reject a result for a finished task', async () => {
      const { client, taskToken, executionArn, describeOf, clock } = await asked();
      const success = new SendTaskSuccessCommand({ taskToken, output: '{"yes":true}' });
      await client.send(success);
      await expect(client.send(success)).rejects.toMatchObject({ name: 'TaskTimedOut' });
      await clock.advance(0);
      expect(await describeOf(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"yes":true}' });
      await expect(client.send(success)).rejects.toMatchObject({ name: 'TaskTimedOut' });
    });

    it('accept a failure with its error and cause', async () => {
      const { client, taskToken, executionArn, describeOf, clock } = await asked();
      await client.send(new SendTaskFailureCommand({ taskToken, error: 'Declined', cause: 'by Ann' }));
      await clock.advance(0);
      expect(await describeOf(executionArn)).toMatchObject({
        status: 'FAILED',
        error: 'Declined',
        cause: 'by Ann',
      });
    });

    it('time out without a heartbeat, and stay open with heartbeats', async () => {
      const { client, taskToken, executionArn, describeOf, clock } = await asked();
      for (let beat = 0; beat < 3; beat += 1) {
        await clock.advance(90_000);
        await client.send(new SendTaskHeartbeatCommand({ taskToken }));
      }
      expect(await describeOf(executionArn)).toMatchObject({ status: 'RUNNING' });
      await clock.advance(101_000);
      expect(await describeOf(executionArn)).toMatchObject({
        status: 'FAILED',
        error: 'States.HeartbeatTimeout',
      });
    });

    it('time out at TimeoutSeconds in spite of heartbeats', async () => {
      const { client, taskToken, executionArn, describeOf, clock } = await asked();
      for (let beat = 0; beat < 12; beat += 1) {
        await clock.advance(83_000);
        await client.send(new SendTaskHeartbeatCommand({ taskToken }));
      }
      await clock.advance(83_000);
      expect(await describeOf(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    });

    it.each([
      ['a token that nobody gave', { taskToken: 'made up' }, 'InvalidToken'],
      ['an answer that is not JSON', { output: 'yes' }, 'InvalidOutput'],
    ])('refuse %s', async (_, request, name) => {
      const { client, taskToken } = await asked();
      const command = new SendTaskSuccessCommand({ taskToken, output: '{}', ...request });
      await expect(client.send(command)).rejects.toMatchObject({ name });
    });
  });

  it('describes a state machine with its definition', async () => {
    const { client } = await startApi({ states: REST });
    const { definition } = await client.send(
      new DescribeStateMachineCommand({ stateMachineArn: stateMachine }),
    );
    expect(JSON.parse(definition ?? '')).toEqual({ StartAt: 'Rest', States: REST });
  });
});

describe('task resources', () => {
  const run = (resource: string, parameters: JsonObject, more: Parameters<typeof startMachines>[0] = {}) => {
    const state = {
      Type: 'Task',
      Resource: `arn:aws:states:::${resource}`,
      Parameters: parameters,
      End: true,
    };
    const machines = startMachines({ ...more, states: { Call: state } });
    return { ...machines, ended: machines.run({ a: 1 }) };
  };
  const child = (state: JsonObject) => ({
    name: 'child',
    definition: { StartAt: 'Only', States: { Only: state } },
  });
  const StateMachineArn = stateMachineArn('child');

  it('invoke a function and return its response with metadata', async () => {
    const { ended } = run(
      'lambda:invoke',
      { FunctionName: functionArn('echo'), 'Payload.$': '$' },
      { functions: { echo: (payload) => payload } },
    );
    expect((await ended).output).toMatchObject({
      Payload: { a: 1 },
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
    });
  });

  it('start an execution without waiting for it', async () => {
    const { ended, stateMachines, clock } = run(
      'states:startExecution',
      { StateMachineArn, Name: 'named', Input: { 'b.$': '$.a' } },
      { machines: [child({ Type: 'Wait', Seconds: 60, End: true })] },
    );
    const { output } = await ended;
    expect(output).toMatchObject({
      ExecutionArn: 'arn:aws:states:us-east-1:123456789012:execution:child:named',
      StartDate: new Date(clock.now()).toISOString(),
      SdkHttpMetadata: { HttpStatusCode: 200 },
    });
    // An answer of AWS has 723 bytes, with a longer name.
    expect(JSON.stringify(output).length).toBeGreaterThan(600);
    expect(stateMachines.list('child')).toMatchObject([
      { name: 'named', status: 'RUNNING', input: { b: 1 } },
    ]);
  });

  it('start an execution and wait for its end', async () => {
    const succeeded = run(
      'states:startExecution.sync:2',
      { StateMachineArn, Input: {} },
      { machines: [child({ Type: 'Pass', Result: { c: 2 }, End: true })] },
    );
    expect((await succeeded.ended).output).toMatchObject({ Status: 'SUCCEEDED', Output: { c: 2 } });
    const failed = run(
      'states:startExecution.sync:2',
      { StateMachineArn, Input: {} },
      { machines: [child({ Type: 'Fail', Error: 'Broken' })] },
    );
    const { error, cause } = await failed.ended;
    expect(error).toBe('States.TaskFailed');
    expect(JSON.parse(cause ?? '')).toMatchObject({ Status: 'FAILED', Error: 'Broken' });
  });

  it('put events, with details written as objects', async () => {
    const { ended, sent } = run('events:putEvents', {
      Entries: [{ Source: 'gateloop', DetailType: 'Done', Detail: { 'a.$': '$.a' } }],
    });
    expect((await ended).output).toMatchObject({ FailedEntryCount: 0 });
    expect(sent).toEqual([{ Source: 'gateloop', DetailType: 'Done', Detail: '{"a":1}' }]);
  });

  it('publish messages', async () => {
    const { ended, sent } = run('sns:publish', {
      TopicArn: 'arn:aws:sns:us-east-1:123456789012:owners',
      Message: 'hello',
    });
    expect((await ended).output).toEqual({ MessageId: '1' });
    expect(sent).toMatchObject([{ topic: 'arn:aws:sns:us-east-1:123456789012:owners', message: 'hello' }]);
  });

  it('name service errors as the Amazon States Language does', async () => {
    const { ended } = run('dynamodb:updateItem', { TableName: 'ledger', Key: { pk: { S: 'x' } } });
    expect(await ended).toMatchObject({ error: 'DynamoDB.ConditionalCheckFailedException' });
  });

  it('fail when the embedded AWS lacks them', async () => {
    const { ended } = run('sqs:sendMessage', {});
    expect(await ended).toMatchObject({
      error: 'States.Runtime',
      cause: expect.stringContaining('sqs:sendMessage'),
    });
  });
});
