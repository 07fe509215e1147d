import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { REGION } from './account.ts';
import type { Activity, NewActivity } from './activity.ts';
import { startApiServer } from './apiServer.ts';
import { type Clock, SimulatedClock } from './clock.ts';
import { type DataLock, lockDataDirectory } from './dataLock.ts';
import { type LocalDynamodb, startDynamodb, type TableDefinition } from './dynamodb/dynamodb.ts';
import { Deliveries } from './events/deliveries.ts';
import { EventBus } from './events/eventBus.ts';
import { eventsApi, putEvents } from './events/eventsApi.ts';
import type { Rule } from './events/target.ts';
import type { FunctionDefinition } from './functions/functionDefinition.ts';
import { FunctionLog } from './functions/functionLog.ts';
import { Functions } from './functions/functions.ts';
import { Blobs } from './s3/blobs.ts';
import { type BucketDefinition, Buckets } from './s3/buckets.ts';
import { startS3 } from './s3/s3Server.ts';
import { type Schedule, Schedules } from './schedules/schedules.ts';
import { secretsApi } from './secrets/secrets.ts';
import { seenTime } from './seenTime.ts';
import { createSenders } from './senders.ts';
import { Outbox } from './sns/outbox.ts';
import type { StateMachineDefinition } from './stateMachines/machine.ts';
import { StateMachines } from './stateMachines/stateMachines.ts';
import { statesApi } from './stateMachines/statesApi.ts';
import { Store } from './store.ts';
import type { HttpServer } from './wire/server.ts';

export interface EmbeddedAwsOptions {
  /** Or a function that makes one, which must not be earlier than the time that an earlier start has seen last. */
  readonly clock: Clock | ((lastSeen: number | undefined) => Clock);
  /** Holds everything that must survive. A directory of its own, gone at the end, when left out. */
  readonly dataDirectory?: string;
  readonly functions?: readonly FunctionDefinition[];
  readonly stateMachines?: readonly StateMachineDefinition[];
  readonly rules?: readonly Rule[];
  readonly schedules?: readonly Schedule[];
  readonly tables?: readonly TableDefinition[];
  readonly buckets?: readonly BucketDefinition[];
  readonly secrets?: Readonly<Record<string, string>>;
  /** What all functions find in their environment besides: names of buckets and tables, other services' endpoints. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly onActivity?: (activity: Activity) => void;
}

/** The embedded AWS as it runs. */
export interface EmbeddedAws {
  readonly clock: Clock;
  /** For SDK clients: endpoints, Region and credentials that name nobody, and what the options added. */
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
  /** Whether nothing is under way or due, other than what waits for a person to answer a task token. */
  isIdle(): boolean;
  /** Lets time pass until it is idle. Schedules do not count. */
  idle(limitMs?: number): Promise<void>;
  /** Lets time pass until `condition` holds. @throws Error after `limitMs` simulated milliseconds */
  until(condition: () => boolean | Promise<boolean>, limitMs?: number): Promise<void>;
  onActivity(listener: (activity: Activity) => void): () => void;
  close(): Promise<void>;
}

/**
 * Starts what Gateloop needs of AWS on the loopback interface, and takes up whatever an earlier start left unfinished.
 *
 * @throws GateloopError `DATA_DIRECTORY_IN_USE`; `INVALID_STATE_MACHINE`, `InvalidEventPatternException`,
 *   `ValidationException` for what is wrong with a definition; esbuild's error for a function that does not build
 */
export async function startEmbeddedAws(options: EmbeddedAwsOptions): Promise<EmbeddedAws> {
  const { dataDirectory } = options;
  const lock = dataDirectory === undefined ? undefined : lockDataDirectory(dataDirectory);
  try {
    return await start(options, lock);
  } catch (error) {
    lock?.release();
    throw error;
  }
}

async function start(options: EmbeddedAwsOptions, lock: DataLock | undefined): Promise<EmbeddedAws> {
  const { dataDirectory, functions: definitions = [] } = options;
  const directory = dataDirectory ?? mkdtempSync(join(tmpdir(), 'gateloop-'));
  const store = new Store(dataDirectory === undefined ? ':memory:' : join(directory, 'store.sqlite'));
  const seen = seenTime(store);
  const clock = typeof options.clock === 'function' ? options.clock(seen.last) : options.clock;
  const activities = createActivities(clock, options.onActivity);
  const { report } = activities;
  mkdirSync(join(directory, 'logs'), { recursive: true });

  const outbox = new Outbox(store, clock, (message) => report({ kind: 'message', message }));
  const deliveries: Deliveries = new Deliveries({
    store,
    clock,
    senders: createSenders(() => ({ functions, stateMachines, outbox })),
    onOutcome: (outcome) => report({ kind: 'delivery', ...outcome }),
  });
  const bus = new EventBus({
    store,
    clock,
    deliveries,
    rules: options.rules ?? [],
    onEvent: (event) => report({ kind: 'event', event }),
  });
  const buckets = new Buckets({
    store,
    clock,
    bus,
    blobs: new Blobs(join(directory, 'blobs')),
    onActivity: (activity) => report({ kind: 'object', ...activity }),
  });
  for (const bucket of options.buckets ?? []) buckets.create(bucket);
  buckets.sweep();
  const schedules = new Schedules({
    store,
    clock,
    deliveries,
    schedules: options.schedules ?? [],
    onDue: (name) => report({ kind: 'schedule', name }),
  });
  const [functions, dynamodb, s3] = await Promise.all([
    Functions.start({
      clock,
      definitions,
      log: new FunctionLog(clock, join(directory, 'logs', 'functions.jsonl')),
      environment: () => environment,
      onActivity: (activity) => report({ kind: 'invocation', ...activity }),
    }),
    startDynamodb({
      clock,
      tables: options.tables ?? [],
      ...(dataDirectory === undefined ? {} : { directory: join(directory, 'dynamodb') }),
    }),
    startS3(buckets, clock),
  ]);
  const stateMachines = new StateMachines({
    store,
    clock,
    definitions: options.stateMachines ?? [],
    ports: {
      invoke: (name, payload) => functions.invoke(name, payload),
      putEvents: (entries) => putEvents(bus, entries),
      publish: (publication) => outbox.publish(publication),
      dynamodb: (operation, request) => dynamodb.call(operation, request),
    },
    onState: (activity) => report({ kind: 'state', ...activity }),
    onExecution: (execution) => report({ kind: 'execution', execution }),
  });
  const api = await startApiServer({
    clock,
    functions,
    outbox,
    jsonServices: {
      AWSStepFunctions: statesApi(stateMachines),
      AWSEvents: eventsApi(bus),
      secretsmanager: secretsApi(options.secrets ?? {}, clock),
    },
  });
  const environment: Readonly<Record<string, string>> = {
    ...endpoints({ s3, api, dynamodb }),
    ...options.environment,
  };
  const stopSeeing = seen.watch(clock);
  stateMachines.resume();
  deliveries.start();
  schedules.start();

  const isIdle = () =>
    deliveries.pending === 0 && functions.inFlight === 0 && stateMachines.isAwaitingTokensOnly;
  const until = createUntil(clock, activities.subscribe);
  let closing: Promise<void> | undefined;
  const stop = async () => {
    stopSeeing();
    schedules.close();
    stateMachines.close();
    await Promise.all([functions.close(), deliveries.close(), api.close(), s3.close(), dynamodb.close()]);
    store.close();
    lock?.release();
    if (dataDirectory === undefined) rmSync(directory, { recursive: true, force: true });
  };
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
    isIdle,
    idle: (limitMs) => until(isIdle, limitMs),
    until,
    onActivity: activities.subscribe,
    close: () => {
      closing ??= stop();
      return closing;
    },
  };
}

