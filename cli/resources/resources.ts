import type { Address } from '../../core/address.ts';
import { readTools, readWorkspaceView } from '../../core/fleet/readFleet.ts';
import { isoTime } from '../../core/fleet/times.ts';
import type { ResourceView, WorkspaceView } from '../../core/fleet/views.ts';
import type { KindName } from '../../core/resources/resourceKind.ts';
import { invalidOption } from '../errorReport.ts';
import { resourceTable } from '../fleet/fleetText.ts';
import type { Fleet } from '../fleet/openFleet.ts';
import type { TextContext } from '../fleet/runRead.ts';
import type { ResourceDescription } from '../fleet/workspaceText.ts';
import { unknownWorkspace } from '../status/status.ts';

/** Which resources are meant: all, those of a kind, or one. */
export interface ResourceQuery {
  readonly workspace?: string;
  readonly kind?: KindName;
  readonly address?: Address;
}

/** What `gateloop get --json` prints. */
export interface ResourceList {
  readonly time: string;
  readonly resources: readonly (ResourceView & { readonly workspace: string })[];
}

/** @throws CommandError `InvalidOption` where the query names what does not exist */
export async function readResources(query: ResourceQuery, fleet: Fleet): Promise<ResourceList> {
  const views = await readViews(query.workspace, fleet);
  const resources = views.flatMap(({ workspace, members }) =>
    members
      .filter(({ kind }) => query.kind === undefined || kind === query.kind)
      .filter(({ address }) => query.address === undefined || address === query.address)
      .map((member) => ({ workspace, ...member })),
  );
  if (resources.length === 0 && query.address !== undefined) throw unknownResource(query, fleet);
  return { time: isoTime(fleet.now()), resources };
}

/** @throws CommandError `InvalidOption` where no workspace has the resource */
export async function describeResource(query: ResourceQuery, fleet: Fleet): Promise<ResourceDescription> {
  for (const view of await readViews(query.workspace, fleet)) {
    const resource = view.members.find(({ address }) => address === query.address);
    if (!resource) continue;
    const isTarget = resource.kind === 'gatewayTarget';
    const [tools] = isTarget ? await readTools({ ...view, members: [resource] }, fleet) : [];
    const questions = view.questions.filter(({ reference }) => resource.questions.includes(reference));
    return { workspace: view.workspace, resource, ...(tools && { tools }), questions };
  }
  throw unknownResource(query, fleet);
}

/** @returns the views of all workspaces, or of one. @throws CommandError `InvalidOption` for one that does not exist */
export async function readViews(workspace: string | undefined, fleet: Fleet): Promise<WorkspaceView[]> {
  const names = workspace === undefined ? await fleet.bucket.listWorkspaces() : [workspace];
  const views: WorkspaceView[] = [];
  for (const name of names.toSorted()) {
    const view = await readWorkspaceView(name, fleet);
    if (view) views.push(view);
    else if (workspace !== undefined) throw unknownWorkspace(workspace, fleet);
  }
  return views;
}

function unknownResource({ workspace, address }: ResourceQuery, { bucketName }: Fleet) {
  const place = workspace === undefined ? `No workspace in ${bucketName}` : `The workspace ${workspace}`;
  const has = workspace === undefined ? 'has the' : 'has no';
  return invalidOption(
    `${place} ${has} resource ${address}`,
    'Check its name in the manifest: gateloop get lists all.',
  );
}

export function resourcesText({ resources }: ResourceList, context: TextContext): string {
  if (resources.length === 0) return 'There is no such resource.';
  return resourceTable(resources, context).join('\n');
}
