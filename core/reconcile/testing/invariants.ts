import type { Address } from '../../address.ts';
import { requiresConsent } from '../../resources/gatewayTarget.ts';
import { parentOf } from '../../resources/resourceKinds.ts';
import { type Phase, phases } from '../../status.ts';
import { defaultQuotas } from '../concurrency.ts';
import { maxListLag } from '../limits.ts';
import type { PlannedOperation, ReconcileInput, ReconcileResult } from '../plan.ts';

/** @returns which of the rules that hold for every decision this one breaks */
export function violatedInvariants(input: ReconcileInput, result: ReconcileResult): string[] {
  const planned = [...result.operations, ...result.syncs];
  return [
    ...overfullGroups(input, result),
    ...planned.flatMap(({ address }) => writesWhileInProgress(input, address)),
    ...planned.flatMap((each) => writesWithoutConsent(input, each)),
    ...duplicates(planned.map(({ address }) => address)).map((address) => `${address} is acted on twice`),
    ...(result.requeueAfterSeconds >= 1 ? [] : ['there is no wait']),
    ...(Number.isInteger(result.requeueAfterSeconds) ? [] : ['the wait is no whole number']),
    ...(result.next === 'act' || planned.length + result.requests.length === 0 ? [] : ['work is left lying']),
    ...(planned.length <= defaultQuotas.writesPerTurn ? [] : ['more is written than the rate allows']),
    ...(workKinds(result) <= 1 ? [] : ['a turn does two sorts of work']),
  ];
}

/** What moves by the list, by memory, or will by this decision. */
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
  // An operation that was recorded a moment ago need not show yet.
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
    .map(([group, addresses]) => `${group} has ${addresses.length} under way`);
}

/** Only where somebody is at the door and the service's link is too old to let them in is a pending target touched. */
function writesWhileInProgress({ observed, recorded }: ReconcileInput, address: Address): string[] {
  const status = observed.get(address)?.status;
  const isClicked = recorded.get(address)?.request?.clickedAt !== undefined;
  const idle: readonly Phase[] = isClicked
    ? ['ready', 'failed', 'awaiting-authorization']
    : ['ready', 'failed'];
  return status && !idle.includes(phases[status]) ? [`${address} is acted on while ${status}`] : [];
}

/**
 * Of what needs a person's consent, nothing is synchronised that somebody is not waiting for, so that no schedule parks
 * it; and what may still serve is deleted only by their word.
 */
function writesWithoutConsent(
  { desired, recorded }: ReconcileInput,
  { address, operation }: PlannedOperation,
): string[] {
  const resource = desired.resources.find((each) => each.address === address);
  if (!resource || !requiresConsent(resource.config)) return [];
  const { applied, request } = recorded.get(address) ?? {};
  if (operation === 'sync' && request?.clickedAt === undefined) return [`${address} is synchronised unasked`];
  if (operation === 'delete' && applied && !request?.mayReplace) return [`${address} is deleted unasked`];
  return [];
}

function duplicates(addresses: readonly Address[]): Address[] {
  return addresses.filter((address, index) => addresses.indexOf(address) !== index);
}

function workKinds({ operations, syncs, requests }: ReconcileResult): number {
  return [operations, syncs, requests].filter(({ length }) => length > 0).length;
}
