import { isDeepStrictEqual } from 'node:util';
import type { Address } from '../../core/address.ts';
import { reconcileRequestedEvent } from '../../core/events/triggerEvents.ts';
import { own } from '../../core/objects.ts';
import type { Claim } from '../../core/ports/ledger.ts';
import { concurrencyGroupOf } from '../../core/reconcile/concurrency.ts';
import {
  claimNames,
  type GatewaySharing,
  guestsOf,
  isTarget,
  keepNames,
  keepSlots,
  namesOf,
  shareDenial,
  shareWith,
  takeOverNames,
  targetName,
  unshared,
} from '../../core/reconcile/gatewaySharing.ts';
import type { Ownership } from '../../core/reconcile/plan.ts';
import { mayExist } from '../../core/reconcile/prune.ts';
import { parentOf } from '../../core/resources/resourceKinds.ts';
import type { DecisionPorts, PartOfState, PollPorts } from './pollState.ts';
import { goneWorkspace } from './readDesired.ts';

type Sharing = PartOfState<'sharing'>['sharing'];

/** The gateways of other workspaces that this one has, or had, targets on, with the owners that its manifests name. */
export function sharedGatewaysOf({
  desired,
  records,
}: PartOfState<'desired' | 'records'>): ReadonlyMap<Address, string> {
  const recorded = [...records.values()].flatMap(({ address, sharedBy }): [Address, string][] =>
    sharedBy === undefined ? [] : [[address, sharedBy]],
  );
  const own = new Set(desired.resources.map(({ address }) => address));
  const named = (desired.shared ?? []).map(({ address, sharedBy }) => [address, sharedBy] as const);
  return new Map([...recorded.filter(([address]) => !own.has(address)), ...named]);
}

/**
 * The gateways of this workspace that it shares, or has shared, with whom it shares them now. As long as the entry of a gateway
 * has errors, it is shared as before.
 */
function ownSharedGateways({
  desired,
  records,
}: PartOfState<'desired' | 'records'>): ReadonlyMap<Address, readonly string[]> {
  const readable = new Map(desired.resources.map((resource) => [resource.address, resource]));
  const recorded = [...records.values()].flatMap(({ address, sharedWith }) => {
    if (!sharedWith) return [];
    const isUnclear = !readable.has(address) && desired.isPruningSuspended;
    return [[address, isUnclear ? sharedWith : []] as const];
  });
  const named = [...readable.values()].flatMap(({ address, sharedWith = [] }) =>
    sharedWith.length > 0 ? [[address, sharedWith] as const] : [],
  );
  return new Map<Address, readonly string[]>([...recorded, ...named]);
}

/**
 * Reads what the ledger keeps of the gateways that several workspaces have targets on, and says there whom this workspace
 * shares its own with. Whatever it shares, its own targets have their names first.
 */
export async function readSharing(
  state: PartOfState<'event' | 'desired' | 'records' | 'claims'>,
  { ledger, specBucket, assumesSharing }: Pick<DecisionPorts, 'ledger' | 'specBucket' | 'assumesSharing'>,
): Promise<PartOfState<'sharing' | 'claims'>> {
  if (assumesSharing) return assumedSharing(state);
  const { desired, claims } = state;
  const { workspace } = state.event;
  const ownGateways = ownSharedGateways(state);
  const names = desiredNames(state);
  const from = await goneWorkspace(desired.settings.movedFrom, { specBucket });
  const found = await Promise.all([
    ...[...ownGateways].map(async ([gateway, sharedWith]): Promise<[Address, GatewaySharing | undefined]> => {
      const sharing = await ledger.readSharing(gateway);
      const owner = claims.get(gateway)?.owner ?? workspace;
      if (owner !== workspace && owner !== from) return [gateway, sharing];
      const isLeaving =
        !desired.isPruningSuspended && !desired.resources.some(({ address }) => address === gateway);
      const change = (before: GatewaySharing) =>
        claimNames(
          takeOverNames(shareWith(before, workspace, sharedWith, isLeaving), from, workspace),
          workspace,
          names.get(gateway) ?? [],
        );
      const isCurrent = sharing && isDeepStrictEqual(sharing, change(sharing));
      return [gateway, isCurrent ? sharing : await ledger.updateSharing(gateway, change)];
    }),
    ...[...sharedGatewaysOf(state)].map(
      async ([gateway, sharedBy]): Promise<[Address, GatewaySharing | undefined]> => {
        const sharing = await ledger.readSharing(gateway);
        const wanted = names.get(gateway) ?? [];
        const isFree = wanted.some((name) => {
          const holder = own(sharing?.targets ?? {}, name);
          return holder === undefined || holder === from;
        });
        if (!isFree || shareDenial(workspace, sharedBy, claims.get(gateway), sharing))
          return [gateway, sharing];
        const change = (before: GatewaySharing) =>
          claimNames(takeOverNames(before, from, workspace), workspace, wanted);
        return [gateway, await ledger.updateSharing(gateway, change)];
      },
    ),
  ]);
  return { claims, sharing: new Map(found.map(([gateway, sharing]) => [gateway, sharing ?? unshared])) };
}

