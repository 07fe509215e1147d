import type { JsonObject, JsonValue } from '../../../core/json.ts';
import { stateMachineArn } from '../account.ts';
import { AwsError } from '../http/awsError.ts';
import type { Operations } from '../http/awsJson.ts';
import { optionalNumber, optionalString, requiredString } from '../http/requestMembers.ts';
import type { Execution, HistoryEvent } from './execution.ts';
import type { Machine } from './machine.ts';
import type { StateMachines } from './stateMachines.ts';

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;

/** The operations `AWSStepFunctions.*`. */
export function statesApi(machines: StateMachines): Operations {
  return {
    StartExecution: (input) => {
      const name = optionalString(input, 'name');
      const executionInput = parseInput(optionalString(input, 'input') ?? '{}');
      const { arn, startedAt } = machines.start(
        requiredString(input, 'stateMachineArn'),
        executionInput,
        name,
      );
      return { executionArn: arn, startDate: seconds(startedAt) };
    },
    DescribeExecution: (input) => describe(machines.describe(requiredString(input, 'executionArn'))),
    StopExecution: (input) => {
      const error = optionalString(input, 'error');
      const cause = optionalString(input, 'cause');
      const failure = {
        ...(error === undefined ? {} : { error }),
        ...(cause === undefined ? {} : { cause }),
      };
      const { stoppedAt, startedAt } = machines.stop(requiredString(input, 'executionArn'), failure);
      return { stopDate: seconds(stoppedAt ?? startedAt) };
    },
    RedriveExecution: (input) => ({
      redriveDate: seconds(machines.redrive(requiredString(input, 'executionArn')).startedAt),
    }),
    ListExecutions: (input) => {
      const status = optionalString(input, 'statusFilter');
      const executions = machines
        .list(requiredString(input, 'stateMachineArn'))
        .filter((execution) => status === undefined || execution.status === status);
      const { page, nextToken } = paginate(executions, input);
      return { executions: page.map(summarize), ...nextToken };
    },
    GetExecutionHistory: (input) => {
      const history = machines.history(requiredString(input, 'executionArn'));
      const { page, nextToken } = paginate(
        input.reverseOrder === true ? [...history].reverse() : history,
        input,
      );
      return { events: page.map(toApiEvent), ...nextToken };
    },
    ListStateMachines: () => ({ stateMachines: machines.machines.map(summarizeMachine) }),
    DescribeStateMachine: (input) => {
      const machine = machines.machine(requiredString(input, 'stateMachineArn'));
      return {
        ...summarizeMachine(machine),
        status: 'ACTIVE',
        roleArn: machine.roleArn,
        definition: JSON.stringify(machine.definition),
      };
    },
    SendTaskSuccess: (input) => {
      machines.tokens.complete(requiredString(input, 'taskToken'), {
        output: parseOutput(requiredString(input, 'output')),
      });
      return {};
    },
    SendTaskFailure: (input) => {
      machines.tokens.complete(requiredString(input, 'taskToken'), {
        error: optionalString(input, 'error') ?? 'States.TaskFailed',
        cause: optionalString(input, 'cause') ?? '',
      });
      return {};
    },
    SendTaskHeartbeat: (input) => {
      machines.tokens.heartbeat(requiredString(input, 'taskToken'));
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

/** The token of a page is the position of the next one. */
function paginate<T>(entries: readonly T[], input: JsonObject) {
  const from = Number(optionalString(input, 'nextToken') ?? 0);
  const size = Math.min(optionalNumber(input, 'maxResults') || DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE);
  if (!Number.isInteger(from)) throw new AwsError('InvalidToken', `Invalid Token: '${from}'`);
  const end = from + size;
  return {
    page: entries.slice(from, end),
    nextToken: end < entries.length ? { nextToken: String(end) } : {},
  };
}

/** The protocol has times in seconds. */
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
