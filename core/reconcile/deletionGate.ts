import { type Address, parseAddress } from '../address.ts';
import { safeGuardrails } from '../guardrails/guardrails.ts';
import { omit } from '../objects.ts';
import { parentOf, resourceKinds } from '../resources/resourceKinds.ts';
import { canonicalJson, sha256 } from '../schemas/canonicalJson.ts';
import type { Status } from '../status.ts';
import {
  type OpenRequest,
  type PendingDeletion,
  type ResourceCondition,
  withoutRequest,
} from './ledgerRecord.ts';
import { isOwned } from './ownership.ts';
import type { ReconcileInput, ResourcePlan } from './plan.ts';
import { requestStatusOf } from './requestStatus.ts';

type DeletionInput = Pick<ReconcileInput, 'desired' | 'ownership' | 'now'>;

/**
 * Holds deletions back that the manifest has forbidden, and those that a person has to approve: all of an upload are one
 * question, and the answer counts for the resources that it was about.
 *
 * @param plans of the resources that are to be pruned
 */
export function gateDeletions(plans: readonly ResourcePlan[], input: DeletionInput): ResourcePlan[] {
  const protections = protectionsOf(plans);
  const isMember = (plan: ResourcePlan) => !protections.has(plan.address) && takesFromAgents(plan, input);
  const approved = askAboutDeletions(plans, plans.filter(isMember), input);
  const gated = approved.map((plan) => {
    const protection = protections.get(plan.address);
    return protection === undefined ? plan : holdBack(plan, 'refused', protection);
  });
  return keepDependencies(gated);
}

/** Why resources are not deleted at all, by their addresses. */
function protectionsOf(plans: readonly ResourcePlan[]): ReadonlyMap<Address, string> {
  const existing = plans.filter(({ state }) => state !== 'absent');
  const isProtected = new Set(existing.filter(({ record }) => record.protect).map(({ address }) => address));
  const protectedChildren = new Map([...isProtected].map((address) => [parentOf(address), address]));
  const reasons = existing.map(({ address }): [Address, string | undefined] => {
    if (isProtected.has(address)) return [address, protectedText(address)];
    const parent = parentOf(address);
    if (parent && isProtected.has(parent))
      return [address, `It left the manifest with ${parent}, which is protected.`];
    const child = protectedChildren.get(address);
    return [address, child && `It left the manifest, but ${child} is a part of it and is protected.`];
  });
  return new Map(reasons.flatMap(([address, text]) => (text ? [[address, text] as const] : [])));
}

function protectedText(address: Address): string {
  const { holdsData } = resourceKinds[parseAddress(address).kind];
  const cause = holdsData ? 'holds data and is protected' : 'is protected';
  const key = holdsData ? 'with "protect: false" beside it' : 'without "protect"';
  return `It left the manifest, but ${cause}, so Gateloop does not delete it. To delete it, upload the manifest with it and ${key}, and remove it in a later upload. To give it away, write "unmanage: true" beside it.`;
}

/** A target or gateway in one of these states has never served, or serves no more. */
const notServing: ReadonlySet<Status> = new Set([
  'CREATING',
  'CREATE_PENDING_AUTH',
  'CREATE_FAILED',
  'DELETING',
]);

/** Whether a deletion that has not begun takes something from agents that they use now. */
function takesFromAgents(
  { address, state, observed, record }: ResourcePlan,
  { ownership }: DeletionInput,
): boolean {
  const { deletion, generation, operation } = record;
  if (state === 'absent' || !resourceKinds[parseAddress(address).kind].servesAgents) return false;
  if (operation?.operation === 'delete' || !isOwned(address, ownership)) return false;
  if (!observed) return true;
  const neverServed = deletion?.configuration === undefined && generation !== undefined;
  return !notServing.has(observed.status) && !(observed.status === 'FAILED' && neverServed);
}

