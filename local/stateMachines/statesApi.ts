import type { JsonObject, JsonValue } from '../../core/manifest/json.ts';
import { stateMachineArn } from '../account.ts';
import { AwsError } from '../wire/awsError.ts';
import type { Operations } from '../wire/awsJson.ts';
import { optionalNumberOf, optionalTextOf, textOf } from '../wire/fields.ts';
import type { Execution, HistoryEvent } from './execution.ts';
import type { Machine } from './machine.ts';
import type { StateMachines } from './stateMachines.ts';

const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 1_000;

/** The operations `AWSStepFunctions.*`. */
export function statesApi(machines: StateMachines): Operations {
  return {
    StartExecution: (input) => {
      const name = optionalTextOf(input, 'name');
      const executionInput = parseInput(optionalTextOf(input, 'input') ?? '{}');
      const { arn, startedAt } = machines.start(textOf(input, 'stateMachineArn'), executionInput, name);
      return { executionArn: arn, startDate: seconds(startedAt) };
    },
    DescribeExecution: (input) => describe(machines.describe(textOf(input, 'executionArn'))),
    StopExecution: (input) => {
      const error = optionalTextOf(input, 'error');
      const cause = optionalTextOf(input, 'cause');
      const failure = {
        ...(error === undefined ? {} : { error }),
        ...(cause === undefined ? {} : { cause }),
      };
      const { stoppedAt, startedAt } = machines.stop(textOf(input, 'executionArn'), failure);
      return { stopDate: seconds(stoppedAt ?? startedAt) };
    },
    RedriveExecution: (input) => ({
      redriveDate: seconds(machines.redrive(textOf(input, 'executionArn')).startedAt),
    }),
    ListExecutions: (input) => {
      const status = optionalTextOf(input, 'statusFilter');
      const executions = machines
        .list(textOf(input, 'stateMachineArn'))
        .filter((execution) => status === undefined || execution.status === status);
      const { page, nextToken } = paginate(executions, input);
      return { executions: page.map(summarize), ...nextToken };
    },
    GetExecutionHistory: (input) => {
      const history = machines.history(textOf(input, 'executionArn'));
      const { page, nextToken } = paginate(
        input.reverseOrder === true ? [...history].reverse() : history,
        input,
      );
      return { events: page.map(toApiEvent), ...nextToken };
    },
    ListStateMachines: () => ({ stateMachines: machines.machines.map(summarizeMachine) }),
    DescribeStateMachine: (input) => {
      const machine = machines.machine(textOf(input, 'stateMachineArn'));
      return {
        ...summarizeMachine(machine),
        status: 'ACTIVE',
        roleArn: machine.roleArn,
        definition: JSON.stringify(machine.definition),
      };
    },
    SendTaskSuccess: (input) => {
      machines.tokens.answer(textOf(input, 'taskToken'), { output: parseOutput(textOf(input, 'output')) });
      return {};
    },
    SendTaskFailure: (input) => {
      machines.tokens.answer(textOf(input, 'taskToken'), {
        error: optionalTextOf(input, 'error') ?? 'States.TaskFailed',
        cause: optionalTextOf(input, 'cause') ?? '',
      });
      return {};
    },
    SendTaskHeartbeat: (input) => {
      machines.tokens.heartbeat(textOf(input, 'taskToken'));
      return {};
    },
  };
}

function describe(execution: Execution): object {
  const { input, output, error, cause, redrives } = execution;
  return {
    ...summarize(execution),
    input: JSON.stringify(input),
    inputDetails: { included: true },
    redriveCount: redrives,
    ...(output === undefined ? {} : { output: JSON.stringify(output), outputDetails: { included: true } }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
}

function summarize({ arn, machine, name, status, startedAt, stoppedAt }: Execution): object {
  return {
    executionArn: arn,
    stateMachineArn: stateMachineArn(machine),
    name,
    status,
    startDate: seconds(startedAt),
    ...(stoppedAt === undefined ? {} : { stopDate: seconds(stoppedAt) }),
  };
}

function summarizeMachine({ arn, name }: Machine): object {
  return { stateMachineArn: arn, name, type: 'STANDARD', creationDate: 0 };
}

function toApiEvent({ id, at, type, detailsName, details }: HistoryEvent): object {
  return {
    id,
    previousEventId: id - 1,
    timestamp: seconds(at),
    type,
    ...(detailsName === undefined ? {} : { [detailsName]: details }),
  };
}

/** Pages are cut by position; the token is where the next begins. */
function paginate<T>(entries: readonly T[], input: JsonObject) {
  const from = Number(optionalTextOf(input, 'nextToken') ?? 0);
  const size = Math.min(optionalNumberOf(input, 'maxResults') || DEFAULT_PAGE, LARGEST_PAGE);
  if (!Number.isInteger(from)) throw new AwsError('InvalidToken', `Invalid Token: '${from}'`);
  const end = from + size;
  return {
    page: entries.slice(from, end),
    nextToken: end < entries.length ? { nextToken: String(end) } : {},
  };
}

/** The protocol gives times in seconds. */
function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}

function parseInput(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${String(error)}'`);
  }
}

function parseOutput(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AwsError('InvalidOutput', `Invalid Output: '${String(error)}'`);
  }
}
