import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Argument, Option } from 'commander';
import { defined } from '../../core/objects.ts';
import { jsonText } from '../../core/text/encoders.ts';
import { defineCommand } from '../commandSpec.ts';
import { screenOn } from '../display/screen.ts';
import { invalidOption } from '../errorReport.ts';
import { checkedWorkspace } from '../fleet/readOptions.ts';
import {
  checkedResource,
  type DeployedFlags,
  deployedOptions,
  readRequestTo,
  workspaceOfResource,
} from '../request/requestOptions.ts';
import type { RollbackOptions } from './rollback.ts';

interface RollbackFlags extends DeployedFlags {
  readonly workspace?: string;
  readonly to?: string;
  readonly plan: boolean;
  readonly write?: string;
}

const VERSION = /^(\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?|[0-9a-f]{8,64})$/;

/** A reconciliation takes at least some seconds. */
const POLL_MS = 2000;

/** `gateloop rollback`. */
export const rollbackCommand = defineCommand<RollbackFlags, RollbackOptions>({
  name: 'rollback',
  summary: 'give a resource the configuration and the schema of an earlier upload',
  description: `Finds the latest earlier upload in which the resource had another configuration, puts its entry of that manifest and its schema into the present files, shows the plan, uploads them, and follows the workspace. Other entries stay as they are. Guardrails hold, and the owner is asked where a change of tools needs it.

The files in the spec bucket say what is wanted, so that a rollback is an upload. The next push of files that still have the newer configuration brings it back: change them too, or let --write change them in your repository and push from there.`,
  words: [new Argument('<resource>', 'gateway/payments, or payments/ledger for a target')],
  options: [
    workspaceOfResource,
    new Option(
      '--to <version>',
      'a time in ISO 8601, as "history" shows it; or the first 8 characters of the revision of an upload, or of the fingerprint of a configuration',
    ),
    new Option('--plan', 'show the plan; upload nothing'),
    new Option('--write <dir>', "write the changed files into a workspace's folder, and upload nothing"),
    ...deployedOptions,
  ],
  jsonOutput:
    'print the files, the plan and the outcome as one line of JSON on stdout (docs/cli.schema.json, #/$defs/rollback), progress on stderr',
  examples: {
    'rollback payments/ledger': 'the configuration before the present one',
    'rollback payments/ledger --to 2026-11-02T10:00:00Z --plan':
      'show what going back to that day would change',
    'rollback payments/ledger --write ./payments': 'change the files in your repository instead',
  },
  exits: {
    done: 'ready, or with --plan and --write: shown or written',
    failed: 'a resource or the command failed',
    refused:
      'there is no such resource or earlier configuration, or it is not valid now; nothing was uploaded',
    notFollowed: 'outcome unknown: no access to AWS, a later upload by another user, or a timeout',
    awaiting: 'the workspace waits for a person',
    drifted: 'a resource was changed outside Gateloop, and is not reverted',
    suspended: 'a change is due, but operators have suspended all changes',
  },
  read: (given) => {
    const { workspace, to: version, plan: planOnly, write, minutes, json } = given.flags;
    if (version !== undefined && !VERSION.test(version))
      throw invalidOption(
        `--to takes a time such as 2026-11-02T10:00:00Z, or at least 8 characters of a revision or fingerprint, not "${version}"`,
      );
    return {
      resource: checkedResource(given.words[0] ?? ''),
      to: readRequestTo(given),
      planOnly,
      minutes,
      json,
      ...defined({
        workspace: workspace === undefined ? undefined : checkedWorkspace(workspace),
        version,
        write: write === undefined ? undefined : resolve(write),
      }),
    };
  },
  run: async (options, { stdout, stderr }) => {
    const [{ rollback }, { rollbackPortsOf }] = await Promise.all([
      import('./rollback.ts'),
      import('./rollbackPorts.ts'),
    ]);
    const result = await rollback(options, await rollbackPortsOf(options.to), {
      screen: screenOn(options.json ? stderr : stdout),
      pause: () => setTimeout(POLL_MS),
      now: Date.now,
    });
    if (options.json) stdout.write(`${jsonText(result)}\n`);
    return result.exitCode;
  },
});
