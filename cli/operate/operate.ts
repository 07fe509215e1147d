import { paginateListStateMachines, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { WorkspaceRecord } from '../../core/ports/ledger.ts';
import type { WorkflowName } from '../../workflows/workflowCatalog.ts';
import { explainedAwsError, notDeployed } from '../awsErrors.ts';
import { CommandError } from '../errorReport.ts';
import { exitCodes } from '../exitCodes.ts';
import type { RequestTo } from '../request/destination.ts';
import type { Operated } from './connect.ts';

export interface OperateOptions {
  readonly action: 'suspend' | 'resume' | 'heal';
  readonly to: RequestTo;
  /** Absent for all workspaces. */
  readonly workspace?: string;
  readonly reason?: string;
  readonly json: boolean;
}

export interface OperatePorts extends Operated {
  readonly say: (line: string) => void;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** The result of the command, as `--json` prints it. */
export interface OperateResult {
  readonly exitCode: number;
  readonly action: OperateOptions['action'];
  /** Null for all workspaces. */
  readonly workspace: string | null;
  /** False where there was nothing to resume or to heal. */
  readonly changed: boolean;
}

/** @throws CommandError `NotDeployed`, `UnknownWorkspace`, `AwsTrouble` */
export async function operate(options: OperateOptions, ports: OperatePorts): Promise<OperateResult> {
  const { action, workspace = null, to } = options;
  try {
    const changed = await actions[action](options, ports);
    return { exitCode: exitCodes.done, action, workspace, changed };
  } catch (error) {
    const environment = 'environment' in to ? to.environment : 'of npm start';
    throw explainedAwsError(error, { ResourceNotFoundException: notDeployed(environment) });
  }
}

/** @returns whether the action changed anything */
type Action = (options: OperateOptions, ports: OperatePorts) => Promise<boolean>;

const actions: Readonly<Record<OperateOptions['action'], Action>> = { suspend, resume, heal };

async function suspend(
  { workspace, reason }: OperateOptions,
  { ledger, say, now }: OperatePorts,
): Promise<boolean> {
  // A misspelt name would suspend nothing, and an operator in a hurry would not notice.
  if (workspace !== undefined) await readKnown(workspace, ledger);
  await ledger.suspend(workspace, { since: now(), ...(reason !== undefined && { reason }) });
  say(
    `All changes of ${scopeText(workspace)} are suspended. To go on: gateloop resume ${workspace ?? ''}`.trim(),
  );
  return true;
}

async function resume(options: OperateOptions, ports: OperatePorts): Promise<boolean> {
  const { workspace } = options;
  const { ledger, say } = ports;
  if (!(await ledger.resume(workspace))) {
    say(`Changes of ${scopeText(workspace)} were not suspended.`);
    return false;
  }
  if (workspace !== undefined && (await ledger.readSuspension(workspace))) {
    say(
      `Changes of ${workspace} stay suspended, because those of all workspaces are. To go on: gateloop resume`,
    );
    return true;
  }
  await startPass(options, ports);
  say(`Changes of ${scopeText(workspace)} go on. A pass has started.`);
  return true;
}

async function heal(options: OperateOptions, ports: OperatePorts): Promise<boolean> {
  const { workspace = '' } = options;
  const { ledger, say, now } = ports;
  const { breaker } = await readKnown(workspace, ledger);
  if (!breaker) {
    say(`Nothing is held back in ${workspace}.`);
    return false;
  }
  await ledger.allowHealing(workspace, now());
  await startPass(options, ports);
  say(`Gateloop reverts the changes in ${workspace} now: ${breaker.resources} resources were held back.`);
  return true;
}

/** @throws CommandError `UnknownWorkspace` */
async function readKnown(workspace: string, ledger: OperatePorts['ledger']): Promise<WorkspaceRecord> {
  const record = await ledger.readWorkspace(workspace);
  if (record.acceptedRevision !== undefined) return record;
  throw new CommandError('UnknownWorkspace', {
    what: `Gateloop has never reconciled a workspace ${workspace}.`,
    remedy: 'Check the name and the environment.',
  });
}

/** Starts a pass over one workspace, or over all. */
async function startPass({ workspace, to }: OperateOptions, { sfn, prefix }: OperatePorts): Promise<void> {
  const workflow: WorkflowName = workspace === undefined ? 'resync' : 'reconcile';
  const input = workspace === undefined ? { reason: 'drift' } : { workspace };
  for await (const { stateMachines = [] } of paginateListStateMachines({ client: sfn }, {})) {
    const found = stateMachines.find(({ name }) => name === `${prefix}${workflow}`);
    if (!found) continue;
    await sfn.send(
      new StartExecutionCommand({ stateMachineArn: found.stateMachineArn, input: JSON.stringify(input) }),
    );
    return;
  }
  throw new CommandError('NotDeployed', notDeployed('environment' in to ? to.environment : 'of npm start'));
}

function scopeText(workspace: string | undefined): string {
  return workspace === undefined ? 'all workspaces' : `the workspace ${workspace}`;
}
