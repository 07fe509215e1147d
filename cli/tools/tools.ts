import { readTools } from '../../core/fleet/readFleet.ts';
import type { TargetTools } from '../../core/fleet/views.ts';
import { invalidOption } from '../errorReport.ts';
import type { Fleet } from '../fleet/openFleet.ts';
import type { ReadOptions } from '../fleet/readOptions.ts';
import type { TextContext } from '../fleet/runRead.ts';
import { toolLines } from '../fleet/workspaceText.ts';
import { readViews } from '../resources/resources.ts';

export interface ToolsOptions extends ReadOptions {
  /** The name of a gateway, or `<gateway>/<target>`. */
  readonly subject: string;
  readonly workspace?: string;
}

/** What `gateloop tools --json` prints. */
export interface ToolsResult {
  readonly gateway: string;
  readonly targets: readonly TargetTools[];
}

/** @throws CommandError `InvalidOption` where no workspace has the gateway or the target */
export async function readToolsOf(
  { subject, workspace }: Pick<ToolsOptions, 'subject' | 'workspace'>,
  fleet: Fleet,
): Promise<ToolsResult> {
  const [gateway = ''] = subject.split('/');
  for (const view of await readViews(workspace, fleet)) {
    const members = view.members.filter(({ name }) => name === subject || name.startsWith(`${subject}/`));
    // Targets of one gateway are all in the workspace that owns it.
    if (members.length > 0) return { gateway, targets: await readTools({ ...view, members }, fleet) };
  }
  throw invalidOption(
    `No workspace in ${fleet.bucketName} has the gateway or target ${subject}`,
    'gateloop get gateway lists all gateways.',
  );
}

export function toolsText({ gateway, targets }: ToolsResult, context: TextContext): string {
  if (targets.length === 0) return `The gateway ${gateway} has no target.`;
  return targets.flatMap((target) => toolLines(target, context)).join('\n');
}