/** What the owners of the gateways would have said for the manifest to be carried out. */
function assumedSharing(
  state: PartOfState<'event' | 'desired' | 'records' | 'claims'>,
): PartOfState<'sharing' | 'claims'> {
  const { workspace } = state.event;
  const gateways = [...sharedGatewaysOf(state)];
  return {
    claims: new Map<Address, Claim>([
      ...state.claims,
      ...gateways.map(([gateway, owner]): [Address, Claim] => [gateway, { owner }]),
    ]),
    sharing: new Map(
      gateways.map(([gateway, owner]) => [gateway, shareWith(unshared, owner, [workspace], false)]),
    ),
  };
}

/** The names of the targets that this workspace has on each gateway, or is to have. */
function desiredNames({
  desired,
  records,
}: PartOfState<'desired' | 'records'>): ReadonlyMap<Address, readonly string[]> {
  const recorded = [...records.values()].filter(mayExist).map(({ address }) => address);
  const targets = new Set([...desired.resources.map(({ address }) => address), ...recorded]);
  const byGateway = Map.groupBy([...targets].filter(isTarget), (target) => parentOf(target) ?? target);
  return new Map([...byGateway].map(([gateway, each]) => [gateway, each.map(targetName)]));
}

/** What this workspace may do on the gateways of other workspaces that it names. */
export function sharedOwnership(
  state: PartOfState<'desired' | 'records' | 'claims' | 'sharing'>,
): ReadonlyMap<Address, Ownership> {
  const { claims, sharing, desired } = state;
  return new Map(
    [...sharedGatewaysOf(state)].map(([gateway, sharedBy]): [Address, Ownership] => {
      const claim: Claim | undefined = claims.get(gateway);
      const denial = shareDenial(desired.workspace, sharedBy, claim, sharing.get(gateway));
      const owner = claim?.owner;
      return [
        gateway,
        { kind: 'shared', sharedBy, ...(owner !== undefined && { owner }), ...(denial && { denial }) },
      ];
    }),
  );
}

/** The workspace that has a target's name on a shared gateway; undefined where no workspace has. */
export function ownerOfTarget(target: Address, sharing: Sharing): string | undefined {
  const gateway = isTarget(target) ? parentOf(target) : undefined;
  const targets = gateway && sharing.get(gateway)?.targets;
  const name = targetName(target);
  return targets && Object.hasOwn(targets, name) ? targets[name] : undefined;
}

/** Frees the names and the slots that this workspace does not need any more, and keeps those of what is under way. */
export async function keepSharing(
  { event: { workspace, now }, sharing, decision: { plans } }: PartOfState<'event' | 'sharing' | 'decision'>,
  { ledger }: Pick<PollPorts, 'ledger'>,
): Promise<void> {
  const moving = plans.filter(
    ({ inProgressSince, record }) => inProgressSince !== undefined && record.sharedBy === undefined,
  );
  await Promise.all(
    [...sharing].map(async ([gateway, known]) => {
      const names = neededNames(gateway, plans);
      const ofGateway = moving.filter(({ address }) => concurrencyGroupOf(address) === gateway);
      const underWay = new Set(ofGateway.map(({ address }) => address));
      const change = (before: GatewaySharing) =>
        keepSlots(keepNames(before, workspace, names), workspace, underWay, now);
      const isKept = Object.values(known.slots).every((slot) => slot.workspace !== workspace);
      if (!isKept || underWay.size > 0 || namesOf(known, workspace).some((name) => !names.has(name)))
        await ledger.updateSharing(gateway, change);
    }),
  );
}

/** The targets that the manifest has, and those that may exist still. */
function neededNames(
  gateway: Address,
  plans: PartOfState<'decision'>['decision']['plans'],
): ReadonlySet<string> {
  const needed = plans.filter(
    ({ address, state, record }) =>
      isTarget(address) && parentOf(address) === gateway && (state !== 'absent' || mayExist(record)),
  );
  return new Set(needed.map(({ address }) => targetName(address)));
}

/**
 * Has the other workspaces of shared gateways reconciled: those that wait for a gateway of this one, once it is ready or is
 * shared in another way; and the owner of a gateway that leaves, once this workspace has no target on it.
 */
export async function requestPollsOfOthers(
  {
    event: { workspace },
    records,
    sharing,
    claims,
    decision: { plans },
  }: PartOfState<'event' | 'records' | 'sharing' | 'claims' | 'decision'>,
  { events }: Pick<PollPorts, 'events'>,
): Promise<void> {
  const concerned = [...sharing].flatMap(([gateway, known]) => {
    const owner = claims.get(gateway)?.owner ?? workspace;
    const plan = plans.find(({ address }) => address === gateway);
    if (owner !== workspace) {
      const isGone = neededNames(gateway, plans).size === 0 && namesOf(known, workspace).length > 0;
      return isGone ? [owner] : [];
    }
    const before = records.get(gateway);
    const isReady = plan?.state === 'ready' && before?.state !== 'ready';
    const isSharedAnew = !isDeepStrictEqual(before?.sharedWith ?? [], plan?.record.sharedWith ?? []);
    const others = [...known.sharedWith, ...(before?.sharedWith ?? []), ...guestsOf(known, workspace).keys()];
    return isReady || isSharedAnew ? others : [];
  });
  const others = [...new Set(concerned)].filter((other) => other !== workspace);
  if (others.length > 0) await events.publish(others.map(reconcileRequestedEvent));
}
