import type { Permission } from './permissions.ts';
import type { Setting } from './runtime/environment.ts';

export type FunctionName =
  | 'poll'
  | 'provision'
  | 'sync'
  | 'notify'
  | 'authorization-pages'
  | 'registry-approvals'
  | 'release'
  | 'schedule';

/** What a deployment must know of a function, wherever it is deployed. */
export interface FunctionEntry {
  /** Relative to the root of the repository. */
  readonly entry: string;
  readonly settings: readonly Setting[];
  /** All that it may do besides logging and tracing. */
  readonly permissions: readonly Permission[];
  /** The HTTP API's routes that it answers, such as `GET /authorizations/{id}`. */
  readonly routes?: readonly string[];
  /** At most so many run at once, where more would only run into a quota of the service. */
  readonly concurrency?: number;
  readonly timeoutSeconds: number;
  /** In MB. Lambda gives CPU by memory: at 512, reading a 10 MB schema stays within the time limit. */
  readonly memory: number;
  /** What it is there for, in the console's list of functions. */
  readonly description: string;
}

/** Every Lambda step. The embedded AWS and the deployment read this one table. */
export const functionCatalog: Readonly<Record<FunctionName, FunctionEntry>> = {
  poll: {
    entry: 'functions/poll/handler.ts',
    settings: ['SPEC_BUCKET', 'SPEC_BUCKET_OWNER', 'LEDGER_TABLE', 'EVENT_BUS'],
    permissions: [
      'checkObjects',
      'listWorkspaces',
      'readUploads',
      'readDesired',
      'writeDesired',
      'readApplied',
      'writeApplied',
      'writeOutcomes',
      'readLedger',
      'writeLedger',
      'forgetInLedger',
      'listResources',
      'readResources',
      'readTags',
      'listRegistryRecords',
      'readRegistryRecords',
      'publishEvents',
      'answerTasks',
    ],
    timeoutSeconds: 110,
    memory: 1024,
    description: 'Looks at a workspace and decides what to do next',
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
      'readResources',
      'changeControlPlane',
      'readSecrets',
    ],
    // The service grants five changes a second and an account: five at once keep it busy, more would be throttled.
    concurrency: 5,
    timeoutSeconds: 110,
    memory: 512,
    description: 'Creates, updates, deletes and rolls back resources',
  },
  sync: {
    entry: 'functions/sync/handler.ts',
    settings: ['LEDGER_TABLE'],
    permissions: ['readLedger', 'writeLedger', 'synchronizeTargets'],
    // How many synchronisations a second the service grants is not published; two functions ask for one at a time.
    concurrency: 2,
    timeoutSeconds: 110,
    memory: 512,
    description: 'Starts synchronisations of targets',
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
    ],
    permissions: [
      'checkObjects',
      'readDesired',
      'readOutcomes',
      'writeOutcomes',
      'readLedger',
      'writeLedger',
      'publishEvents',
      'tellPeople',
      'readSecrets',
      'answerTasks',
    ],
    timeoutSeconds: 110,
    memory: 512,
    description: 'Asks people, and tells them outcomes',
  },
  'authorization-pages': {
    entry: 'functions/authorization-pages/handler.ts',
    settings: ['LEDGER_TABLE', 'EVENT_BUS', 'AUTHORIZATION_URL', 'ANSWERS_FROM'],
    permissions: [
      'readLedger',
      'writeLedger',
      'readTargets',
      'completeAuthorizations',
      'publishEvents',
      'answerTasks',
    ],
    // People make few requests; whoever makes many is throttled by the API first, and here at the latest.
    concurrency: 10,
    routes: ['ANY /authorizations/{proxy+}'],
    timeoutSeconds: 25,
    memory: 512,
    description: 'The pages on which people consent, approve and refuse',
  },
  'registry-approvals': {
    entry: 'functions/registry-approvals/handler.ts',
    settings: ['SPEC_BUCKET', 'SPEC_BUCKET_OWNER', 'LEDGER_TABLE', 'EVENT_BUS'],
    permissions: [
      'checkObjects',
      'listWorkspaces',
      'readDesired',
      'readOutcomes',
      'writeOutcomes',
      'readLedger',
      'writeLedger',
      'readRegistryRecords',
      'decideRegistryRecords',
      'publishEvents',
      'answerTasks',
    ],
    timeoutSeconds: 110,
    memory: 256,
    description: 'Takes in what registries and other systems say, and carries out what people answer',
  },
  release: {
    entry: 'functions/release/handler.ts',
    settings: ['LEDGER_TABLE'],
    permissions: ['writeLedger'],
    timeoutSeconds: 50,
    memory: 256,
    description: 'Lets the lease of a workspace go',
  },
  schedule: {
    entry: 'functions/schedule/handler.ts',
    settings: ['SPEC_BUCKET', 'SPEC_BUCKET_OWNER', 'LEDGER_TABLE'],
    permissions: ['checkObjects', 'listWorkspaces', 'readOutcomes', 'readLedger'],
    timeoutSeconds: 110,
    memory: 256,
    description: 'Finds the workspaces that a schedule is to look at',
  },
};
