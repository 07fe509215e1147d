import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { type FunctionName, functionCatalog } from '../../functions/functionCatalog.ts';
import { ACCOUNT, functionArn, REGION, stateMachineArn } from '../../local/aws/account.ts';
import { startMachines } from '../../local/aws/stepFunctions/testing/startMachines.ts';
import { SimulatedClock } from '../../local/simulation/clock.ts';
import {
  functionPlaceholder,
  PARTITION_PLACEHOLDER,
  readDefinition,
  type WorkflowName,
  workflowNames,
} from '../../workflows/workflowCatalog.ts';
import {
  type ExecutionTrace,
  type FunctionCall,
  normalizeTrace,
  type StartedExecution,
} from './executionTrace.ts';
import { type MiniStack, startMiniStack } from './miniStack.ts';
import { type Scenario, type Script, scenarios } from './scenarios.ts';
import { waitFor } from './waitFor.ts';

const functionNames = Object.keys(functionCatalog) as FunctionName[];
/** The state machine that stands for every other workflow, so that only the tested workflow calls functions. */
const OTHER = 'other';
/** How long a person takes to respond on the embedded runner, in simulated ms. */
const ANSWER_DELAY_MS = 60_000;

/** Reads a workflow's file, and replaces its placeholders by ARNs. A workflow may start itself by its own name. */
function definitionOf(name: WorkflowName): string {
  const arns: Record<string, string> = {
    [PARTITION_PLACEHOLDER]: 'aws',
    ...Object.fromEntries(functionNames.map((each) => [functionPlaceholder(each), functionArn(each)])),
  };
  return readDefinition(name).replace(
    /\$\{(\w+)\}/g,
    (_, placeholder: string) => arns[placeholder] ?? stateMachineArn(OTHER),
  );
}

const otherDefinition = { StartAt: 'Over', States: { Over: { Type: 'Succeed' } } };

async function runOnEmbeddedRunner({
  workflow,
  input,
  script,
  taskOutputs = [],
}: Scenario): Promise<ExecutionTrace> {
  const counts = new Map<string, number>();
  const unsentOutputs = [...taskOutputs];
  const clock = new SimulatedClock();
  const completeLater = (taskToken: unknown) => {
    const output = unsentOutputs.shift();
    if (output && typeof taskToken === 'string') {
      clock.after(ANSWER_DELAY_MS, () => stateMachines.tokens.complete(taskToken, { output }));
    }
  };
  const { stateMachines, calls } = startMachines({
    clock,
    functions: Object.fromEntries(
      functionNames.map((name) => [
        name,
        (event) => {
          if ('taskToken' in event) completeLater(event.taskToken);
          return nextResult(script, name, counts);
        },
      ]),
    ),
    machines: [
      { name: workflow, definition: JSON.parse(definitionOf(workflow)) as JsonObject },
      { name: OTHER, definition: otherDefinition },
    ],
  });
  const { arn } = stateMachines.start(workflow, input);
  const all = () => [...stateMachines.list(workflow), ...stateMachines.list(OTHER)];
  await clock.until(() => all().every(({ status }) => status !== 'RUNNING'), 86_400_000);
  const { name, status, error, cause, output } = stateMachines.describe(arn);
  return normalizeTrace({
    execution: { name, status, error, cause, output },
    states: topLevelStates(
      workflow,
      stateMachines.history(arn).flatMap(({ details }) => enteredState(details)),
    ),
    calls: calls.map(({ name: called, payload }) => ({ name: called, event: payload })),
    started: all().filter((other) => other.arn !== arn),
  });
}

/** Keeps the top-level states of a workflow: MiniStack's history does not have those inside a Map. */
function topLevelStates(workflow: WorkflowName, entered: readonly string[]): string[] {
  const { States }: { States: JsonObject } = JSON.parse(definitionOf(workflow));
  return entered.filter((name) => name in States);
}

/** The state's name in the details of a `StateEntered` event; empty for other events. */
function enteredState(details: JsonObject | undefined): string[] {
  return typeof details?.name === 'string' && 'input' in details ? [details.name] : [];
}

/** @throws Error when the script says `throws`, or has no result for the function */
function nextResult(script: Script, name: string, counts: Map<string, number>): JsonObject {
  const index = counts.get(name) ?? 0;
  counts.set(name, index + 1);
  const results = script[name] ?? [];
  const result = results[Math.min(index, results.length - 1)];
  if (result === undefined) throw new Error(`The scenario has no result for ${name}.`);
  if (result === 'throws') throw new Error('as the scenario says');
  return result;
}

/** Does the same as `nextResult` in a separate process, which reads the script and the previous calls from files. */
const HANDLER = `
const { appendFileSync, readFileSync } = require('node:fs');
const { NAME, SCRIPT, CALLS } = process.env;
exports.handler = async (event) => {
  const calls = readFileSync(CALLS, 'utf8').split('\\n').filter(Boolean).map((line) => JSON.parse(line));
  const index = calls.filter(({ name }) => name === NAME).length;
  appendFileSync(CALLS, JSON.stringify({ name: NAME, event }) + '\\n');
  const results = JSON.parse(readFileSync(SCRIPT, 'utf8'))[NAME] ?? [];
  const result = results[Math.min(index, results.length - 1)];
  if (result === undefined || result === 'throws') throw new Error('as the scenario says');
  return result;
};
`;

/** MiniStack takes an empty `ResultSelector` for none, and keeps what StartExecution answers. */
function withoutAnswers(output: JsonValue): JsonValue {
  const all = Array.isArray(output) ? output : [output];
  const areAnswers = all.every(
    (each) => Object.keys(Object(each)).sort().join() === 'ExecutionArn,StartDate',
  );
  return areAnswers ? {} : output;
}

