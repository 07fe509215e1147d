import { type Address, parseAddress } from '../address.ts';
import { type DesiredSharedGateway, namedAddresses } from '../desired/desired.ts';
import { defaultLimits } from '../manifest/limits.ts';
import { defined, omit } from '../objects.ts';
import { parentOf } from '../resources/resourceKinds.ts';
import { phases } from '../status.ts';
import { childrenOf } from './dependencies.ts';
import { guestsOf, isTarget, type ShareDenial } from './gatewaySharing.ts';
import { newRecord, type ResourceRecord, withoutResource } from './ledgerRecord.ts';
import {
  type Ownership,
  type ReconcileInput,
  type ResourceContext,
  type ResourcePlan,
  resourcePlan,
} from './plan.ts';
import { planWait } from './planResource.ts';
import { mayExist } from './prune.ts';

/** The workspace may have targets on a gateway that another one owns. */
export type SharedOwnership = Extract<Ownership, { kind: 'shared' }>;

/** Plans a gateway of another workspace: it is only read. Its targets follow once it is ready. */
export function planSharedGateway(
  context: ResourceContext,
  { sharedBy }: DesiredSharedGateway,
  { denial, owner }: SharedOwnership,
): ResourcePlan {
  const record = sharedRecord(context, sharedBy);
  const plan = (state: ResourcePlan['state'], text: string) =>
    resourcePlan({ ...context, record }, state, [text]);
  const { observed, address } = context;
  if (denial) return plan('refused', denialText(address, sharedBy, denial, owner));
  if (!observed)
    return plan(
      'refused',
      `The workspace ${sharedBy} shares the gateway, but has not made it yet. ${FOLLOWS}`,
    );
  switch (phases[observed.status]) {
    case 'ready':
      return plan('ready', `The workspace ${sharedBy} owns it, and shares it with this one.`);
    case 'moving':
      return plan('in-progress', `The workspace ${sharedBy} changes it now.`);
    case 'failed':
    case 'awaiting-authorization':
      return plan(
        'failed',
        `It has the status ${observed.status}, which its owner, the workspace ${sharedBy}, has to mend. ${FOLLOWS}`,
      );
  }
}

const FOLLOWS = 'The targets of this workspace follow then.';

/** The record of what was read. Nothing that a workspace keeps of its own resources is kept of another's. */
function sharedRecord({ address, observed, record, now }: ResourceContext, sharedBy: string): ResourceRecord {
  const { id = record.id, outputs = record.outputs, updatedAt } = observed ?? {};
  return {
    ...newRecord(address, now),
    sharedBy,
    ...defined({ id, outputs, foreignTargets: record.foreignTargets }),
    // The scan of the fleet compares it with what a List shows.
    ...(updatedAt !== undefined && { applied: { fingerprint: '', updatedAt } }),
  };
}

/** Why nothing is created or changed on a gateway, and what its owner and this workspace can do. */
function denialText(
  gateway: Address,
  sharedBy: string,
  denial: ShareDenial,
  owner: string | undefined,
): string {
  const { name } = parseAddress(gateway);
  switch (denial) {
    case 'no-owner':
      return `No workspace has the gateway ${name}: the workspace ${sharedBy} has not made it yet, or has given it up. Targets of this workspace stay as they are, and nothing is created or changed until ${sharedBy} has the gateway and shares it.`;
    case 'other-owner':
      return `The gateway ${name} belongs to the workspace ${owner}, and not to ${sharedBy}. Write "sharedBy: ${owner}", if that workspace shares it.`;
    case 'not-shared':
      return `The workspace ${sharedBy} does not share the gateway ${name} with this one. It has to name this workspace under "sharedWith" of the gateway.`;
    case 'withdrawn':
      return `The workspace ${sharedBy} does not share the gateway ${name} with this one any more. The targets of this workspace stay as they are: nothing is created or changed. Remove them from the manifest, or have ${sharedBy} name this workspace under "sharedWith" again.`;
    case 'leaving':
      return `The workspace ${sharedBy} deletes the gateway ${name} once no other workspace has targets on it. Remove the targets of this workspace from the manifest, with "settings: { prune: true }"; until then they stay as they are.`;
  }
}

