import { Argument } from 'commander';
import { defineCommand } from '../commandSpec.ts';
import {
  confirmOn,
  type EnvironmentFlags,
  environmentOptions,
  readEnvironment,
  sayTo,
} from '../environmentOptions.ts';
import type { RedriveKind, RedriveOptions } from './redrive.ts';

const kinds: readonly RedriveKind[] = ['executions', 'dead-letters'];

/** `gateloop redrive`. */
export const redriveCommand = defineCommand<EnvironmentFlags, RedriveOptions>({
  name: 'redrive',
  summary: 'run failed executions or dead letters again',
  description: `Runs again what failed. Everything that Gateloop does may be done twice: nothing is lost or doubled by it.

executions: failed and timed-out executions of the last 14 days, from the state that failed.
dead-letters: what rules and schedules could not start; each letter is deleted once its execution has started.`,
  words: [new Argument('<kind>', 'what to run again').choices(kinds)],
  options: environmentOptions,
  jsonOutput: 'print what was run again as one line of JSON on stdout, progress on stderr',
  examples: {
    'redrive executions --dry-run': 'list failed executions',
    'redrive dead-letters --env staging --yes': 'start them again without a question',
  },
  exits: {
    done: 'all of it runs again, or there was nothing',
    failed: 'some could not be redriven, or there is no such environment',
    refused: 'the command line was refused',
    notFollowed: 'no access to AWS',
    interrupted: 'the question was answered with no',
  },
  read: (given) => ({
    ...readEnvironment(given),
    kind: given.words[0] === 'executions' ? 'executions' : 'dead-letters',
  }),
  run: async (options, io) => {
    const [{ SFNClient }, { SQSClient }, { redrive }] = await Promise.all([
      import('@aws-sdk/client-sfn'),
      import('@aws-sdk/client-sqs'),
      import('./redrive.ts'),
    ]);
    const result = await redrive(options, {
      sfn: new SFNClient({}),
      sqs: new SQSClient({}),
      say: sayTo(io, options.json),
      confirm: confirmOn(options.json ? io.stderr : io.stdout),
      now: Date.now,
    });
    if (options.json) io.stdout.write(`${JSON.stringify(result)}\n`);
    return result.exitCode;
  },
});
