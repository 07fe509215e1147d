import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { counted } from '../../core/text/counted.ts';
import { explainedAwsError, notDeployed } from '../awsErrors.ts';
import type { EnvironmentOptions, Prompt } from '../environmentOptions.ts';
import { exitCodes } from '../exitCodes.ts';
import { DeadLetterQueue } from './deadLetterQueue.ts';

export interface RedrivePorts extends Prompt {
  readonly sfn: SFNClient;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
}

/** One dead letter. */
interface Failed {
  readonly label: string;
  /** Runs it again. @returns a line that reports the result @throws the error of the service */
  readonly rerun: () => Promise<string>;
  /** Puts it back, so that the next redrive finds it. */
  readonly putBack?: () => Promise<void>;
}

/** The result of `gateloop redrive`, as `--json` prints it. */
export interface RedriveResult {
  readonly exitCode: number;
  readonly environment: string;
  readonly found: readonly string[];
  /** The labels in `found` that run again. */
  readonly redriven: readonly string[];
}

/** @throws CommandError `NotDeployed`, `AwsTrouble` */
export async function redrive(options: EnvironmentOptions, ports: RedrivePorts): Promise<RedriveResult> {
  const { environment, dryRun } = options;
  try {
    const failed = await listDeadLetters(environment, ports);
    const found = failed.map(({ label }) => label);
    for (const label of found) ports.say(label);
    const nothing = { environment, found, redriven: [] };
    if (found.length === 0) {
      ports.say(`There is nothing to redrive in ${environment}.`);
      return { ...nothing, exitCode: exitCodes.done };
    }
    if (!dryRun && (options.yes || (await confirmedOrPutBack(failed, environment, ports)))) {
      const redriven = await runAgain(failed, ports);
      const isWhole = redriven.length === found.length;
      return { ...nothing, redriven, exitCode: isWhole ? exitCodes.done : exitCodes.failed };
    }
    await putBackAll(failed);
    return { ...nothing, exitCode: dryRun ? exitCodes.done : exitCodes.interrupted };
  } catch (error) {
    throw explainedAwsError(error, {
      QueueDoesNotExist: notDeployed(environment),
      'AWS.SimpleQueueService.NonExistentQueue': notDeployed(environment),
    });
  }
}

/** Puts the letters back when there is no terminal for the confirmation. */
async function confirmedOrPutBack(
  failed: readonly Failed[],
  environment: string,
  { confirm }: RedrivePorts,
): Promise<boolean> {
  try {
    return await confirm(`Run ${counted(failed.length, 'failure')} of ${environment} again?`);
  } catch (error) {
    await putBackAll(failed);
    throw error;
  }
}

async function putBackAll(failed: readonly Failed[]): Promise<void> {
  for (const { putBack } of failed) await putBack?.();
}

/** Continues after a failure. @returns the labels of everything that runs again */
async function runAgain(failed: readonly Failed[], { say }: RedrivePorts): Promise<string[]> {
  const redriven: string[] = [];
  for (const { label, rerun, putBack } of failed) {
    try {
      say(await rerun());
      redriven.push(label);
    } catch (error) {
      say(`Not redriven: ${label}: ${error instanceof Error ? `${error.name} ${error.message}` : error}`);
      await putBack?.();
    }
  }
  const left = failed.length - redriven.length;
  say(`${redriven.length} redriven${left > 0 ? `, ${left} not` : ''}.`);
  return redriven;
}

async function listDeadLetters(environment: string, clients: RedrivePorts): Promise<Failed[]> {
  const queue = await DeadLetterQueue.open(environment, clients);
  return (await queue.letters()).map((letter) => ({
    label: `${letter.source}: ${letter.reason}`,
    rerun: () => queue.handle(letter),
    putBack: () => queue.putBack(letter),
  }));
}
