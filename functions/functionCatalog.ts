import type { Permission } from './permissions.ts';
import type { Setting } from './runtime/environment.ts';

export type FunctionName =
  | 'poll'
  | 'provision'
  | 'sync'
  | 'watch-tools'
  | 'notify'
  | 'authorization-pages'
  | 'console'
  | 'registry-approvals'
  | 'release'
  | 'trigger'
  | 'schedule'
  | 'collect';

/** A function as the deployment and the embedded AWS set it up. */
export interface FunctionEntry {
  /** The handler's file, relative to the root of the repository. */
  readonly entry: string;
  readonly settings: readonly Setting[];
  /** All its permissions, except those for logs and traces. */
  readonly permissions: readonly Permission[];
  /** The routes of the HTTP API that it serves, such as `GET /authorizations/{id}`. */
  readonly routes?: readonly string[];
  /** Without a login in front of the HTTP API, it serves no route. */
  readonly needsLogin?: true;
  /** The maximum number of concurrent executions, set where more would exceed a quota of the service. */
  readonly concurrency?: number;
  readonly timeoutSeconds: number;
  /** In MB. Lambda gives CPU in proportion: with 512 MB, reading a 10 MB schema stays within the timeout. */
  readonly memory: number;
  /** Shown in the console's list of functions. */
  readonly description: string;
}

/** The route to which the browser returns from the provider. */
export const CALLBACK_ROUTE = 'GET /authorizations/return';