/**
 * Where SDK clients find each service. What has no endpoint here goes to the API server and is refused there: nothing
 * may reach the real AWS, and nothing of the host's configuration may matter.
 */
function endpoints({ s3, api, dynamodb }: { s3: HttpServer; api: HttpServer; dynamodb: LocalDynamodb }) {
  return {
    AWS_ENDPOINT_URL: api.url,
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_ENDPOINT_URL_SFN: api.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: api.url,
    AWS_ENDPOINT_URL_SNS: api.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: api.url,
    AWS_ENDPOINT_URL_LAMBDA: api.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'embedded',
    AWS_SECRET_ACCESS_KEY: 'embedded',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

type Listener = (activity: Activity) => void;

function createActivities(clock: Clock, first: Listener | undefined) {
  const listeners = new Set<Listener>(first ? [first] : []);
  return {
    report: (activity: NewActivity) => {
      const stamped: Activity = { at: clock.now(), ...activity };
      for (const listener of listeners) listener(stamped);
    },
    subscribe: (listener: Listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

const A_DAY_MS = 24 * 3_600_000;
/** Under a clock that runs by itself, something may change without any activity here: look this often, in real time. */
const LOOK_AGAIN_MS = 50;

function createUntil(clock: Clock, subscribe: (listener: Listener) => () => void) {
  return async (condition: () => boolean | Promise<boolean>, limitMs = A_DAY_MS): Promise<void> => {
    if (clock instanceof SimulatedClock) return clock.until(condition, limitMs);
    const limit = clock.now() + limitMs;
    while (!(await condition())) {
      if (clock.now() > limit) throw new Error(`the condition does not hold after ${limitMs} simulated ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(finish, LOOK_AGAIN_MS);
        const unsubscribe = subscribe(finish);
        function finish() {
          clearTimeout(timer);
          unsubscribe();
          resolve();
        }
      });
    }
  };
}
