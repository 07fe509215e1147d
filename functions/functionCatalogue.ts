import type { Setting } from './environment.ts';

export type FunctionName = 'poll' | 'provision' | 'sync' | 'notify' | 'release' | 'due';

/** What a deployment must know of a function, wherever it is deployed. */
export interface FunctionEntry {
  /** Relative to the root of the repository. */
  readonly entry: string;
  readonly settings: readonly Setting[];
  readonly timeoutSeconds: number;
  /** In MB. Lambda gives CPU by memory: at 512, reading a 10 MB schema stays within the time limit. */
  readonly memory: number;
  /** What it is there for, in the console's list of functions. */
  readonly description: string;
}

/** Every Lambda step. The embedded AWS and the deployment read this one table. */
export const functionCatalogue: Readonly<Record<FunctionName, FunctionEntry>> = {
  poll: {
    entry: 'functions/poll/handler.ts',
    settings: ['SPEC_BUCKET', 'SPEC_BUCKET_OWNER', 'LEDGER_TABLE', 'EVENT_BUS'],
    timeoutSeconds: 110,
    memory: 1024,
    description: 'Looks at a workspace and decides what to do next',
  },
  provision: {
    entry: 'functions/provision/handler.ts',
    settings: ['SPEC_BUCKET', 'SPEC_BUCKET_OWNER', 'LEDGER_TABLE'],
    timeoutSeconds: 110,
    memory: 512,
    description: 'Creates, updates, deletes and rolls back resources',
  },
  sync: {
    entry: 'functions/sync/handler.ts',
    settings: ['LEDGER_TABLE'],
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
    ],
    timeoutSeconds: 110,
    memory: 512,
    description: 'Asks people, and tells them outcomes',
  },
  release: {
    entry: 'functions/release/handler.ts',
    settings: ['LEDGER_TABLE'],
    timeoutSeconds: 50,
    memory: 256,
    description: 'Lets the lease of a workspace go',
  },
  due: {
    entry: 'functions/due/handler.ts',
    settings: ['SPEC_BUCKET', 'SPEC_BUCKET_OWNER', 'LEDGER_TABLE'],
    timeoutSeconds: 110,
    memory: 256,
    description: 'Finds the workspaces that a schedule is to look at',
  },
};
