import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Argument, Option } from 'commander';
import { isWorkspaceName, workspaceNameRule } from '../../core/storage/uploads.ts';
import { defineCommand, type Given, numberBetween } from '../commandSpec.ts';
import { screenOn } from '../display/screen.ts';
import { CommandError, invalidOption } from '../errorReport.ts';
import { exitCodes } from '../exitCodes.ts';
import { DEFAULT_DATA } from '../start/endpointFile.ts';
import type { PushOptions } from './push.ts';

const MANIFEST = 'manifest.yaml';
/** A reconciliation takes at least some seconds. */
const POLL_MS = 2000;

interface PushFlags {
  readonly workspace?: string;
  readonly bucket?: string;
  readonly local: boolean;
  readonly data: string;
  readonly plan: boolean;
  readonly look: boolean;
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
  words: [new Argument('<folder>', `the workspace's folder, with its ${MANIFEST}`)],
  options: [
    new Option('--workspace <name>', "the workspace's name (default: the folder's name)"),
    new Option(
      '--bucket <name>',
      "the spec bucket, which is the stack's output SpecBucketName (default: GATELOOP_BUCKET)",
    ),
    new Option('--local', 'push to a running npm start instead of AWS'),
    new Option('--data <dir>', 'data directory of that npm start').default(DEFAULT_DATA),
    new Option('--plan', 'validate and print the plan; upload nothing'),
    new Option('--look', 'reconcile the workspace even if no file differs'),
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
    const [{ push }, { destinationOf }, { uploadPolicy }] = await Promise.all([
      import('./push.ts'),
      import('./destination.ts'),
      import('./uploadPolicy.ts'),
    ]);
    if (options.policy) {
      const bucket = 'bucket' in options.to ? options.to.bucket : destinationOf(options.to).bucket;
      stdout.write(`${JSON.stringify(uploadPolicy(bucket, options.workspace), null, 2)}\n`);
      return exitCodes.done;
    }
    const screen = screenOn(options.json ? stderr : stdout);
    const pause = () => setTimeout(POLL_MS);
    const result = await push(options, () => destinationOf(options.to), { screen, pause, now: Date.now });
    if (options.json) stdout.write(`${JSON.stringify(result)}\n`);
    return result.exitCode;
  },
});

function readPush({ flags, words, environment }: Given<PushFlags>): PushOptions {
  const folder = resolve(words[0] ?? '');
  if (!flags.policy) checkFolder(folder);
  const workspace = flags.workspace ?? basename(folder);
  if (!isWorkspaceName(workspace))
    throw invalidOption(
      `"${workspace}" is not a valid name of a workspace: it has ${workspaceNameRule}`,
      'Give a valid name with --workspace.',
    );
  if (!flags.policy) checkManifest(folder);
  return {
    folder,
    workspace,
    to: destination(flags, environment),
    planOnly: flags.plan,
    look: flags.look,
    untilReady: flags.untilReady,
    allowWaiting: flags.allowWaiting,
    minutes: flags.minutes,
    json: flags.json,
    policy: flags.policy,
  };
}

function destination(
  { bucket, local, data }: Pick<PushFlags, 'bucket' | 'local' | 'data'>,
  { GATELOOP_BUCKET }: NodeJS.ProcessEnv,
): PushOptions['to'] {
  if (local && bucket !== undefined)
    throw invalidOption('--bucket and --local exclude each other', 'Give one of the two.');
  if (local) return { data: resolve(data) };
  const name = bucket ?? GATELOOP_BUCKET;
  if (name) return { bucket: name.replace(/^s3:\/\//, '').replace(/\/$/, '') };
  throw invalidOption(
    'No bucket is given',
    'Name it with --bucket (the output SpecBucketName of the stack), or give --local for a running npm start.',
  );
}

function checkFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const isFile = existsSync(folder);
  throw new CommandError('FolderMissing', {
    what: isFile ? `${folder} is a file.` : `${folder} does not exist.`,
    where: folder,
    remedy: isFile ? 'Name its parent folder.' : "Name a workspace's folder.",
  });
}

/** Runs before validation, whose message assumes that an earlier upload had a manifest. */
function checkManifest(folder: string): void {
  if (existsSync(join(folder, MANIFEST))) return;
  const below = readdirSync(folder).filter((name) => existsSync(join(folder, name, MANIFEST)));
  throw new CommandError('FolderMissing', {
    what: `${folder} has no ${MANIFEST}.`,
    where: folder,
    remedy:
      below.length > 0
        ? `Name one of its folders that have one: ${below.join(', ')}.`
        : `Name a workspace's folder, or write a manifest: docs/manifest.md describes it.`,
  });
}
