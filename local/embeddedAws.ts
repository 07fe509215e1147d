import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LINK_EVENT } from '../core/authorization/requestEvents.ts';
import { type Activity, ActivityFeed, type ActivityListener, waitUntil } from './aws/activity.ts';
import { startApiServer } from './aws/apiServer.ts';
import { createDeliveryTargets } from './aws/deliveryTargets.ts';
import { type LocalDynamodb, startDynamodb, type TableDefinition } from './aws/dynamodb/dynamodb.ts';
import { endpointEnvironment } from './aws/endpointEnvironment.ts';
import { Deliveries } from './aws/eventBridge/deliveries.ts';
import { EventBus } from './aws/eventBridge/eventBus.ts';
import { eventsApi, putEvents } from './aws/eventBridge/eventsApi.ts';
import type { Rule } from './aws/eventBridge/target.ts';
import type { Operations } from './aws/http/awsJson.ts';
import { FunctionLog } from './aws/lambda/functionLog.ts';
import { type FunctionDefinition, Functions } from './aws/lambda/functions.ts';
import { type LogGroupEvent, logsApi } from './aws/logs/logsApi.ts';
import { FileBlobs, MemoryBlobs } from './aws/s3/blobs.ts';
import { type BucketDefinition, Buckets } from './aws/s3/buckets.ts';
import { startS3 } from './aws/s3/s3Server.ts';
import { type Schedule, Schedules } from './aws/scheduler/schedules.ts';
import { secretsApi } from './aws/secretsManager/secretsApi.ts';
import { Outbox } from './aws/sns/outbox.ts';
import type { StateMachineDefinition } from './aws/stepFunctions/machine.ts';
import { StateMachines } from './aws/stepFunctions/stateMachines.ts';
import { statesApi } from './aws/stepFunctions/statesApi.ts';
import type { Clock } from './simulation/clock.ts';
import { clockCheckpoint } from './simulation/clockCheckpoint.ts';
import { lockDataDirectory } from './simulation/dataDirectoryLock.ts';
import { Store } from './simulation/store.ts';

export interface EmbeddedAwsOptions {
  /** A clock, or a function that creates one. It must not be earlier than `lastSeen`, the time of an earlier start. */
  readonly clock: Clock | ((lastSeen: number | undefined) => Clock);
  /** Holds all state. Without it, nothing survives the process. */
  readonly dataDirectory?: string;
  readonly functions?: readonly FunctionDefinition[];
  readonly stateMachines?: readonly StateMachineDefinition[];
  readonly rules?: readonly Rule[];
  readonly schedules?: readonly Schedule[];
  /** Created if missing; an existing table stays as it is. */
  readonly tables?: readonly TableDefinition[];
  readonly buckets?: readonly BucketDefinition[];
  readonly secrets?: Readonly<Record<string, string>>;
  /** Whether the events of calls that change secrets are published, as a trail of CloudTrail does. */
  readonly trail?: boolean;
  /** The log group with the events of clients and programs, as a rule of EventBridge keeps them: those of AWS are not in it. */
  readonly eventLogGroup?: string;
  /** Environment variables of all functions: names of buckets and tables, endpoints of other services. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What a state transition takes besides the work of its state, in simulated ms. None by default. */
  readonly transitionMs?: number;
  readonly onActivity?: ActivityListener;
}

