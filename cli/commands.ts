import { answerCommand } from './answer/command.ts';
import type { CommandRow } from './commandSpec.ts';
import { completionCommand } from './completion/command.ts';
import { deployCommand } from './deploy/command.ts';
import { destroyCommand } from './destroy/command.ts';
import { doctorCommand } from './doctor/command.ts';
import { emulatorCommand } from './emulator/command.ts';
import { guardrailsCommand } from './guardrails/command.ts';
import { historyCommand } from './history/command.ts';
import { importCommand } from './import/command.ts';
import { initCommand } from './init/command.ts';
import { eventsCommand, logsCommand } from './logs/command.ts';
import { migrateCommand } from './migrate/command.ts';
import { healCommand, resumeCommand, suspendCommand } from './operate/command.ts';
import { pipelineCommand } from './pipeline/command.ts';
import { planCommand } from './plan/command.ts';
import { policyCommand } from './policy/command.ts';
import { pushCommand } from './push/command.ts';
import { redriveCommand } from './redrive/command.ts';
import { reconcileCommand, retryCommand, syncCommand } from './request/command.ts';
import { describeCommand, diffCommand, getCommand } from './resources/command.ts';
import { rollbackCommand } from './rollback/command.ts';
import { devCommand, startCommand } from './start/command.ts';
import { statusCommand } from './status/command.ts';
import { toolsCommand } from './tools/command.ts';
import { traceCommand } from './trace/command.ts';
import { validateCommand } from './validate/command.ts';
import { waitingCommand } from './waiting/command.ts';

/** All commands of `gateloop`, in the order of the help text. */
export const commands: readonly CommandRow<unknown>[] = [
  startCommand,
  devCommand,
  initCommand,
  validateCommand,
  planCommand,
  pushCommand,
  pipelineCommand,
  importCommand,
  migrateCommand,
  policyCommand,
  guardrailsCommand,
  statusCommand,
  getCommand,
  describeCommand,
  diffCommand,
  toolsCommand,
  historyCommand,
  traceCommand,
  logsCommand,
  eventsCommand,
  waitingCommand,
  answerCommand,
  retryCommand,
  syncCommand,
  reconcileCommand,
  rollbackCommand,
  suspendCommand,
  resumeCommand,
  healCommand,
  doctorCommand,
  redriveCommand,
  deployCommand,
  destroyCommand,
  emulatorCommand,
  completionCommand(() => commands),
];
