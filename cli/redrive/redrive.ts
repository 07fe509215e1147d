import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { explainedAwsError, notDeployed } from '../awsErrors.ts';
import type { EnvironmentOptions } from '../environmentOptions.ts';
import { CommandError } from '../errorReport.ts';
import { exitCodes } from '../exitCodes.ts';
import { DeadLetterQueue } from './deadLetterQueue.ts';
import { failedExecutions, redriveExecution, stateMachinesOf } from './failedExecutions.ts';

export type RedriveKind = 'executions' | 'dead-letters';

export interface RedriveOptions extends EnvironmentOptions {
  readonly kind: RedriveKind;
}

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
  /** Leaves it as it was, so that the next redrive finds it. */
  readonly leave?: () => Promise<void>;
}

/** What a redrive came to, as `--json` prints it. */
export interface RedriveResult {
  readonly exitCode: number;
  readonly environment: string;
  readonly kind: RedriveKind;
  readonly found: readonly string[];
  /** Of those found. */
  readonly redriven: readonly string[];
}

const lists: Readonly<Record<RedriveKind, (environment: string, ports: RedrivePorts) => Promise<Failed[]>>> =
  { executions: listExecutions, 'dead-letters': listDeadLetters };

/** @throws CommandError `NotDeployed`, `AwsTrouble` */
export async function redrive(options: RedriveOptions, ports: RedrivePorts): Promise<RedriveResult> {
  const { environment, kind, dryRun } = options;
  try {
    const failed = await lists[kind](environment, ports);
    const found = failed.map(({ label }) => label);
    for (const label of found) ports.say(label);
    const nothing = { environment, kind, found, redriven: [] };
    if (found.length === 0) {
      ports.say(`There is nothing to redrive in ${environment}.`);
      return { ...nothing, exitCode: exitCodes.done };
    }
    if (!dryRun && (options.yes || (await confirmedOrLeft(failed, environment, ports)))) {
      const redriven = await runAgain(failed, ports);
      const isWhole = redriven.length === found.length;
      return { ...nothing, redriven, exitCode: isWhole ? exitCodes.done : exitCodes.failed };
    }
    await leaveAll(failed);
    return { ...nothing, exitCode: dryRun ? exitCodes.done : exitCodes.interrupted };
  } catch (error) {
    throw explainedAwsError(error, {
      QueueDoesNotExist: notDeployed(environment),
      'AWS.SimpleQueueService.NonExistentQueue': notDeployed(environment),
    });
  }
}

/** Without a terminal to ask on, nothing is taken from the queue either. */
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

/** Goes on after one that cannot be redriven. @returns the labels of those that were */
async function runAgain(failed: readonly Failed[], { say }: RedrivePorts): Promise<string[]> {
  const redriven: string[] = [];
  for (const { label, again, leave } of failed) {
    try {
      say(await again());
      redriven.push(label);
    } catch (error) {
      say(`Not redriven: ${label}: ${error instanceof Error ? `${error.name} ${error.message}` : error}`);
      await leave?.();
    }
  }
  const left = failed.length - redriven.length;
  say(`${redriven.length} redriven${left > 0 ? `, ${left} not` : ''}.`);
  return redriven;
}

async function listExecutions(environment: string, { sfn, now }: RedrivePorts): Promise<Failed[]> {
  const machines = await stateMachinesOf(environment, sfn);
  if (machines.length === 0) throw new CommandError('NotDeployed', notDeployed(environment));
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
