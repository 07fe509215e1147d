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
import type { JsonObject } from '../../core/json.ts';
import { type FunctionName, functionCatalog } from '../../functions/functionCatalog.ts';
import { ACCOUNT, functionArn, REGION, stateMachineArn } from '../../local/aws/account.ts';
import { startMachines } from '../../local/aws/stepFunctions/testing/startMachines.ts';
import { SimulatedClock } from '../../local/simulation/clock.ts';
import {
  functionPlaceholder,
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
/** Started in the place of other workflows, so that only the calls of the one under test are seen. */
const OTHER = 'other';
/** How long a person takes to answer on the embedded runner, in simulated ms. */
const ANSWER_DELAY_MS = 60_000;

/** A workflow's file with everything filled in; a workflow that starts itself may. */
function definitionOf(name: WorkflowName): string {
  const arns: Record<string, string> = Object.fromEntries(
    functionNames.map((each) => [functionPlaceholder(each), functionArn(each)]),
  );
  return readDefinition(name).replace(
    /\$\{(\w+)\}/g,
    (_, placeholder: string) => arns[placeholder] ?? stateMachineArn(OTHER),
  );
}

const otherDefinition = { StartAt: 'Over', States: { Over: { Type: 'Succeed' } } };

async function onEmbeddedRunner({
  workflow,
  input,
  script,
  answers = [],
}: Scenario): Promise<ExecutionTrace> {
  const counts = new Map<string, number>();
  const open = [...answers];
  const clock = new SimulatedClock();
  const answer = (taskToken: unknown) => {
    const output = open.shift();
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
          if ('taskToken' in event) answer(event.taskToken);
          return nextAnswer(script, name, counts);
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
    states: outermostStates(
      workflow,
      stateMachines.history(arn).flatMap(({ details }) => enteredState(details)),
    ),
    calls: calls.map(({ name: called, payload }) => ({ name: called, event: payload })),
    started: all().filter((other) => other.arn !== arn),
  });
}

/** The states of a workflow itself: MiniStack's history says nothing of those inside a Map. */
function outermostStates(workflow: WorkflowName, entered: readonly string[]): string[] {
  const { States }: { States: JsonObject } = JSON.parse(definitionOf(workflow));
  return entered.filter((name) => name in States);
}

/** A state's name, of the details of an event that says that one was entered. */
function enteredState(details: JsonObject | undefined): string[] {
  return typeof details?.name === 'string' && 'input' in details ? [details.name] : [];
}

function nextAnswer(script: Script, name: string, counts: Map<string, number>): JsonObject {
  const index = counts.get(name) ?? 0;
  counts.set(name, index + 1);
  const answers = script[name] ?? [];
  const answer = answers[Math.min(index, answers.length - 1)];
  if (answer === undefined) throw new Error(`${name} is not part of this scenario.`);
  if (answer === 'throws') throw new Error('as the scenario says');
  return answer;
}

/** The same as `answerOf`, for a function of its own process: the script and the calls so far are files. */
const HANDLER = `
const { appendFileSync, readFileSync } = require('node:fs');
const { NAME, SCRIPT, CALLS } = process.env;
exports.handler = async (event) => {
  const calls = readFileSync(CALLS, 'utf8').split('\\n').filter(Boolean).map((line) => JSON.parse(line));
  const index = calls.filter(({ name }) => name === NAME).length;
  appendFileSync(CALLS, JSON.stringify({ name: NAME, event }) + '\\n');
  const answers = JSON.parse(readFileSync(SCRIPT, 'utf8'))[NAME] ?? [];
  const answer = answers[Math.min(index, answers.length - 1)];
  if (answer === undefined || answer === 'throws') throw new Error('as the scenario says');
  return answer;
};
`;

describe('every workflow file goes the same way, with the same inputs and outputs, on the embedded runner and on MiniStack', () => {
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

  async function onMiniStack({ workflow, input, script, answers = [] }: Scenario): Promise<ExecutionTrace> {
    writeFileSync(scriptFile, JSON.stringify(script));
    writeFileSync(callsFile, '');
    const all = async () => [...(await executionsOf(workflow)), ...(await executionsOf(OTHER))];
    const before = new Set((await all()).map(({ executionArn }) => executionArn));
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn: stateMachineArn(workflow), input: JSON.stringify(input) }),
    );
    const unanswered = [...answers];
    const ended = await waitFor(`the end of ${workflow}`, async () => {
      await answerTokens(unanswered, answers.length - unanswered.length);
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
        output: output === undefined ? undefined : JSON.parse(output),
      },
      states: outermostStates(
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

  /** Plays the person: answers the tokens that functions were given, each once. */
  async function answerTokens(unanswered: JsonObject[], answered: number): Promise<void> {
    const tokens = recordedCalls().flatMap(({ event }) => event.taskToken ?? []);
    for (const taskToken of tokens.slice(answered)) {
      const output = unanswered.shift();
      if (!output || typeof taskToken !== 'string') return;
      await sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
    }
  }

  it.each(scenarios)('$workflow: $name', async (scenario) => {
    const here = await onEmbeddedRunner(scenario);
    expect(here.calls.length).toBeGreaterThan(0);
    expect(await onMiniStack(scenario)).toEqual(here);
  });

  it('has a scenario for every workflow file', () => {
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
  const rights = {
    Effect: 'Allow',
    Action: ['lambda:InvokeFunction', 'states:StartExecution'],
    Resource: '*',
  };
  const Role = {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'scripted',
      AssumeRolePolicyDocument,
      Policies: [{ PolicyName: 'all', PolicyDocument: { Version: '2012-10-17', Statement: [rights] } }],
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
