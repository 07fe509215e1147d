import type { Address } from '../../resources/address.ts';
import { parentOf } from '../../resources/resourceKinds.ts';
import { type Phase, phases } from '../../status.ts';
import { awaitsConsent } from '../consent.ts';
import type { Decision, PlannedOperation, World } from '../decide.ts';
import { listLag } from '../limits.ts';
import { defaultQuotas } from '../window.ts';
import { addressFor } from './worlds.ts';

/** @returns which of the rules that hold for every decision this one breaks */
export function brokenRules(world: World, decision: Decision): string[] {
  const planned = [...decision.operations, ...decision.syncs];
  return [
    ...overfullWindows(world, decision),
    ...planned.flatMap(({ address }) => busy(world, address)),
    ...planned.flatMap((each) => unasked(world, each)),
    ...repeated(planned.map(({ address }) => address)).map((address) => `${address} is acted on twice`),
    ...(decision.waitSeconds >= 1 ? [] : ['there is no wait']),
    ...(Number.isInteger(decision.waitSeconds) ? [] : ['the wait is no whole number']),
    ...(decision.next === 'act' || planned.length + decision.requests.length === 0
      ? []
      : ['work is left lying']),
    ...(planned.length <= defaultQuotas.writesPerTurn ? [] : ['more is written than the rate allows']),
    ...(sortsOf(decision) <= 1 ? [] : ['a turn does two sorts of work']),
  ];
}

/** What moves by the list, by memory, or will by this decision. */
function overfullWindows(world: World, { operations, syncs }: Decision): string[] {
  const { desired, observed, memory, now } = world;
  const wanted = new Set(desired.resources.map(addressFor));
  const planned = [...operations, ...syncs].map(({ address }) => address);
  const moving = new Set([
    ...[...observed.values()]
      .filter(({ status }) => phases[status] === 'moving')
      .map(({ address }) => address),
    ...planned,
  ]);
  // An operation that was recorded a moment ago need not show yet.
  for (const { address, operation } of memory.values()) {
    const isFresh = operation?.operation === 'create' && now - operation.startedAt < listLag;
    const parent = parentOf(address) ?? address;
    const isThere = parent === address || observed.has(parent);
    if (isFresh && isThere && wanted.has(address) && !observed.has(address)) moving.add(address);
  }
  const windows = Map.groupBy(moving, (address) => parentOf(address) ?? address);
  const used = new Set(planned.map((address) => parentOf(address) ?? address));
  return [...windows]
    .filter(([window, addresses]) => used.has(window) && addresses.length > defaultQuotas.window)
    .map(([window, addresses]) => `${window} has ${addresses.length} under way`);
}

/** Only where somebody is at the door and the service's link is too old to let them in is a pending target touched. */
function busy({ observed, memory }: World, address: Address): string[] {
  const status = observed.get(address)?.status;
  const isClicked = memory.get(address)?.request?.clickedAt !== undefined;
  const idle: readonly Phase[] = isClicked
    ? ['ready', 'failed', 'awaiting-authorization']
    : ['ready', 'failed'];
  return status && !idle.includes(phases[status]) ? [`${address} is acted on while ${status}`] : [];
}

/**
 * Of what needs a person's consent, nothing is synchronised that somebody is not waiting for, so that no schedule parks
 * it; and what may still serve is deleted only by their word.
 */
function unasked({ desired, memory }: World, { address, operation }: PlannedOperation): string[] {
  const resource = desired.resources.find((each) => addressFor(each) === address);
  if (!resource || !awaitsConsent(resource.config)) return [];
  const { applied, request } = memory.get(address) ?? {};
  if (operation === 'sync' && request?.clickedAt === undefined) return [`${address} is synchronised unasked`];
  if (operation === 'delete' && applied && !request?.mayReplace) return [`${address} is deleted unasked`];
  return [];
}

function repeated(addresses: readonly Address[]): Address[] {
  return addresses.filter((address, index) => addresses.indexOf(address) !== index);
}

function sortsOf({ operations, syncs, requests }: Decision): number {
  return [operations, syncs, requests].filter(({ length }) => length > 0).length;
}
