import type { DesiredState } from '../../core/desired/desired.ts';
import { toolsChangedMessage } from '../../core/messages/toolsChangedMessage.ts';
import { defined, omit } from '../../core/objects.ts';
import type { VersionedResourceRecord } from '../../core/ports/ledger.ts';
import { approversInForce } from '../../core/reconcile/approvers.ts';
import { parentOf } from '../../core/resources/resourceKinds.ts';
import { readToolChanges } from '../../core/storage/toolContractDocuments.ts';
import { measure } from '../runtime/observability.ts';
import type { NotifyPorts } from './notifyPorts.ts';

/** By then the alarm on MessagesFailed has fired, and the event was published. In ms. */
const GIVE_UP_AFTER = 24 * 60 * 60_000;

/**
 * Tells of targets whose MCP servers have changed their tools without a question before. Those are told who would have been
 * asked. The message is sent again until it has reached one contact.
 */
export async function tellOwnersOfTools(
  { workspace, resources, guardrails }: Pick<DesiredState, 'workspace' | 'resources' | 'guardrails'>,
  entries: readonly VersionedResourceRecord[],
  now: number,
  { ledger, specBucket, notifier }: Pick<NotifyPorts, 'ledger' | 'specBucket' | 'notifier'>,
): Promise<void> {
  const ids = new Map(entries.map(({ record }) => [record.address, record.id]));
  for (const { record, version } of entries) {
    const { address, toolWatch } = record;
    if (!toolWatch?.untold) continue;
    const { digest, since } = toolWatch.untold;
    const resource = resources.find((each) => each.address === address);
    const { owner } = approversInForce(defined({ owner: resource?.owner }), record, guardrails);
    const change = await readToolChanges(workspace, address, digest, specBucket);
    const gateway = parentOf(address);
    const message = toolsChangedMessage({
      workspace,
      address,
      change,
      ...defined({ gatewayId: gateway && ids.get(gateway), targetId: record.id }),
    });
    const { failed } = await notifier.notify(owner, message);
    measure([{ name: 'MessagesFailed', value: failed.length }]);
    const hasReached = failed.length < (owner?.contacts.length ?? 1);
    if (!hasReached && now - since < GIVE_UP_AFTER) continue;
    await ledger.writeResource(workspace, { ...record, toolWatch: omit(toolWatch, 'untold') }, version);
  }
}