/** A running embedded AWS. */
export interface EmbeddedAws {
  readonly clock: Clock;
  /** For SDK clients: endpoints, Region, dummy credentials and the variables of the options. */
  readonly environment: Readonly<Record<string, string>>;
  readonly store: Store;
  readonly buckets: Buckets;
  readonly bus: EventBus;
  readonly deliveries: Deliveries;
  readonly schedules: Schedules;
  readonly stateMachines: StateMachines;
  readonly functions: Functions;
  readonly dynamodb: LocalDynamodb;
  readonly outbox: Outbox;
  /** The operations of the services with a JSON protocol. */
  readonly operations: Readonly<Record<'states' | 'events' | 'secrets', Operations>>;
  /** Whether nothing is running or due except executions that wait for a task token. Schedules do not count. */
  isIdle(): boolean;
  /** Lets time pass until `isIdle`. */
  idle(limitMs?: number): Promise<void>;
  /** Lets time pass until `condition` holds. @throws Error after `limitMs` simulated milliseconds (a day) */
  until(condition: () => boolean | Promise<boolean>, limitMs?: number): Promise<void>;
  onActivity(listener: (activity: Activity) => void): () => void;
  /** Stops all services. The next start resumes from disk. */
  close(): Promise<void>;
}

/**
 * Starts what Gateloop needs of AWS on the loopback interface, and resumes what an earlier start left unfinished.
 *
 * @throws GateloopError `DataDirectoryInUse`; `InvalidStateMachine`, `InvalidEventPatternException`,
 *   `ValidationException` for an invalid definition; esbuild's error for a function that does not build
 */
export async function startEmbeddedAws(options: EmbeddedAwsOptions): Promise<EmbeddedAws> {
  const storage = openStorage(options.dataDirectory);
  const started = new StartedServices();
  const close = async () => {
    await started.close();
    storage.close();
  };
  try {
    return await start(options, storage, started, close);
  } catch (error) {
    await close();
    throw error;
  }
}

interface Storage {
  /** Absent where nothing survives the process. */
  readonly directory?: string;
  readonly store: Store;
  close(): void;
}

function openStorage(directory: string | undefined): Storage {
  if (directory === undefined) {
    const store = new Store(':memory:');
    return { store, close: () => store.close() };
  }
  const lock = lockDataDirectory(directory);
  const store = new Store(join(directory, 'store.sqlite'));
  const close = () => {
    store.close();
    lock.release();
  };
  return { directory, store, close };
}

/** The started services. All stop at the same time: each accepts no more work and then finishes. */
class StartedServices {
  readonly #closers: (() => unknown)[] = [];
  #closing: Promise<unknown> | undefined;

  add<Part extends { close(): unknown }>(part: Part): Part {
    this.#closers.push(() => part.close());
    return part;
  }

  async close(): Promise<void> {
    this.#closing ??= Promise.all(this.#closers.reverse().map((close) => close()));
    await this.#closing;
  }
}

