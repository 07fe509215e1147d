import { Argument } from 'commander';
import { jsonText } from '../../core/text/encoders.ts';
import { defineCommand } from '../commandSpec.ts';
import {
  type EnvironmentFlags,
  type EnvironmentOptions,
  environmentExits,
  environmentOptions,
  openPrompt,
  readEnvironment,
} from '../environmentOptions.ts';

/** The only work that is run again. A failed execution is answered by a new one: `gateloop reconcile`. */
const KIND = 'dead-letters';

/** `gateloop redrive`. */
export const redriveCommand = defineCommand<EnvironmentFlags, EnvironmentOptions>({
  name: 'redrive',
  summary: 'have dead letters handled again',
  description: `Has the events handled again that rules and schedules could not deliver, and that a function failed to handle, and deletes
each letter afterwards. All steps of Gateloop are idempotent: a second run loses and duplicates nothing.

A failed execution is not run again, since its plan is old by then: "gateloop reconcile WORKSPACE" starts a new one.`,
  words: [new Argument('<kind>', 'what to handle again').choices([KIND])],
  options: environmentOptions,
  jsonOutput: 'print the result as one line of JSON on stdout, progress on stderr',
  examples: {
    'redrive dead-letters --dry-run': 'list the letters',
    'redrive dead-letters --env staging --yes': 'have them handled without confirmation',
  },
  exits: {
    done: 'every letter was handled, or there was none',
    failed: 'a letter could not be handled',
    ...environmentExits,
  },
  read: readEnvironment,
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
    });
    if (options.json) io.stdout.write(`${jsonText(result)}\n`);
    return result.exitCode;
  },
});
