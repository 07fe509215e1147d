import { setTimeout } from 'node:timers/promises';
import { Option } from 'commander';
import { jsonText } from '../../core/text/encoders.ts';
import { defineCommand, type Given, numberBetween } from '../commandSpec.ts';
import { screenOn } from '../display/screen.ts';
import { exitCodes } from '../exitCodes.ts';
import { folderWord, readWorkspace, type WorkspaceFlags, workspaceOptions } from '../workspaceOptions.ts';
import type { PushOptions } from './push.ts';

/** A reconciliation takes at least some seconds. */
const POLL_MS = 2000;

interface PushFlags extends WorkspaceFlags {
  readonly plan: boolean;
  readonly reconcile: boolean;
  readonly untilReady: boolean;
  readonly allowWaiting: boolean;
  readonly minutes: number;
  readonly policy: boolean;
}

/** `gateloop push`. */
export const pushCommand = defineCommand<PushFlags, PushOptions>({
  name: 'push',
  summary: 'validate, plan and upload a workspace, and follow it until it settles',
  description:
    'Validates a workspace, prints its plan, uploads it, and follows its reconciliation until it settles.',
  words: [folderWord],
  options: [
    ...workspaceOptions('push to'),
    new Option('--plan', 'validate and print the plan; upload nothing'),
    new Option('--reconcile', 'reconcile the workspace even if no file differs'),
    new Option('--until-ready', 'keep following while the workspace waits only for people'),
    new Option(
      '--allow-waiting',
      `exit with ${exitCodes.done}, not ${exitCodes.awaiting}, while the workspace waits for people`,
    ),
    new Option('--minutes <n>', 'stop following after this many minutes')
      .argParser(numberBetween('--minutes', 0.01, Number.POSITIVE_INFINITY))
      .default(30),
    new Option('--policy', 'print the least-privilege IAM policy for this push, and exit'),
  ],
  jsonOutput: 'print plan, files and outcome as one line of JSON on stdout, progress on stderr',
  examples: {
    'push payments --local': 'push to a running npm start',
    'push payments --bucket NAME --plan': 'show what would change on AWS',
    'push payments --bucket NAME --json': 'upload, follow, print one JSON object',
    'push payments --bucket NAME --policy': 'print the IAM policy that a pipeline needs',
  },
  exits: {
    done: 'ready',
    failed: 'a resource or the command failed',
    refused: 'the workspace or the command line has errors; nothing was uploaded',
    notFollowed: 'outcome unknown: no access to AWS, a later upload by another user, or a timeout',
    awaiting: 'the workspace waits for a person',
    drifted: 'a resource was changed outside Gateloop, and is not reverted',
    suspended: 'a change is due, but operators have suspended all changes',
  },
  read: readPush,
  run: async (options, { stdout, stderr }) => {
    const [{ push }, { planDestinationOf }, { destinationOf }, { uploadPolicy }] = await Promise.all([
      import('./push.ts'),
      import('../plan/livePorts.ts'),
      import('./destination.ts'),
      import('./uploadPolicy.ts'),
    ]);
    if (options.policy) {
      const bucket = 'bucket' in options.to ? options.to.bucket : destinationOf(options.to).bucket;
      // Loaded for this option alone: CDK's table of Regions takes 80 ms.
      const [{ RegionInfo }, { bucketPlace }] = await Promise.all([
        import('aws-cdk-lib/region-info'),
        import('../../core/deployedNames.ts'),
      ]);
      const { partition } = RegionInfo.get(bucketPlace(bucket).region ?? '');
      stdout.write(`${jsonText(uploadPolicy(bucket, options.workspace, partition), 2)}\n`);
      return exitCodes.done;
    }
    const screen = screenOn(options.json ? stderr : stdout);
    const pause = () => setTimeout(POLL_MS);
    const result = await push(options, () => planDestinationOf(options.to), { screen, pause, now: Date.now });
    if (options.json) stdout.write(`${jsonText(result)}\n`);
    return result.exitCode;
  },
});

function readPush(given: Given<PushFlags>): PushOptions {
  const { plan, reconcile, untilReady, allowWaiting, minutes, json, policy } = given.flags;
  const workspace = readWorkspace(given, !policy);
  return { ...workspace, planOnly: plan, reconcile, untilReady, allowWaiting, minutes, json, policy };
}
