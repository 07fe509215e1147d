import { join } from 'node:path';
import { eventLogGroupName, functionLogGroupName, LOCAL_ENVIRONMENT } from '../core/deployedNames.ts';
import type { GivenGrants } from '../core/iam/callerGrants.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';
import { defaultHealLimits, type HealLimits } from '../core/reconcile/breaker.ts';
import { GUARDRAILS_KEY } from '../core/storage/keys.ts';
import { rules, type Started, schedules } from '../events/triggers.ts';
import type { ConsoleSettings } from '../functions/console/consolePorts.ts';
import { type FunctionName, functionCatalog } from '../functions/functionCatalog.ts';
import type { Setting } from '../functions/runtime/environment.ts';
import type { Login } from '../infra/deployment.ts';
import { packageRoot } from '../workflows/packageRoot.ts';
import {
  functionPlaceholder,
  PARTITION_PLACEHOLDER,
  readDefinition,
  stateMachinePlaceholder,
  type WorkflowName,
  workflowNames,
} from '../workflows/workflowCatalog.ts';
import type { AgentCoreOptions } from './agentcore/options.ts';
import { type AgentCore, startAgentCore } from './agentcore/server.ts';
import { ACCOUNT, functionArn, stateMachineArn, topicArn } from './aws/account.ts';
import type { Activity } from './aws/activity.ts';
import { JwtAuthorizer } from './aws/httpApi/jwtAuthorizer.ts';
import type { FunctionDefinition } from './aws/lambda/functions.ts';
import type { Handler } from './aws/lambda/runHandler.ts';
import { ledgerTableDefinition } from './aws/ledgerTable.ts';
import type { StateMachineDefinition } from './aws/stepFunctions/machine.ts';
import { CONSOLE_ENVIRONMENT, localLinks } from './console/localNavigation.ts';
import { type EmbeddedAws, startEmbeddedAws } from './embeddedAws.ts';
import type { Clock } from './simulation/clock.ts';
import { clockCheckpoint } from './simulation/clockCheckpoint.ts';
import { lockDataDirectory } from './simulation/dataDirectoryLock.ts';
import { Store } from './simulation/store.ts';

export const SPEC_BUCKET = 'gateloop-spec';
export const LEDGER_TABLE = 'gateloop-ledger';
export const EVENT_BUS = 'gateloop';
const PEOPLE_TOPIC = 'gateloop-people';
const SIGNING_KEY_SECRET = 'gateloop/local/webhook-signing-key';
/** The same at every start, so that a local webhook receiver is configured once. It protects nothing. */
const SIGNING_KEY = `whsec_${Buffer.from('not a secret: the embedded AWS signs with it').toString('base64')}`;

export interface GateloopOptions {
  /** Creates the clock; `lastSeen` is the simulated time that an earlier start on the same data reached. */
  readonly clock: (lastSeen: number | undefined) => Clock;
  /** Holds all state. Without it, nothing survives the process. */
  readonly dataDirectory?: string;
  readonly agentCore?: Omit<AgentCoreOptions, 'clock' | 'store' | 'readObject' | 'publish' | 'trail'>;
  /** The base URL of the pages. */
  readonly authorizationUrl: string;
  /** A login in front of the pages. */
  readonly login?: Login;
  readonly secrets?: Readonly<Record<string, string>>;
  /** The bounds of the breaker. */
  readonly healLimits?: HealLimits;
  /** What AgentCore may use with Gateloop's permissions. Anything, by default: the embedded AWS has no IAM. */
  readonly callerGrants?: GivenGrants;
  /**
   * Whether a trail logs management events, which EventBridge needs to get those of AgentCore and of Secrets Manager. On by
   * default.
   */
  readonly trail?: boolean;
  /** The text of the operators' guardrails; without it, those of an earlier start hold, and otherwise the safe ones. */
  readonly guardrails?: string;
  /** @returns the JSON text of a workflow's definition; that of this version by default */
  readonly readDefinition?: (name: WorkflowName) => string;
  /** @returns the folder with the sources of a function; that of this package by default */
  readonly sourcesOf?: (name: FunctionName) => string;
  /** Whether schedules run; tests of a single reconcile turn them off. On by default. */
  readonly schedules?: boolean;
  /**
   * Makes the handler of a function from its environment variables. With it, functions run in this process, which starts
   * them sooner; without it, each runs as its bundle in threads of its own, as on Lambda.
   */
  readonly createHandler?: (name: FunctionName, environment: Readonly<Record<string, string>>) => Handler;
  /** What a state transition takes besides the work of its state, in simulated ms. None by default. */
  readonly transitionMs?: number;
  readonly onActivity?: (activity: Activity) => void;
}

