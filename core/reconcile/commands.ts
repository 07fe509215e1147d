import { omit } from '../objects.ts';
import { cachesListedTools } from '../resources/gatewayTarget.ts';
import type { ResourceCommand, ResourceRecord } from './ledgerRecord.ts';
import type { ReconcileInput } from './plan.ts';
import { withoutRetryState } from './retries.ts';

/**
 * Applies the commands to the records that the plans rest on. A command for a resource that the workspace does not have,
 * or that has nothing to synchronize, has no effect: `gateloop` says so before it sends one.
 */
export function withCommands(given: ReconcileInput): ReconcileInput {
  const input = given.isNewDeployment ? withoutDenials(given) : given;
  const { commands = [], desired } = input;
  if (commands.length === 0) return input;
  const recorded = new Map(input.recorded);
  for (const command of commands) {
    const record = recorded.get(command.address);
    const resource = desired.resources.find(({ address }) => address === command.address);
    if (!record || (command.action === 'sync' && !(resource && cachesListedTools(resource.config)))) continue;
    recorded.set(record.address, afterCommand(record, command));
  }
  return { ...input, recorded };
}

/** Calls that AWS denied are tried as if it were for the first time. */
function withoutDenials(input: ReconcileInput): ReconcileInput {
  const recorded = [...input.recorded].map(
    ([address, record]) => [address, record.retry?.denied ? withoutRetryState(record) : record] as const,
  );
  return { ...input, recorded: new Map(recorded) };
}

/** Failed attempts count no more, and neither does the answer that a person gave before, or did not give. */
function afterCommand(record: ResourceRecord, { action, givenAt }: ResourceCommand): ResourceRecord {
  const afresh = withoutRetryState(record.request?.closed ? omit(record, 'request', 'link') : record);
  return action === 'retry' ? afresh : { ...afresh, syncWantedAt: givenAt };
}