/** Plans a target on a gateway on which this workspace may change nothing: what is under way goes on. */
export function planDeniedTarget(context: ResourceContext, gateway: ResourcePlan): ResourcePlan {
  if (context.inProgress) return planWait(context);
  return resourcePlan(context, 'refused', gateway.reasons);
}

/** Plans a gateway of another workspace that left the manifest. */
export function planLeftGateway(context: ResourceContext): ResourcePlan {
  const { sharedBy = '' } = context.record;
  return resourcePlan({ ...context, record: sharedRecord(context, sharedBy) }, 'absent', []);
}

/**
 * Forgets the gateways of other workspaces that left the manifest, once no target of this workspace is on them: until then
 * the deletion of a target needs the id of its gateway.
 */
export function forgetLeftGateways(
  plans: readonly ResourcePlan[],
  input: Pick<ReconcileInput, 'desired'>,
): ResourcePlan[] {
  const needed = new Set(
    plans.flatMap(({ address, record }) => (mayExist(record) ? [parentOf(address)] : [])),
  );
  const named = namedAddresses(input.desired);
  return plans.map((plan) => {
    const isKept = plan.record.sharedBy === undefined || named.has(plan.address) || needed.has(plan.address);
    return isKept ? plan : { ...plan, record: withoutResource(plan.record) };
  });
}

/** Notes whom the owner shares its gateway with, for as long as others may have targets on it. */
export function withSharing(plan: ResourcePlan, input: ReconcileInput): ResourcePlan {
  const { address, record } = plan;
  const { resources, workspace, isPruningSuspended } = input.desired;
  const sharing = input.sharing?.get(address);
  if (!sharing || record.sharedBy !== undefined) return plan;
  const resource = resources.find((each) => each.address === address);
  if (!resource && isPruningSuspended) return plan;
  const { sharedWith = [] } = resource ?? {};
  const isNeeded = sharedWith.length > 0 || guestsOf(sharing, workspace).size > 0;
  return { ...plan, record: { ...omit(record, 'sharedWith'), ...(isNeeded && { sharedWith }) } };
}

/** What the owner of a gateway is told about the targets of others; undefined where there are none. */
export function guestsText(gateway: Address, input: ReconcileInput): string | undefined {
  const sharing = input.sharing?.get(gateway);
  const guests = sharing && [...guestsOf(sharing, input.desired.workspace)];
  if (!guests || guests.length === 0) return undefined;
  return guests.map(([workspace, names]) => `${workspace} (${names.join(', ')})`).join('; ');
}

/**
 * Refuses the creations beyond the targets that the account may have on a shared gateway: the manifest of each workspace keeps
 * to the limit by itself.
 */
export function limitSharedTargets(plans: readonly ResourcePlan[], input: ReconcileInput): ResourcePlan[] {
  const limit = defaultLimits.entries.gatewayTarget;
  const counts = new Map<Address, number>();
  return plans.map((plan) => {
    const gateway = isTarget(plan.address) ? parentOf(plan.address) : undefined;
    if (!gateway || limit === undefined || plan.operation !== 'create' || !input.sharing?.has(gateway))
      return plan;
    const count = (counts.get(gateway) ?? childrenOf(gateway, input).filter(isTarget).length) + 1;
    counts.set(gateway, count);
    if (count <= limit) return plan;
    const { operation: _, ...rest } = plan;
    const reason = `The gateway has ${limit} targets already, those of other workspaces included, which is as many as the service allows. Remove one, or ask AWS for more.`;
    return { ...rest, state: 'refused', reasons: [reason] };
  });
}