describe('workflow files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateloop-definitions-'));
  const [scriptFile, callsFile] = [join(directory, 'script.json'), join(directory, 'calls.jsonl')];
  let miniStack: MiniStack;
  let sfn: SFNClient;

  beforeAll(async () => {
    miniStack = await startMiniStack({ environment: {}, waitScale: 0.0001 });
    const client = {
      endpoint: miniStack.url,
      region: REGION,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      requestHandler: { httpsAgent: miniStack.agent },
    };
    sfn = new SFNClient(client);
    await deployScriptedFunctions(new CloudFormationClient(client), scriptFile, callsFile);
    const definitions = new Map<string, string>(workflowNames.map((name) => [name, definitionOf(name)]));
    definitions.set(OTHER, JSON.stringify(otherDefinition));
    for (const [name, definition] of definitions) {
      await sfn.send(
        new CreateStateMachineCommand({ name, definition, roleArn: `arn:aws:iam::${ACCOUNT}:role/scripted` }),
      );
    }
  });
  afterAll(() => miniStack?.close());

  async function executionsOf(name: string) {
    const { executions = [] } = await sfn.send(
      new ListExecutionsCommand({ stateMachineArn: stateMachineArn(name) }),
    );
    return executions;
  }

  async function runOnMiniStack({
    workflow,
    input,
    script,
    taskOutputs = [],
  }: Scenario): Promise<ExecutionTrace> {
    writeFileSync(scriptFile, JSON.stringify(script));
    writeFileSync(callsFile, '');
    const all = async () => [...(await executionsOf(workflow)), ...(await executionsOf(OTHER))];
    const before = new Set((await all()).map(({ executionArn }) => executionArn));
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn: stateMachineArn(workflow), input: JSON.stringify(input) }),
    );
    const unsentOutputs = [...taskOutputs];
    const ended = await waitFor(`the end of ${workflow}`, async () => {
      await completeTasks(unsentOutputs, taskOutputs.length - unsentOutputs.length);
      const executions = await all();
      return executions.every(({ status }) => status !== 'RUNNING') && executions;
    });
    const { name = '', status = '', error, cause, output } = await describeExecution(executionArn);
    const { events = [] } = await sfn.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
    );
    const others = ended.filter(
      (other) => other.executionArn !== executionArn && !before.has(other.executionArn),
    );
    const started = others.map(async (other): Promise<StartedExecution> => {
      const described = await describeExecution(other.executionArn);
      return { name: described.name ?? '', input: JSON.parse(described.input ?? '{}') };
    });
    return normalizeTrace({
      execution: {
        name,
        status,
        error,
        cause,
        output: output === undefined ? undefined : withoutAnswers(JSON.parse(output)),
      },
      states: topLevelStates(
        workflow,
        events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []),
      ),
      calls: recordedCalls(),
      started: await Promise.all(started),
    });
  }

  function describeExecution(executionArn: string | undefined) {
    return sfn.send(new DescribeExecutionCommand({ executionArn }));
  }

  function recordedCalls(): FunctionCall[] {
    const lines = readFileSync(callsFile, 'utf8').split('\n').filter(Boolean);
    return lines.map((line): FunctionCall => JSON.parse(line));
  }

  /** Completes each task whose function got a token, once, with the next output. Does nothing when none is left. */
  async function completeTasks(unsentOutputs: JsonObject[], sentCount: number): Promise<void> {
    const tokens = recordedCalls().flatMap(({ event }) => event.taskToken ?? []);
    for (const taskToken of tokens.slice(sentCount)) {
      const output = unsentOutputs.shift();
      if (!output || typeof taskToken !== 'string') return;
      await sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
    }
  }

  it.each(scenarios)(
    '$workflow runs the same on the embedded runner and on MiniStack: $name',
    async (scenario) => {
      const expected = await runOnEmbeddedRunner(scenario);
      expect(expected.calls.length).toBeGreaterThan(0);
      expect(await runOnMiniStack(scenario)).toEqual(expected);
    },
  );

  it('each have a scenario', () => {
    expect(new Set(scenarios.map(({ workflow }) => workflow))).toEqual(new Set(workflowNames));
  });
});

async function deployScriptedFunctions(
  cloudFormation: CloudFormationClient,
  SCRIPT: string,
  CALLS: string,
): Promise<void> {
  const functions = functionNames.map((NAME) => [
    `Function${NAME.replaceAll('-', '')}`,
    {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: NAME,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { ZipFile: HANDLER },
        Environment: { Variables: { NAME, SCRIPT, CALLS } },
      },
    },
  ]);
  const AssumeRolePolicyDocument = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: ['lambda.amazonaws.com', 'states.amazonaws.com'] },
      },
    ],
  };
  const permissions = {
    Effect: 'Allow',
    Action: ['lambda:InvokeFunction', 'states:StartExecution'],
    Resource: '*',
  };
  const Role = {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'scripted',
      AssumeRolePolicyDocument,
      Policies: [{ PolicyName: 'all', PolicyDocument: { Version: '2012-10-17', Statement: [permissions] } }],
    },
  };
  const StackName = 'scripted';
  const TemplateBody = JSON.stringify({ Resources: { Role, ...Object.fromEntries(functions) } });
  await cloudFormation.send(
    new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] }),
  );
  await waitFor('the scripted functions', async () => {
    const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    return stack?.StackStatus === 'CREATE_COMPLETE';
  });
}