async function start(
  options: EmbeddedAwsOptions,
  { directory, store }: Storage,
  started: StartedServices,
  closeAll: () => Promise<void>,
): Promise<EmbeddedAws> {
  const checkpoint = clockCheckpoint(store);
  const clock = typeof options.clock === 'function' ? options.clock(checkpoint.savedTime) : options.clock;
  const activities = new ActivityFeed(clock);
  if (options.onActivity) activities.listen(options.onActivity);

  const outbox = new Outbox(store, clock, (message) => activities.report({ kind: 'message', message }));
  const deliveries: Deliveries = started.add(
    new Deliveries({
      store,
      clock,
      targets: createDeliveryTargets(() => ({ functions, stateMachines, outbox })),
      onOutcome: (outcome) => activities.report({ kind: 'delivery', ...outcome }),
    }),
  );
  const bus = new EventBus({
    store,
    clock,
    deliveries,
    rules: options.rules ?? [],
    onEvent: (event) => activities.report({ kind: 'event', event }),
  });
  const buckets = new Buckets({
    store,
    clock,
    bus,
    blobs: directory === undefined ? new MemoryBlobs() : new FileBlobs(join(directory, 'blobs')),
    onActivity: (activity) => activities.report({ kind: 'object', ...activity }),
  });
  for (const bucket of options.buckets ?? []) buckets.create(bucket);
  buckets.deleteUnreferencedBlobs();
  const schedules = started.add(
    new Schedules({
      store,
      clock,
      deliveries,
      schedules: options.schedules ?? [],
      onDue: (name) => activities.report({ kind: 'schedule', name }),
    }),
  );
  const functions = started.add(
    await Functions.start({
      clock,
      definitions: options.functions ?? [],
      log: started.add(functionLog(clock, directory)),
      environment: () => environment,
      onActivity: (activity) => activities.report({ kind: 'invocation', ...activity }),
    }),
  );
  const dynamodb = started.add(
    await startDynamodb({
      clock,
      tables: options.tables ?? [],
      ...(directory !== undefined && { directory: join(directory, 'dynamodb') }),
    }),
  );
  const stateMachines = started.add(
    new StateMachines({
      store,
      clock,
      definitions: options.stateMachines ?? [],
      ...(options.transitionMs !== undefined && { transitionMs: options.transitionMs }),
      ports: {
        invoke: (name, payload) => functions.invoke(name, payload),
        putEvents: (entries) => putEvents(bus, entries),
        publish: (publication) => outbox.publish(publication),
        dynamodb: (operation, request) => dynamodb.call(operation, request),
      },
      onState: (activity) => activities.report({ kind: 'state', ...activity }),
      onExecution: (execution) => activities.report({ kind: 'execution', execution }),
    }),
  );
  const operations = {
    states: statesApi(stateMachines),
    events: eventsApi(bus),
    secrets: secretsApi(options.secrets ?? {}, clock, options.trail ? bus : undefined),
  };
  const s3 = started.add(await startS3(buckets, clock));
  const api = started.add(
    await startApiServer({
      clock,
      functions,
      deliveries,
      outbox,
      jsonServices: {
        AWSStepFunctions: operations.states,
        AWSEvents: operations.events,
        secretsmanager: operations.secrets,
        Logs_20140328: logsApi((name) => logGroup(name, options, functions, bus)),
      },
    }),
  );
  const environment: Readonly<Record<string, string>> = {
    ...endpointEnvironment({ api: api.url, s3: s3.url, dynamodb: dynamodb.url }),
    ...options.environment,
  };
  started.add({ close: checkpoint.startSaving(clock) });
  stateMachines.resume();
  deliveries.start();
  schedules.start();

  const isIdle = () =>
    deliveries.pending === 0 && functions.inFlight === 0 && stateMachines.isAwaitingTokensOnly;
  let closing: Promise<void> | undefined;
  return {
    clock,
    environment,
    store,
    buckets,
    bus,
    deliveries,
    schedules,
    stateMachines,
    functions,
    dynamodb,
    outbox,
    operations,
    isIdle,
    idle: (limitMs) => waitUntil(clock, activities, isIdle, limitMs),
    until: (condition, limitMs) => waitUntil(clock, activities, condition, limitMs),
    onActivity: (listener) => activities.listen(listener),
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}

/** The lines that functions wrote lately, or the latest events. */
function logGroup(
  name: string,
  { functions: definitions = [], eventLogGroup }: EmbeddedAwsOptions,
  { log }: Functions,
  bus: EventBus,
): readonly LogGroupEvent[] | undefined {
  if (name === eventLogGroup)
    return bus
      .archive()
      .filter((event) => !event.source.startsWith('aws.') && event['detail-type'] !== LINK_EVENT)
      .map((event) => ({
        timestamp: Date.parse(event.time),
        message: JSON.stringify(event),
        stream: event.id,
      }));
  const definition = definitions.find((each) => (each.logGroup ?? `/aws/lambda/${each.name}`) === name);
  return (
    definition &&
    log.entries({ function: definition.name }).flatMap(({ at, text, requestId = 'none' }) =>
      text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((message) => ({ timestamp: Math.floor(at), message, stream: requestId })),
    )
  );
}

function functionLog(clock: Clock, directory: string | undefined): FunctionLog {
  if (directory === undefined) return new FunctionLog(clock);
  const logs = join(directory, 'logs');
  mkdirSync(logs, { recursive: true });
  return new FunctionLog(clock, join(logs, 'functions.jsonl'));
}
