import type { ShapeCatalogue } from '../api/shapes.ts';
import type { ConsentReason } from '../authorization/asked.ts';
import { parseAddress } from '../resources/address.ts';
import type { Status } from '../status.ts';
import { choose, planOperations } from './choose.ts';
import type { Decision, PlannedRequest, ResourceReport } from './decision.ts';
import type { Judged } from './judged.ts';
import { memoryChanges } from './remember.ts';
import { rest } from './rest.ts';
import { survey } from './survey.ts';
import { defaultQuotas } from './window.ts';
import type { World } from './world.ts';

export type { Decision, PlannedOperation, PlannedRequest, ResourceReport } from './decision.ts';
export type { World } from './world.ts';

/** Decides what to do next for a workspace. Pure and total: every world has a decision. */
export function decide(world: World, catalogue: ShapeCatalogue): Decision {
  const judged = survey(world, catalogue);
  const choice = choose(judged, world, world.quotas ?? defaultQuotas);
  const planned = planOperations(choice, judged, world);
  const requests = choice.asked.map(requestFor);
  const { seconds, latencies } = rest(judged, choice, world);
  const acts = planned.length + requests.length > 0;
  return {
    next: acts ? 'act' : seconds === undefined ? 'settled' : 'wait',
    operations: planned.filter(({ operation }) => operation !== 'sync'),
    syncs: planned.filter(({ operation }) => operation === 'sync'),
    requests,
    reads: judged.filter(({ read }) => read).map(({ address }) => address),
    waitSeconds: seconds ?? 1,
    ...memoryChanges(judged, world),
    latencies,
    resources: judged.map(report),
  };
}

function requestFor({ address, observed, fingerprint = '', memory, state }: Judged): PlannedRequest {
  const reason = (observed && reasons[observed.status]) ?? (memory.applied ? 'update' : 'create');
  const kind = state === 'awaiting-approval' ? 'approval' : 'authorization';
  return { address, kind, fingerprint, reason };
}

/** What a person's consent is for, by where the target stands. */
const reasons: Readonly<Partial<Record<Status, ConsentReason>>> = {
  CREATE_PENDING_AUTH: 'create',
  UPDATE_PENDING_AUTH: 'update',
  SYNCHRONIZE_PENDING_AUTH: 'sync',
  SYNCHRONIZE_UNSUCCESSFUL: 'sync',
  READY: 'sync',
};

function report({ address, memory, state, reasons }: Judged): ResourceReport {
  const id = memory.id;
  return { address, ...parseAddress(address), ...(id !== undefined && { id }), state, reasons };
}
