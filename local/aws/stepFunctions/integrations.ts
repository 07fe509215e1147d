import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { nameFromArn } from '../account.ts';
import { AwsError } from '../http/awsError.ts';
import type { Invocation } from '../lambda/functions.ts';
import type { Execution } from './execution.ts';
import { TaskFailure } from './taskFailure.ts';

/** The services that tasks call. */
export interface IntegrationPorts {
  /** @throws AwsError */
  invoke(nameOrArn: string, payload: string): Promise<Invocation>;
  /** @throws AwsError */
  startExecution(request: { stateMachine: string; name: string; input: JsonValue }): Execution;
  /** Resolves when an execution is over. */
  executionEnd(arn: string, signal: AbortSignal): Promise<Execution>;
  putEvents(entries: readonly JsonObject[]): JsonObject;
  publish(message: { topic: string; subject?: string; message: string; attributes: JsonObject }): {
    id: string;
  };
  /** @param operation such as `GetItem`. @throws AwsError */
  dynamodb(operation: string, request: JsonObject): Promise<JsonObject>;
}

/** One call of a task. */
export interface TaskCall {
  readonly parameters: JsonValue;
  /** The same when the call is repeated after a crash; valid as an execution's name. */
  readonly key: string;
  readonly ports: IntegrationPorts;
  readonly signal: AbortSignal;
}

type Integration = (call: TaskCall) => Promise<JsonValue>;

/** The parts of a task's resource. */
export interface TaskResource {
  /** As in the history: `lambda` and `invoke.waitForTaskToken`, say. */
  readonly type: string;
  readonly action: string;
  readonly pattern: 'requestResponse' | 'waitForTaskToken' | 'sync' | 'sync:2';
  readonly call: Integration;
}

/** @throws TaskFailure `States.Runtime` when the embedded AWS lacks the resource */
export function parseTaskResource(arn: string): TaskResource {
  if (/^arn:[\w-]+:lambda:/.test(arn)) {
    return {
      type: 'function',
      action: arn,
      pattern: 'requestResponse',
      call: (call) => invokeDirectly(arn, call),
    };
  }
  const [, type = '', operation = '', pattern = 'requestResponse'] =
    /^arn:[\w-]+:states:::(\w+):(\w+)(?:\.(.+))?$/.exec(arn) ?? [];
  const call = INTEGRATIONS[`${type}:${operation}`];
  if (!call || !isPattern(pattern) || (pattern.startsWith('sync') && type !== 'states')) {
    throw new TaskFailure('States.Runtime', `The embedded AWS has no task resource ${arn}.`);
  }
  const action = pattern === 'requestResponse' ? operation : `${operation}.${pattern}`;
  return {
    type,
    action,
    pattern,
    call: pattern.startsWith('sync') ? (task) => startAndWait(task, pattern) : call,
  };
}

function isPattern(pattern: string): pattern is TaskResource['pattern'] {
  return ['requestResponse', 'waitForTaskToken', 'sync', 'sync:2'].includes(pattern);
}

const INTEGRATIONS: Readonly<Record<string, Integration>> = {
  'lambda:invoke': async (call) => {
    const parameters = objectOf(call.parameters);
    const { requestId, payload } = await invoke(
      call,
      requiredString(parameters, 'FunctionName'),
      parameters.Payload ?? {},
    );
    return {
      ExecutedVersion: '$LATEST',
      Payload: payload,
      StatusCode: 200,
      SdkResponseMetadata: { RequestId: requestId },
    };
  },
  'states:startExecution': async (call) => {
    const { arn, startedAt } = start(call);
    return withHttpMetadata({ ExecutionArn: arn, StartDate: new Date(startedAt).toISOString() }, startedAt);
  },
  'events:putEvents': async ({ parameters, ports }) => {
    const { Entries: entries } = objectOf(parameters);
    const list: readonly JsonValue[] = Array.isArray(entries) ? entries : [];
    const answer = ports.putEvents(list.map(withStringDetail));
    if (answer.FailedEntryCount !== 0)
      throw new TaskFailure('EventBridge.FailedEntry', JSON.stringify(answer));
    return answer;
  },
  'sns:publish': async ({ parameters, ports }) => {
    const {
      TopicArn: topic,
      Subject: subject,
      Message: message,
      MessageAttributes: attributes,
    } = objectOf(parameters);
    const { id } = ports.publish({
      topic: String(topic),
      ...(typeof subject === 'string' ? { subject } : {}),
      message: typeof message === 'string' ? message : JSON.stringify(message),
      attributes: isJsonObject(attributes) ? attributes : {},
    });
    return { MessageId: id };
  },
  'dynamodb:getItem': dynamodb('GetItem'),
  'dynamodb:putItem': dynamodb('PutItem'),
  'dynamodb:updateItem': dynamodb('UpdateItem'),
  'dynamodb:deleteItem': dynamodb('DeleteItem'),
};

