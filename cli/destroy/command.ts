import { setTimeout } from 'node:timers/promises';
import { Option } from 'commander';
import { defineCommand } from '../commandSpec.ts';
import {
  confirmOn,
  type EnvironmentFlags,
  environmentOptions,
  readEnvironment,
  sayTo,
} from '../environmentOptions.ts';
import type { DestroyOptions } from './destroy.ts';

/** A stack takes minutes to go. */
const POLL_MS = 5000;

interface DestroyFlags extends EnvironmentFlags {
  readonly removeData: boolean;
  readonly leaveResources: boolean;
}

/** `gateloop destroy`. */
export const destroyCommand = defineCommand<DestroyFlags, DestroyOptions>({
  name: 'destroy',
  summary: 'remove an environment from the account',
  description: `Removes an environment from the account.

Without --remove-data, what holds data stays, and the next deployment takes it up again; unless the environment was deployed with "keepData": false. To have Gateloop delete what it made in AgentCore, push each workspace with a manifest that holds nothing but "settings: { prune: true }" first.`,
  options: [
    ...environmentOptions,
    new Option(
      '--remove-data',
      'remove for good, too: the buckets with every version, the ledger, the key for webhooks, the logs',
    ),
    new Option(
      '--leave-resources',
      'go on though gateways, targets … that Gateloop made in AgentCore would be left behind',
    ),
  ],
  jsonOutput: 'print what was removed and kept as one line of JSON on stdout, progress on stderr',
  examples: {
    'destroy --dry-run': 'list what would be removed and what would stay',
    'destroy --env staging': 'remove the stack, keep its data',
    'destroy --env staging --remove-data --yes': 'remove everything without a question',
  },
  exits: {
    done: 'removed',
    failed: 'something could not be removed, or there is no such environment',
    refused: 'the command line was refused',
    notFollowed: 'no access to AWS',
    interrupted: 'the question was answered with no',
  },
  read: (given) => ({
    ...readEnvironment(given),
    removeData: given.flags.removeData,
    leaveResources: given.flags.leaveResources,
  }),
  run: async (options, io) => {
    const [{ CloudFormationClient }, { destroy }, { openRemainsClients }] = await Promise.all([
      import('@aws-sdk/client-cloudformation'),
      import('./destroy.ts'),
      import('./remains.ts'),
    ]);
    const result = await destroy(options, {
      ...openRemainsClients(),
      cloudFormation: new CloudFormationClient({}),
      say: sayTo(io, options.json),
      confirm: confirmOn(options.json ? io.stderr : io.stdout),
      pause: () => setTimeout(POLL_MS),
    });
    if (options.json) io.stdout.write(`${JSON.stringify(result)}\n`);
    return result.exitCode;
  },
});