/** The whole of Gateloop on one machine. */
export interface Gateloop {
  readonly clock: Clock;
  readonly aws: EmbeddedAws;
  readonly agentCore: AgentCore;
  /** Verifies the tokens of the login in front of the pages, if there is one. */
  readonly login: JwtAuthorizer | undefined;
  close(): Promise<void>;
}

/**
 * Runs Gateloop's own handlers, workflow files, patterns and schedules on the embedded AWS, against the AgentCore
 * emulator. Nothing in them knows that it is local.
 *
 * @throws GateloopError `DataDirectoryInUse`
 */
export async function startGateloop(options: GateloopOptions): Promise<Gateloop> {
  const { dataDirectory, trail = true } = options;
  const lock = dataDirectory === undefined ? undefined : lockDataDirectory(dataDirectory);
  const awsDirectory = dataDirectory === undefined ? undefined : join(dataDirectory, 'aws');
  const clock = options.clock(awsDirectory === undefined ? undefined : lastClockTime(awsDirectory));
  const store = new Store(dataDirectory === undefined ? ':memory:' : join(dataDirectory, 'agentcore.sqlite'));
  const running: { aws?: EmbeddedAws } = {};
  const agentCore = await startAgentCore({
    ...options.agentCore,
    clock,
    store,
    ...(trail && { trail: { roles: functionRoles } }),
    readObject: async (uri) => running.aws && readObject(running.aws, uri),
    publish: async (event) => {
      // The emulator repeats the event until the bus accepts it.
      if (!running.aws) throw new Error('the bus has not started yet');
      running.aws.bus.publish(event);
    },
  });
  const aws = await startEmbeddedAws({
    clock,
    ...(awsDirectory !== undefined && { dataDirectory: awsDirectory }),
    functions: functionDefinitions(options),
    stateMachines: workflowNames.map((name) => workflowDefinition(name, options.readDefinition)),
    rules: rules.map((rule) => ({
      name: rule.name,
      pattern: substitute(rule.pattern as JsonObject, {
        SpecBucketName: SPEC_BUCKET,
        ProvisionRoleArn: roleArnOf('provision'),
        SyncRoleArn: roleArnOf('sync'),
      }),
      targets: [targetOf(rule)],
    })),
    schedules:
      options.schedules === false
        ? []
        : schedules.map((schedule) => ({
            name: schedule.name,
            expression: schedule.expression,
            target: {
              ...targetOf(schedule),
              input: schedule.input as JsonObject,
            },
          })),
    tables: [ledgerTableDefinition(LEDGER_TABLE)],
    buckets: [{ name: SPEC_BUCKET, versioned: true }],
    secrets: { [SIGNING_KEY_SECRET]: SIGNING_KEY, ...options.secrets },
    environment: {
      AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL: agentCore.url,
      AWS_ENDPOINT_URL_BEDROCK_AGENTCORE: agentCore.url,
      AWS_ENDPOINT_URL_AGENT_REGISTRY_CONTROL: agentCore.url,
    },
    trail,
    ...(options.transitionMs !== undefined && { transitionMs: options.transitionMs }),
    eventLogGroup: eventLogGroupName(LOCAL_ENVIRONMENT),
    ...(options.onActivity && { onActivity: options.onActivity }),
  });
  running.aws = aws;
  if (options.guardrails !== undefined) aws.buckets.put(SPEC_BUCKET, GUARDRAILS_KEY, options.guardrails);
  return {
    clock,
    aws,
    agentCore,
    login: options.login && new JwtAuthorizer(options.login, clock),
    async close() {
      await aws.close();
      await agentCore.close();
      store.close();
      lock?.release();
    },
  };
}

function targetOf(started: Started) {
  return 'workflow' in started
    ? ({ kind: 'stateMachine', name: started.workflow } as const)
    : ({ kind: 'function', name: started.function } as const);
}

