import {
  DescribeExecutionCommand,
  type HistoryEvent,
  paginateGetExecutionHistory,
  paginateListExecutions,
  paginateListStateMachines,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { JsonValue } from '../core/json.ts';
import { defined } from '../core/objects.ts';
import type { Execution, ExecutionDetails, ExecutionEvent, Executions } from '../core/ports/fleetReads.ts';
import { isException } from './awsError.ts';

/** The most executions that one page holds. */
const PAGE_SIZE = 1000;

/** Reads the executions of Gateloop's state machines from AWS Step Functions. */
export class StepFunctionsExecutions implements Executions {
  readonly #client: SFNClient;
  readonly #prefix: string;
  #machines: Promise<ReadonlyMap<string, string>> | undefined;

  /**
   * @param prefix what the names of the state machines begin with, such as `gateloop-main-`, or what their ARNs begin with: then
   * no right to list state machines is needed
   */
  constructor(prefix: string, client: SFNClient) {
    this.#prefix = prefix;
    this.#client = client;
  }

  async list(workflow: string, limit: number): Promise<Execution[]> {
    const stateMachineArn = await this.#machine(workflow);
    if (stateMachineArn === undefined) return [];
    const found: Execution[] = [];
    const pages = paginateListExecutions(
      { client: this.#client },
      { stateMachineArn, maxResults: Math.min(limit, PAGE_SIZE) },
    );
    for await (const { executions = [] } of pages) {
      found.push(...executions.map((execution) => executionOf(workflow, execution)));
      if (found.length >= limit) break;
    }
    return found.slice(0, limit);
  }

  async describe(workflow: string, name: string): Promise<ExecutionDetails | undefined> {
    const executionArn = await this.#execution(workflow, name);
    if (executionArn === undefined) return undefined;
    try {
      const found = await this.#client.send(new DescribeExecutionCommand({ executionArn }));
      const { input, output, error, cause } = found;
      return {
        ...executionOf(workflow, found),
        input: parsed(input) ?? null,
        ...defined({ output: parsed(output), error, cause }),
      };
    } catch (error) {
      if (isException(error, 'ExecutionDoesNotExist', 'InvalidArn')) return undefined;
      throw error;
    }
  }

  async history(workflow: string, name: string): Promise<ExecutionEvent[]> {
    const executionArn = await this.#execution(workflow, name);
    if (executionArn === undefined) return [];
    const found: ExecutionEvent[] = [];
    const pages = paginateGetExecutionHistory(
      { client: this.#client },
      { executionArn, maxResults: PAGE_SIZE, includeExecutionData: true },
    );
    try {
      for await (const { events = [] } of pages) found.push(...events.map(eventOf));
    } catch (error) {
      if (!isException(error, 'ExecutionDoesNotExist', 'InvalidArn')) throw error;
    }
    return found;
  }

  async #machine(workflow: string): Promise<string | undefined> {
    if (this.#prefix.startsWith('arn:')) return this.#prefix + workflow;
    this.#machines ??= this.#listMachines();
    return (await this.#machines).get(this.#prefix + workflow);
  }

  async #listMachines(): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for await (const { stateMachines = [] } of paginateListStateMachines({ client: this.#client }, {}))
      for (const { name = '', stateMachineArn = '' } of stateMachines) found.set(name, stateMachineArn);
    return found;
  }

  /** The ARN of an execution is that of its state machine with the name behind it. */
  async #execution(workflow: string, name: string): Promise<string | undefined> {
    const machine = await this.#machine(workflow);
    return machine && `${machine.replace(':stateMachine:', ':execution:')}:${name}`;
  }
}

interface Listed {
  readonly name?: string | undefined;
  readonly status?: Execution['status'] | undefined;
  readonly startDate?: Date | undefined;
  readonly stopDate?: Date | undefined;
}

function executionOf(workflow: string, { name = '', status, startDate, stopDate }: Listed): Execution {
  return {
    workflow,
    name,
    status: status ?? 'RUNNING',
    startedAt: startDate?.getTime() ?? 0,
    ...defined({ stoppedAt: stopDate?.getTime() }),
  };
}

/** The details of an event are under a member of their own for each type. */
interface Details {
  readonly name?: string;
  readonly input?: string;
  readonly parameters?: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

function eventOf(event: HistoryEvent): ExecutionEvent {
  const { id = 0, previousEventId = 0, timestamp, type = '' } = event;
  const details = Object.entries(event).find(([member]) => member.endsWith('EventDetails'))?.[1] as
    | Details
    | undefined; // The SDK has a type for each of some forty kinds; all have a part of these members.
  const { name, input, parameters, output, error, cause } = details ?? {};
  return {
    id,
    previousId: previousEventId,
    time: timestamp?.getTime() ?? 0,
    type,
    ...defined({
      state: /State(Entered|Exited)$/.test(type) ? name : undefined,
      input: parsed(input ?? parameters),
      output: parsed(output),
      error,
      cause,
    }),
  };
}

/** Step Functions has data as texts of JSON. */
function parsed(text: string | undefined): JsonValue | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
