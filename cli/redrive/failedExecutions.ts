import {
  ListExecutionsCommand,
  ListStateMachinesCommand,
  RedriveExecutionCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';

/** Step Functions redrives an execution up to this long after it ended. */
const REDRIVABLE_MS = 14 * 86_400_000;

export interface FailedExecution {
  readonly executionArn: string;
  readonly status: 'FAILED' | 'TIMED_OUT';
  /** In ISO 8601. */
  readonly stopped: string;
}

/** The ARNs of an environment's state machines. */
export async function stateMachinesOf(environment: string, sfn: SFNClient): Promise<string[]> {
  const prefix = `gateloop-${environment}-`;
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(new ListStateMachinesCommand({ ...(nextToken && { nextToken }) }));
    for (const { name = '', stateMachineArn } of page.stateMachines ?? []) {
      // Names of workflows have no hyphen: this excludes those of an environment "main-2" from "main".
      if (name.startsWith(prefix) && !name.slice(prefix.length).includes('-') && stateMachineArn)
        arns.push(stateMachineArn);
    }
    nextToken = page.nextToken;
  } while (nextToken);
  return arns;
}

/** @returns redrivable failed and timed-out executions, oldest first; an operator aborted the others on purpose */
export async function failedExecutions(
  stateMachineArns: readonly string[],
  now: number,
  sfn: SFNClient,
): Promise<FailedExecution[]> {
  const failed: FailedExecution[] = [];
  for (const stateMachineArn of stateMachineArns) {
    for (const status of ['FAILED', 'TIMED_OUT'] as const) {
      let nextToken: string | undefined;
      do {
        const page = await sfn.send(
          new ListExecutionsCommand({
            stateMachineArn,
            statusFilter: status,
            ...(nextToken && { nextToken }),
          }),
        );
        for (const { executionArn = '', stopDate } of page.executions ?? []) {
          if (!stopDate || stopDate.getTime() < now - REDRIVABLE_MS) continue;
          failed.push({ executionArn, status, stopped: stopDate.toISOString() });
        }
        nextToken = page.nextToken;
      } while (nextToken);
    }
  }
  return failed.sort((one, other) => one.stopped.localeCompare(other.stopped));
}

export async function redriveExecution(executionArn: string, sfn: SFNClient): Promise<void> {
  await sfn.send(new RedriveExecutionCommand({ executionArn }));
}
