import type { Address } from '../../address.ts';
import { requiresConsent } from '../../resources/gatewayTarget.ts';
import { parentOf } from '../../resources/resourceKinds.ts';
import { type Phase, phases, type Status } from '../../status.ts';
import { defaultQuotas } from '../concurrency.ts';
import { linkLapse, maxListLag } from '../limits.ts';
import type { PlannedOperation, ReconcileInput, ReconcileResult } from '../plan.ts';

/** @returns the rules for all results that this one violates */
export function violatedInvariants(input: ReconcileInput, result: ReconcileResult): string[] {
  const planned = [...result.operations, ...result.syncs];
  return [
    ...overfullGroups(input, result),
    ...planned.flatMap((each) => writesWhileInProgress(input, each)),
    ...planned.flatMap((each) => writesWithoutConsent(input, each)),
    ...duplicates(planned.map(({ address }) => address)).map((address) => `${address} has two operations`),
    ...(result.requeueAfterSeconds >= 1 ? [] : ['there is no delay before the next poll']),
    ...(Number.isInteger(result.requeueAfterSeconds) ? [] : ['the delay is not a whole number']),
    ...(result.next === 'act' || planned.length + result.requests.length === 0
      ? []
      : ['operations are planned, but next is not act']),
    ...(planned.length <= defaultQuotas.writesPerTurn ? [] : ['there are more writes than the rate allows']),
    ...(workKinds(result) <= 1 ? [] : ['a turn has two kinds of work']),
  ];
}

/** Counts the operations that are in progress by the list or by the ledger, and those that this result starts. */
function overfullGroups(input: ReconcileInput, { operations, syncs }: ReconcileResult): string[] {
  const { desired, observed, recorded, now } = input;
  const desiredAddresses = new Set(desired.resources.map(({ address }) => address));
  const planned = [...operations, ...syncs].map(({ address }) => address);
  const inProgress = new Set([
    ...[...observed.values()]
      .filter(({ status }) => phases[status] === 'moving')
      .map(({ address }) => address),
    ...planned,
  ]);
  // Lists may not show a recent create yet.
  for (const { address, operation } of recorded.values()) {
    const isRecent = operation?.operation === 'create' && now - operation.startedAt < maxListLag;
    const parent = parentOf(address) ?? address;
    const parentExists = parent === address || observed.has(parent);
    if (isRecent && parentExists && desiredAddresses.has(address) && !observed.has(address))
      inProgress.add(address);
  }
  const groups = Map.groupBy(inProgress, (address) => parentOf(address) ?? address);
  const used = new Set(planned.map((address) => parentOf(address) ?? address));
  return [...groups]
    .filter(([group, addresses]) => used.has(group) && addresses.length > defaultQuotas.concurrencyLimit)
    .map(([group, addresses]) => `${group} has ${addresses.length} operations in progress`);
}

/** A target that awaits authorization may be changed only after a click, and pruned after its link has expired. */
function writesWhileInProgress(
  { desired, observed, recorded, now }: ReconcileInput,
  { address, operation }: PlannedOperation,
): string[] {
  const { status, updatedAt = now } = observed.get(address) ?? {};
  const record = recorded.get(address);
  const isClicked = record?.request?.clickedAt !== undefined;
  const isPruned = operation === 'delete' && desired.resources.every((each) => each.address !== address);
  const mayBePruned = isPruned && now - updatedAt >= linkLapse;
  const idle: readonly Phase[] =
    isClicked || mayBePruned ? ['ready', 'failed', 'awaiting-authorization'] : ['ready', 'failed'];
  return status && !idle.includes(phases[status]) ? [`${address} has an operation while ${status}`] : [];
}

/**
 * A target that needs consent is updated and synchronized only after a click, so that neither an upload nor a schedule
 * blocks it while it serves. A target that may
 * still serve is deleted only after a person agreed.
 */
function writesWithoutConsent(
  { desired, observed, recorded }: ReconcileInput,
  { address, operation }: PlannedOperation,
): string[] {
  const resource = desired.resources.find((each) => each.address === address);
  if (!resource || !requiresConsent(resource.config)) return [];
  const { applied, request } = recorded.get(address) ?? {};
  if (operation === 'sync' && request?.clickedAt === undefined)
    return [`${address} is synchronized without a click`];
  const isServing = servingStatuses.has(observed.get(address)?.status ?? 'UNKNOWN');
  if (operation === 'update' && isServing && request?.clickedAt === undefined)
    return [`${address} is updated without a click`];
  if (operation === 'delete' && applied && !request?.mayReplace)
    return [`${address} is deleted without agreement`];
  return [];
}

const servingStatuses: ReadonlySet<Status> = new Set(['READY', 'UPDATE_UNSUCCESSFUL']);

function duplicates(addresses: readonly Address[]): Address[] {
  return addresses.filter((address, index) => addresses.indexOf(address) !== index);
}

function workKinds({ operations, syncs, requests }: ReconcileResult): number {
  return [operations, syncs, requests].filter(({ length }) => length > 0).length;
}
