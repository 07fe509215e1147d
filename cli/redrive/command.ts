import { Argument } from 'commander';
import { jsonText } from '../../core/text/encoders.ts';
import { defineCommand } from '../commandSpec.ts';
import {
  type EnvironmentFlags,
  environmentExits,
  environmentOptions,
  openPrompt,
  readEnvironment,
} from '../environmentOptions.ts';
import type { RedriveKind, RedriveOptions } from './redrive.ts';

const kinds: readonly RedriveKind[] = ['executions', 'dead-letters'];

/** `gateloop redrive`. */
export const redriveCommand = defineCommand<EnvironmentFlags, RedriveOptions>({
  name: 'redrive',
  summary: 'run failed executions or dead letters again',
  description: `Runs failed work again. All steps of Gateloop are idempotent: a second run loses and duplicates nothing.

executions: restarts failed and timed-out executions of the last 14 days at the failed state.
dead-letters: starts the executions that rules and schedules could not start, and deletes each letter after the start.`,
  words: [new Argument('<kind>', 'the work to run again').choices(kinds)],
  options: environmentOptions,
  jsonOutput: 'print the result as one line of JSON on stdout, progress on stderr',
  examples: {
    'redrive executions --dry-run': 'list failed executions',
    'redrive dead-letters --env staging --yes': 'start them again without confirmation',
  },
  exits: {
    done: 'everything runs again, or nothing had failed',
    failed: 'an execution could not be redriven',
    ...environmentExits,
  },
  read: (given) => ({
    ...readEnvironment(given),
    kind: given.words[0] === 'executions' ? 'executions' : 'dead-letters',
  }),
  run: async (options, io) => {
    const [{ LambdaClient }, { SFNClient }, { SQSClient }, { redrive }] = await Promise.all([
      import('@aws-sdk/client-lambda'),
      import('@aws-sdk/client-sfn'),
      import('@aws-sdk/client-sqs'),
      import('./redrive.ts'),
    ]);
    const result = await redrive(options, {
      sfn: new SFNClient({}),
      sqs: new SQSClient({}),
      lambda: new LambdaClient({}),
      ...openPrompt(io, options.json),
      now: Date.now,
    });
    if (options.json) io.stdout.write(`${jsonText(result)}\n`);
    return result.exitCode;
  },
});