/** The access key with which a function signs its calls, so that they can be told from those of other clients. */
function accessKeyOf(functionName: string): string {
  return `ASIA${functionName.replaceAll('-', '').toUpperCase()}`;
}

function roleArnOf(functionName: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/gateloop-local-${functionName}-function`;
}

const functionNames = Object.keys(functionCatalog) as FunctionName[];

/** The roles of the functions by their access keys. */
const functionRoles = Object.fromEntries(functionNames.map((name) => [accessKeyOf(name), roleArnOf(name)]));

function functionDefinitions({
  authorizationUrl,
  login,
  healLimits = defaultHealLimits,
  callerGrants = 'any',
  agentCore = {},
  createHandler,
  sourcesOf = () => packageRoot,
}: GateloopOptions): FunctionDefinition[] {
  const values: Readonly<Record<Setting, string>> = {
    SPEC_BUCKET,
    SPEC_BUCKET_OWNER: ACCOUNT,
    LEDGER_TABLE,
    EVENT_BUS,
    RECONCILE_STATE_MACHINE: stateMachineArn('reconcile'),
    PEOPLE_TOPIC: topicArn(PEOPLE_TOPIC),
    AUTHORIZATION_URL: authorizationUrl,
    ANSWERS_FROM: login?.answersFrom ?? 'anybody',
    HEAL_LIMITS: JSON.stringify(healLimits),
    CALLER_GRANTS: JSON.stringify(callerGrants),
    DEPLOYMENT_ID: 'local',
    // The emulator contacts the same servers on this machine, and no others.
    MCP_SERVERS: JSON.stringify(agentCore.endpoints ?? {}),
    WATCH_TOKENS: 'gateloop/local/watch/',
    STATE_MACHINES: stateMachineArn(''),
    CONSOLE: JSON.stringify(consoleSettings(login)),
    SIGNING_KEY_SECRET,
    SIGNING_KEY_KMS_KEY: 'alias/aws/secretsmanager',
  };
  return functionNames.map((name) => {
    const { entry, settings, timeoutSeconds, memory } = functionCatalog[name];
    return {
      name,
      entry: join(sourcesOf(name), entry),
      logGroup: functionLogGroupName(LOCAL_ENVIRONMENT, name),
      environment: {
        ...Object.fromEntries(settings.map((setting) => [setting, values[setting]])),
        AWS_ACCESS_KEY_ID: accessKeyOf(name),
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: 'Gateloop',
      },
      timeoutSeconds,
      memoryMb: memory,
      ...(createHandler && {
        createHandler: (variables: Readonly<Record<string, string>>) => createHandler(name, variables),
      }),
    };
  });
}

/** Whoever reaches a server of this machine sees all; behind a login, its groups decide, as on AWS. */
function consoleSettings(login: Login | undefined): ConsoleSettings {
  const readers = login
    ? { operators: [], ...(login.groups && { groups: login.groups }) }
    : ('everybody' as const);
  return { environment: CONSOLE_ENVIRONMENT, readers, links: localLinks };
}

function workflowDefinition(name: WorkflowName, read = readDefinition): StateMachineDefinition {
  return {
    name,
    definition: JSON.parse(read(name)) as JsonObject,
    substitutions: Object.fromEntries([
      [PARTITION_PLACEHOLDER, 'aws'],
      ...functionNames.map((each) => [functionPlaceholder(each), functionArn(each)]),
      ...workflowNames.map((each) => [stateMachinePlaceholder(each), stateMachineArn(each)]),
    ]),
  };
}

function substitute(value: JsonValue, names: Readonly<Record<string, string>>): JsonValue {
  if (typeof value === 'string')
    return value.replace(/\$\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole);
  if (Array.isArray(value)) return value.map((item: JsonValue) => substitute(item, names));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, substitute(member, names)]));
}

function lastClockTime(directory: string): number | undefined {
  const lock = lockDataDirectory(directory);
  const store = new Store(join(directory, 'store.sqlite'));
  const { savedTime } = clockCheckpoint(store);
  store.close();
  lock.release();
  return savedTime;
}

async function readObject({ buckets }: EmbeddedAws, uri: string): Promise<Uint8Array | undefined> {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  try {
    return buckets.content(buckets.head(bucket, key));
  } catch {
    return undefined;
  }
}