/**
 * Adds what Step Functions adds to the answer of a service, twice over: a start of an execution has some 700 bytes of it, and
 * the state of a workflow holds 256 KB.
 *
 * @param time when the service answered, in ms since the epoch
 */
function withHttpMetadata(answer: JsonObject, time: number): JsonObject {
  const RequestId = randomUUID();
  const headers = {
    Connection: 'keep-alive',
    'Content-Length': String(Buffer.byteLength(JSON.stringify(answer))),
    'Content-Type': 'application/x-amz-json-1.0',
    Date: new Date(time).toUTCString(),
    'x-amzn-RequestId': RequestId,
  };
  return {
    ...answer,
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId },
  };
}

function dynamodb(operation: string): Integration {
  return ({ parameters, ports }) =>
    withStatesErrorName('DynamoDB', () => ports.dynamodb(operation, objectOf(parameters)));
}

async function invokeDirectly(arn: string, call: TaskCall): Promise<JsonValue> {
  return (await invoke(call, arn, call.parameters)).payload;
}

async function invoke({ ports }: TaskCall, name: string, payload: JsonValue) {
  const invocation = await withStatesErrorName('Lambda', () => ports.invoke(name, JSON.stringify(payload)));
  const result: JsonValue = JSON.parse(invocation.payload);
  if (!invocation.failed) return { requestId: invocation.requestId, payload: result };
  // The service returns the whole failure payload as the cause.
  const type =
    isJsonObject(result) && typeof result.errorType === 'string' ? result.errorType : 'Lambda.Unknown';
  throw new TaskFailure(type, invocation.payload);
}

function start({ parameters, key, ports }: TaskCall): Execution {
  const request = objectOf(parameters);
  const { Name: name = key, Input: input = {} } = request;
  try {
    return ports.startExecution({
      stateMachine: nameFromArn(requiredString(request, 'StateMachineArn')),
      name: String(name),
      input: typeof input === 'string' ? JSON.parse(input) : input,
    });
  } catch (error) {
    throw toStatesError('StepFunctions', error);
  }
}

async function startAndWait(call: TaskCall, pattern: string): Promise<JsonValue> {
  const { arn } = start(call);
  const {
    status,
    output = null,
    input,
    error,
    cause,
    name,
    machine,
    startedAt,
    stoppedAt,
  } = await call.ports.executionEnd(arn, call.signal);
  const asString = pattern === 'sync';
  const description = {
    ExecutionArn: arn,
    Input: asString ? JSON.stringify(input) : input,
    Name: name,
    StartDate: startedAt,
    StateMachineArn: machine,
    Status: status,
    StopDate: stoppedAt ?? startedAt,
  };
  if (status === 'SUCCEEDED') return { ...description, Output: asString ? JSON.stringify(output) : output };
  throw new TaskFailure('States.TaskFailed', JSON.stringify({ ...description, Error: error, Cause: cause }));
}

/** Gives an error of a service its name in the Amazon States Language. */
async function withStatesErrorName<T>(service: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toStatesError(service, error);
  }
}

function toStatesError(service: string, error: unknown): unknown {
  if (!(error instanceof AwsError)) return error;
  // States name every error of a service with this suffix, whether or not the API does.
  const code = error.code.endsWith('Exception') ? error.code : `${error.code}Exception`;
  return new TaskFailure(`${service}.${code}`, error.message);
}

function withStringDetail(entry: JsonValue): JsonObject {
  const { Detail: detail, ...rest } = objectOf(entry);
  return { ...rest, Detail: typeof detail === 'string' ? detail : JSON.stringify(detail ?? {}) };
}

function objectOf(value: JsonValue): JsonObject {
  if (isJsonObject(value)) return value;
  throw new TaskFailure('States.Runtime', 'The parameters of a task are not an object.');
}

function requiredString(parameters: JsonObject, member: string): string {
  const value = parameters[member];
  if (typeof value === 'string') return value;
  throw new TaskFailure('States.Runtime', `The parameters of a task lack ${member}.`);
}
