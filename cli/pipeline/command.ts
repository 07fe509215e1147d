import { setTimeout } from 'node:timers/promises';
import { Argument, Option } from 'commander';
import { jsonText } from '../../core/text/encoders.ts';
import { defineCommand, numberBetween } from '../commandSpec.ts';
import { readEnvironmentName } from '../environmentOptions.ts';
import { invalidOption } from '../errorReport.ts';
import type { PipelineOptions } from './pipeline.ts';

const POLL_MS = 3000;

interface PipelineFlags {
  readonly guardrails?: string;
  readonly bucket?: string;
  readonly env: string;
  readonly push: boolean;
  readonly minutes: number;
  readonly role?: string;
}

/** `gateloop pipeline`. */
export const pipelineCommand = defineCommand<PipelineFlags, PipelineOptions>({
  name: 'pipeline',
  summary: 'validate, plan and push workspaces in a pipeline',
  description:
    'Validates every workspace, and with a bucket plans or pushes each. In a workflow of GitHub, problems are shown beside their lines, and plans and outcomes on the page of the job. The action of this repository runs it.',
  words: [new Argument('<folder...>', 'folders: each is a workspace, or holds workspaces as folders')],
  options: [
    new Option('--guardrails <file>', "check against the operators' guardrails, too"),
    new Option(
      '--bucket <name>',
      'the spec bucket (default: GATELOOP_BUCKET); without one, nothing is planned',
    ),
    new Option('--env <name>', 'the environment of a bucket that was not named by the stack').default('main'),
    new Option('--push', 'push the workspaces; otherwise they are planned'),
    new Option('--minutes <n>', 'stop following a push after this many minutes')
      .argParser(numberBetween('--minutes', 0.01, Number.POSITIVE_INFINITY))
      .default(30),
    new Option('--role <arn>', 'the role to assume by the token that GitHub gives the job'),
  ],
  jsonOutput:
    'print the exit code of each workspace as one line of JSON on stdout (docs/cli.schema.json, #/$defs/pipeline), all else on stderr',
  examples: {
    'pipeline workspaces': 'check every workspace, without credentials',
    'pipeline workspaces --bucket NAME': 'and plan each: for pull requests',
    'pipeline workspaces --bucket NAME --push': 'and push each: after a merge',
  },
  exits: {
    done: 'valid, and with --push: ready or waiting for a person',
    failed: 'a resource or the command failed',
    refused: 'a workspace or the command line has errors; nothing was uploaded',
    notFollowed: 'an outcome is unknown: no access to AWS, a later upload by another user, or a timeout',
    drifted: 'a resource was changed outside Gateloop, and is not reverted',
    suspended: 'a change is due, but operators have suspended all changes',
  },
  read: ({ flags, words, environment: { GATELOOP_BUCKET } }) => {
    const { guardrails, bucket = GATELOOP_BUCKET, env, role } = flags;
    if (flags.push && !bucket) throw invalidOption('--push needs --bucket');
    if (role !== undefined && !/^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/.test(role))
      throw invalidOption(`--role takes the ARN of a role, not "${role}"`);
    return {
      folders: words,
      ...(guardrails !== undefined && { guardrails }),
      ...(bucket && { bucket }),
      environment: readEnvironmentName(env),
      push: flags.push,
      minutes: flags.minutes,
      ...(role !== undefined && { role }),
      json: flags.json,
    };
  },
  run: async (options, io) => {
    const { role, bucket, environment } = options;
    if (role !== undefined && bucket !== undefined) {
      const { assumeByToken } = await import('./webIdentity.ts');
      await assumeByToken(role, io.environment);
    }
    const [{ runPipeline }, { planDestinationOf }] = await Promise.all([
      import('./pipeline.ts'),
      import('../plan/livePorts.ts'),
    ]);
    const openDestination = () => planDestinationOf({ bucket: bucket ?? '' }, environment);
    const ports = { openDestination, pause: () => setTimeout(POLL_MS), now: Date.now };
    const result = await runPipeline(options, ports, io);
    if (options.json) io.stdout.write(`${jsonText(result)}\n`);
    return result.exitCode;
  },
});