/** Every Lambda function. The deployment and the embedded AWS read this one table. */
export const functionCatalog: Readonly<Record<FunctionName, FunctionEntry>> = {
  poll: {
    entry: 'functions/poll/handler.ts',
    settings: [
      'SPEC_BUCKET',
      'SPEC_BUCKET_OWNER',
      'LEDGER_TABLE',
      'EVENT_BUS',
      'HEAL_LIMITS',
      'CALLER_GRANTS',
      'DEPLOYMENT_ID',
    ],
    permissions: [
      'checkObjects',
      'listWorkspaces',
      'readUploads',
      'readGuardrails',
      'readDesired',
      'writeDesired',
      'readApplied',
      'writeApplied',
      'readOutcomes',
      'writeOutcomes',
      'readLedger',
      'writeLedger',
      'deleteFromLedger',
      'listResources',
      'readResources',
      'readTags',
      'describeSecrets',
      'listRegistryRecords',
      'readRegistryRecords',
      'publishEvents',
      'completeTasks',
    ],
    timeoutSeconds: 110,
    memory: 1024,
    description: 'Observes a workspace and plans its next operations',
  },
  provision: {
    entry: 'functions/provision/handler.ts',
    settings: ['SPEC_BUCKET', 'SPEC_BUCKET_OWNER', 'LEDGER_TABLE', 'AUTHORIZATION_URL'],
    permissions: [
      'checkObjects',
      'readDesired',
      'readApplied',
      'writeApplied',
      'readLedger',
      'writeLedger',
      'listParts',
      'readResources',
      'changeControlPlane',
      'readSecrets',
    ],
    // Five hold on at a time (`maxHolds`), and five others make calls at the account's five writes a second.
    concurrency: 10,
    timeoutSeconds: 110,
    memory: 512,
    description: 'Creates, updates, deletes and rolls back resources',
  },
  sync: {
    entry: 'functions/sync/handler.ts',
    settings: ['LEDGER_TABLE'],
    permissions: ['readLedger', 'writeLedger', 'synchronizeTargets'],
    // AWS does not publish the rate limit of synchronizations. Each function makes one call at a time.
    concurrency: 2,
    timeoutSeconds: 110,
    memory: 512,
    description: 'Starts synchronizations of the tools of targets',
  },
  'watch-tools': {
    entry: 'functions/watch-tools/handler.ts',
    settings: ['SPEC_BUCKET', 'SPEC_BUCKET_OWNER', 'MCP_SERVERS', 'WATCH_TOKENS'],
    permissions: ['listToolsOfGateways', 'readGatewayTokens', 'writeToolLists'],
    timeoutSeconds: 110,
    // Ten lists of up to 16 MB at a time.
    memory: 1024,
    description: 'Reads the lists of tools that MCP servers and gateways give out',
  },
  notify: {
    entry: 'functions/notify/handler.ts',
    settings: [
      'SPEC_BUCKET',
      'SPEC_BUCKET_OWNER',
      'LEDGER_TABLE',
      'EVENT_BUS',
      'PEOPLE_TOPIC',
      'AUTHORIZATION_URL',
      'SIGNING_KEY_SECRET',
      'SIGNING_KEY_KMS_KEY',
    ],
    permissions: [
      'checkObjects',
      'readDesired',
      'writeRequestDetails',
      'readOutcomes',
      'writeOutcomes',
      'readLedger',
      'writeLedger',
      'publishEvents',
      'notifyPeople',
      'readSecrets',
      'makeSigningKey',
      'completeTasks',
    ],
    timeoutSeconds: 110,
    memory: 512,
    description: 'Opens requests, sends messages, and publishes outcomes',
  },
  'authorization-pages': {
    entry: 'functions/authorization-pages/handler.ts',
    settings: [
      'SPEC_BUCKET',
      'SPEC_BUCKET_OWNER',
      'LEDGER_TABLE',
      'EVENT_BUS',
      'AUTHORIZATION_URL',
      'ANSWERS_FROM',
    ],
    permissions: [
      'readRequestDetails',
      'readLedger',
      'writeLedger',
      'readTargets',
      'completeAuthorizations',
      'publishEvents',
      'completeTasks',
    ],
    // People make few requests. The pages limit those of each visitor.
    concurrency: 10,
    routes: ['ANY /authorizations/{proxy+}', CALLBACK_ROUTE],
    timeoutSeconds: 25,
    memory: 512,
    description: 'Serves the pages on which people consent, approve and refuse',
  },
  console: {
    entry: 'functions/console/handler.ts',
    settings: ['SPEC_BUCKET', 'SPEC_BUCKET_OWNER', 'LEDGER_TABLE', 'STATE_MACHINES', 'CONSOLE'],
    permissions: ['browseUploads', 'readDesired', 'readOutcomes', 'readLedger', 'readExecutions'],
    routes: ['GET /', 'GET /inbox', 'GET /inbox/{proxy+}', 'GET /workspaces/{proxy+}'],
    // No link is a credential for it, unlike the pages.
    needsLogin: true,
    timeoutSeconds: 25,
    memory: 512,
    description: 'Serves the console, on which operators and owners see their workspaces',
  },
  'registry-approvals': {
    entry: 'functions/registry-approvals/handler.ts',
    settings: ['SPEC_BUCKET', 'SPEC_BUCKET_OWNER', 'LEDGER_TABLE', 'EVENT_BUS'],
    permissions: [
      'checkObjects',
      'listWorkspaces',
      'readDesired',
      'writeRequestDetails',
      'readOutcomes',
      'writeOutcomes',
      'readLedger',
      'writeLedger',
      'readRegistryRecords',
      'decideRegistryRecords',
      'publishEvents',
      'completeTasks',
    ],
    timeoutSeconds: 110,
    memory: 256,
    description: 'Handles registry events and external decisions, and applies decisions about records',
  },
  release: {
    entry: 'functions/release/handler.ts',
    settings: ['LEDGER_TABLE'],
    permissions: ['readLease', 'writeLedger'],
    timeoutSeconds: 50,
    memory: 256,
    description: 'Releases the lease of a workspace',
  },
  trigger: {
    entry: 'functions/trigger/handler.ts',
    settings: ['LEDGER_TABLE', 'RECONCILE_STATE_MACHINE'],
    permissions: ['readLedger', 'writeLedger', 'startReconciliations', 'sendDeadLetters'],
    timeoutSeconds: 110,
    memory: 256,
    description: 'Turns events into one running reconciliation of each workspace',
  },
  schedule: {
    entry: 'functions/schedule/handler.ts',
    settings: [
      'SPEC_BUCKET',
      'SPEC_BUCKET_OWNER',
      'LEDGER_TABLE',
      'RECONCILE_STATE_MACHINE',
      'DEPLOYMENT_ID',
    ],
    permissions: [
      'checkObjects',
      'listWorkspaces',
      'readGuardrails',
      'listResources',
      'readOutcomes',
      'readLedger',
      'writeLedger',
      'listDueWorkspaces',
      'startReconciliations',
    ],
    timeoutSeconds: 110,
    // Fifty thousand keys of the bucket and the items of ten workspaces with a thousand targets each.
    memory: 512,
    description: 'Looks over the fleet by lists, starts what is due, and measures the fleet',
  },
  collect: {
    entry: 'functions/collect/handler.ts',
    settings: ['SPEC_BUCKET', 'SPEC_BUCKET_OWNER', 'LEDGER_TABLE'],
    permissions: [
      'checkObjects',
      'listCollected',
      'readApplied',
      'deleteCollected',
      'readOutcomes',
      'readDesired',
      'scanLedger',
      'readLease',
      'writeLedger',
      'deleteFromLedger',
    ],
    // A hundred thousand copies are read sixteen at a time, at some 20 ms each: 125 s. No step waits for it.
    timeoutSeconds: 840,
    // The names of a million objects are 150 MB.
    memory: 1024,
    description: 'Deletes what nothing needs any more of the spec bucket and the ledger',
  },
};

/** The file of each function's handler, relative to `packageRoot`: what is bundled. */
export const functionEntries: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(functionCatalog).map(([name, { entry }]) => [name, entry]),
);
