import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { GateloopError } from '../../core/errors.ts';
import { explainedAwsError } from '../awsTrouble.ts';
import { type CommandOptions, DECLINED, invalid } from '../commandLine.ts';
import { DeadLetterQueue } from './deadLetterQueue.ts';
import { failedExecutions, redriveExecution, stateMachinesOf } from './failedExecutions.ts';

export const help = `Runs again what failed. Everything that Gateloop does may be done twice: nothing is lost or doubled by it.

Usage: npm run redrive -- executions|dead-letters [--env main] [--dry-run] [--yes]

  executions    failed and timed-out executions of the last 14 days, from the state that failed
  dead-letters  what rules and schedules could not start; each letter is deleted once its execution has started
  --env NAME    the environment (main)
  --dry-run     say what would be run again, and do nothing
  --yes         do not ask
  --help        this text

Exit code: 0 all of it runs again, or there was nothing · 1 some could not be redriven · 2 wrongly asked for · 130 declined
`;

export interface RedrivePorts {
  readonly sfn: SFNClient;
  readonly sqs: SQSClient;
  readonly say: (line: string) => void;
  readonly confirm: (question: string) => Promise<boolean>;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** One thing to run again. */
interface Failed {
  readonly label: string;
  /** @returns what came of it; throws what stood in the way */
  readonly again: () => Promise<string>;
  /** Leaves it as it was, for whoever looks next. */
  readonly leave?: () => Promise<void>;
}

const ways: Readonly<Record<string, (environment: string, ports: RedrivePorts) => Promise<Failed[]>>> = {
  executions: listExecutions,
  'dead-letters': listDeadLetters,
};

/** @returns the exit code */
export async function redrive(
  { environment, dryRun, yes, words }: CommandOptions<never>,
  ports: RedrivePorts,
): Promise<number> {
  const [way, ...others] = words;
  if (way === undefined) {
    ports.say(help);
    return 2;
  }
  const list = Object.hasOwn(ways, way) ? ways[way] : undefined;
  if (!list || others.length > 0)
    throw invalid(
      `"${words.join(' ')}" cannot be redriven: give executions or dead-letters, and the environment with --env`,
    );
  try {
    const failed = await list(environment, ports);
    for (const { label } of failed) ports.say(label);
    if (failed.length === 0) ports.say(`There is nothing to redrive in ${environment}.`);
    if (failed.length === 0) return 0;
    if (!dryRun && (yes || (await confirmedOrLeft(failed, environment, ports))))
      return await runAgain(failed, ports);
    await leaveAll(failed);
    return dryRun ? 0 : DECLINED;
  } catch (error) {
    throw explainedAwsError(error, {
      QueueDoesNotExist: notDeployed(environment),
      'AWS.SimpleQueueService.NonExistentQueue': notDeployed(environment),
    });
  }
}

/** Where nobody can be asked, nothing is taken either. */
async function confirmedOrLeft(
  failed: readonly Failed[],
  environment: string,
  { confirm }: RedrivePorts,
): Promise<boolean> {
  try {
    return await confirm(`Run ${failed.length} of ${environment} again?`);
  } catch (error) {
    await leaveAll(failed);
    throw error;
  }
}

async function leaveAll(failed: readonly Failed[]): Promise<void> {
  for (const { leave } of failed) await leave?.();
}

/** One that cannot be redriven keeps none of the others from it. */
async function runAgain(failed: readonly Failed[], { say }: RedrivePorts): Promise<number> {
  let left = 0;
  for (const { label, again, leave } of failed) {
    try {
      say(await again());
    } catch (error) {
      left += 1;
      say(`Not redriven: ${label}: ${error instanceof Error ? `${error.name} ${error.message}` : error}`);
      await leave?.();
    }
  }
  say(`${failed.length - left} redriven${left > 0 ? `, ${left} not` : ''}.`);
  return left > 0 ? 1 : 0;
}

async function listExecutions(environment: string, { sfn, now }: RedrivePorts): Promise<Failed[]> {
  const machines = await stateMachinesOf(environment, sfn);
  if (machines.length === 0) throw new GateloopError('NotDeployed', notDeployed(environment));
  const failed = await failedExecutions(machines, now(), sfn);
  return failed.map(({ executionArn, status, stopped }) => ({
    label: `${status} ${stopped} ${executionArn}`,
    again: async () => {
      await redriveExecution(executionArn, sfn);
      return `Runs again: ${executionArn}`;
    },
  }));
}

async function listDeadLetters(environment: string, { sqs, sfn }: RedrivePorts): Promise<Failed[]> {
  const queue = await DeadLetterQueue.open(environment, sqs, sfn);
  return (await queue.letters()).map((letter) => ({
    label: `${letter.source}: ${letter.reason}`,
    again: () => queue.start(letter),
    leave: () => queue.putBack(letter),
  }));
}

function notDeployed(environment: string): string {
  return `There is no environment ${environment} in this account and Region. Name another with --env, or set AWS_REGION or AWS_PROFILE.`;
}