/** @param members the plans of deletions that take something from agents */
function askAboutDeletions(
  plans: readonly ResourcePlan[],
  members: readonly ResourcePlan[],
  input: DeletionInput,
): ResourcePlan[] {
  const pending = members.filter(({ record }) => !record.deletion?.approved);
  if (pending.length === 0) return [...plans];
  const holder = needsApproval(pending, input) ? holderOf(plans, pending) : undefined;
  // A question about other deletions is withdrawn: its page does not show what the answer would cover.
  const current = plans.map((plan) => (plan === holder ? plan : withoutQuestion(plan)));
  if (!needsApproval(pending, input)) return current;
  const pendingAddresses = new Set(pending.map(({ address }) => address));
  const isPending = ({ address }: ResourcePlan) => pendingAddresses.has(address);
  const { request } = holder?.record ?? {};
  if (request?.answeredAt !== undefined)
    return current.map((plan) => (isPending(plan) ? withDeletion(plan, { approved: true }) : plan));
  const asked = request?.fingerprint ?? setFingerprint(pending);
  const asking = (holder ?? pending[0])?.address;
  const status = holder ? requestStatusOf(holder.record, holder.observed, input.now) : 'ask';
  return current.map((plan) => {
    const held = isPending(plan)
      ? holdForApproval(withDeletion(plan, { asked }), pending.length, request?.closed)
      : plan;
    return plan.address === asking ? { ...held, askPerson: status === 'ask', deletions: asked } : held;
  });
}

/** @returns the plan whose record has a request that covers all of these deletions */
function holderOf(
  plans: readonly ResourcePlan[],
  pending: readonly ResourcePlan[],
): ResourcePlan | undefined {
  return plans.find(({ record: { request } }) => {
    if (request?.kind !== 'deletion' || request.fingerprint === undefined) return false;
    return pending.every(({ record }) => record.deletion?.asked === request.fingerprint);
  });
}

/** Whether a person has to approve deletions: by the rules for their resources, or by their number. */
function needsApproval(pending: readonly ResourcePlan[], { desired }: DeletionInput): boolean {
  const { settings, guardrails = safeGuardrails } = desired;
  if (pending.length > guardrails.deletions) return true;
  if (settings.approve !== 'never' || guardrails.approve.least !== 'never') return true;
  // What a person was asked about, and has perhaps refused, is not deleted because the upload deletes less by now.
  return pending.some(({ record }) => record.approve !== undefined || record.deletion?.asked !== undefined);
}

/** Names a set of deletions. A resource that was made in place of another one is a new question. */
function setFingerprint(plans: readonly ResourcePlan[]): string {
  const members = plans.map(({ address, record }) => `${address} ${record.id ?? ''}`).sort();
  return sha256(canonicalJson(members));
}

function withDeletion(plan: ResourcePlan, deletion: PendingDeletion): ResourcePlan {
  const { record } = plan;
  return { ...plan, record: { ...record, deletion: { ...record.deletion, ...deletion } } };
}

function withoutQuestion(plan: ResourcePlan): ResourcePlan {
  const { record } = plan;
  return record.request?.kind === 'deletion' ? { ...plan, record: withoutRequest(record) } : plan;
}

function holdForApproval(plan: ResourcePlan, count: number, closed: OpenRequest['closed']): ResourcePlan {
  const replacement = plan.replacedBy ? ` ${plan.replacedBy} takes its place, and is created first.` : '';
  const what = count === 1 ? 'its deletion' : `its deletion, and ${count - 1} more of this upload`;
  if (!closed)
    return holdBack(
      plan,
      'awaiting-approval',
      `It left the manifest. A person must approve ${what}, since it takes something from agents; until then it stays.${replacement}`,
    );
  const end = closed === 'expired' ? `Nobody approved ${what} in time` : `A person refused ${what}`;
  const advice =
    'To keep it without Gateloop, write "unmanage: true" beside it. Other deletions, or a new request from the page behind the link, ask again.';
  return holdBack(plan, 'refused', `It left the manifest. ${end}, so it stays. ${advice}`);
}

/** An operation that is under way goes on. */
function holdBack(plan: ResourcePlan, state: ResourceCondition, reason: string): ResourcePlan {
  if (plan.inProgressSince !== undefined) return plan;
  return { ...omit(plan, 'operation', 'pollAt'), notBefore: 0, blocked: false, state, reasons: [reason] };
}

/** What a target that stays may refer to, such as a credential provider, stays with it. */
function keepDependencies(plans: readonly ResourcePlan[]): ResourcePlan[] {
  const isHeld = ({ operation, state }: ResourcePlan) =>
    operation === undefined && (state === 'refused' || state === 'awaiting-approval');
  const user = plans.find((plan) => isGatewayPart(plan.address) && isHeld(plan));
  if (!user) return [...plans];
  return plans.map((plan) =>
    plan.operation === 'delete' && !isGatewayPart(plan.address)
      ? holdBack(
          plan,
          user.state,
          `It left the manifest. It stays as long as ${user.address}, which may use it.`,
        )
      : plan,
  );
}

function isGatewayPart(address: Address): boolean {
  return parseAddress(parentOf(address) ?? address).kind === 'gateway';
}
