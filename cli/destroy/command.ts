import { setTimeout } from 'node:timers/promises';
import { Option } from 'commander';
import { jsonText } from '../../core/text/encoders.ts';
import { defineCommand } from '../commandSpec.ts';
import {
  type EnvironmentFlags,
  environmentExits,
  environmentOptions,
  openPrompt,
  readEnvironment,
} from '../environmentOptions.ts';
import type { DestroyOptions } from './destroy.ts';

/** CloudFormation deletes a stack in minutes. */
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

Without --remove-data, the command keeps all data, and the next deployment uses it again; an environment deployed with "keepData": false loses its data. To delete the AgentCore resources that Gateloop created, first push each workspace with a manifest that holds only "settings: { prune: true }".`,
  options: [
    ...environmentOptions,
    new Option(
      '--remove-data',
      'also delete all data: the buckets with every version, the ledger, the webhook signing key, the logs',
    ),
    new Option(
      '--leave-resources',
      'continue although AgentCore resources that Gateloop created would remain',
    ),
  ],
  jsonOutput: 'print what was removed and kept as one line of JSON on stdout, progress on stderr',
  examples: {
    'destroy --dry-run': 'list what would be removed and what would be kept',
    'destroy --env staging': 'remove the stack, keep its data',
    'destroy --env staging --remove-data --yes': 'remove everything without confirmation',
  },
  exits: {
    done: 'removed',
    failed: 'a resource could not be removed',
    ...environmentExits,
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
      ...openPrompt(io, options.json),
      pause: () => setTimeout(POLL_MS),
    });
    if (options.json) io.stdout.write(`${jsonText(result)}\n`);
    return result.exitCode;
  },
});
