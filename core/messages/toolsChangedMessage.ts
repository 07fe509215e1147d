import { type Address, parseAddress } from '../address.ts';
import type { ToolContractChange } from '../toolContracts/toolContract.ts';
import { type Message, plainMessage } from './message.ts';

/** A change of tools that agents have already. */
export interface ToolsChangedNotice {
  readonly workspace: string;
  readonly address: Address;
  readonly change: ToolContractChange;
  /** The ids of the API, for the command that takes the target out; absent where they are unknown. */
  readonly gatewayId?: string;
  readonly targetId?: string;
}

/** The changes that a message lists; the event and the bucket have all. */
const MAX_LISTED = 10;

/** @returns the message to the owner of a target whose MCP server has changed its tools without a question before */
export function toolsChangedMessage(notice: ToolsChangedNotice): Message {
  const { workspace, address, change } = notice;
  const { name } = parseAddress(address);
  const sorted = change.changes.toSorted((a, b) => Number(b.breaking) - Number(a.breaking));
  const breaking = sorted.filter((each) => each.breaking).length;
  return plainMessage({
    subject: `Gateloop: the server of ${name} has changed its tools`,
    lines: [
      `The MCP server behind the target ${name} of the workspace ${workspace} lists other tools than before, and agents have them already. Nobody uploaded this change: the server made it.`,
      change.unknown === undefined
        ? `There are ${sorted.length} changes, ${breaking} of which may break or mislead agents:`
        : `The changes are unknown: ${change.unknown}`,
      ...sorted.slice(0, MAX_LISTED).map(({ message }) => `- ${message}`),
      ...(sorted.length > MAX_LISTED
        ? [`- … and ${sorted.length - MAX_LISTED} more, in the event Tools Changed.`]
        : []),
      '',
      'To keep the tools, do nothing.',
      ...removalLines(notice),
    ],
    about: { workspace, event: 'tools-changed' },
  });
}

/** How the target is taken out: no command of Gateloop deletes what a manifest names. */
function removalLines({ address, gatewayId, targetId }: ToolsChangedNotice): string[] {
  const [gateway = '', target = ''] = parseAddress(address).name.split('/');
  const manifest = `remove gateways.${gateway}.targets.${target} from the manifest, with settings.prune on, and upload it: npx gateloop push FOLDER`;
  if (gatewayId === undefined || targetId === undefined) return [`To take the target out, ${manifest}`];
  return [
    `To take the target out at once: aws bedrock-agentcore-control delete-gateway-target --gateway-identifier ${gatewayId} --target-id ${targetId}`,
    `Then ${manifest}`,
    'Until then, Gateloop creates the target again where settings.selfHeal is on.',
  ];
}
