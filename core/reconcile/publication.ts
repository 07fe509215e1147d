import { defined } from '../objects.ts';
import type { Publication } from '../resources/registryRecord.ts';
import type { Status } from '../status.ts';
import type { Operation, ResourceCondition } from './ledgerRecord.ts';
import { type ResolvedResource, type ResourceContext, type ResourcePlan, resourcePlan } from './plan.ts';
import { tryOperation } from './retries.ts';

/** What is left to do about a record that has the content of the manifest. */
type Step =
  /** A call that brings it on. */
  | { readonly call: Extract<Operation, 'submit' | 'deprecate'> }
  /** Nothing that Gateloop can do by itself: `why` is for its owner, before the registry's own reason. */
  | { readonly state: ResourceCondition; readonly why: string }
  | 'done';

type RecordStatus = Extract<Status, 'DRAFT' | 'PENDING_APPROVAL' | 'APPROVED' | 'REJECTED' | 'DEPRECATED'>;

const awaitsApproval: Step = {
  state: 'awaiting-approval',
  why: 'It was submitted, and waits until the registry approves it. A revision that was approved before can be discovered until then.',
};
/** AWS deprecates what was approved or rejected only. */
const isUndecided: Step = {
  state: 'refused',
  why: 'A draft cannot be deprecated. Publish it, or delete it: nobody can discover a record of which no revision was approved.',
};
const isRejected: Step = {
  state: 'refused',
  why: 'The registry rejected it. Change it, and Gateloop submits it again.',
};
const isDeprecated: Step = {
  state: 'refused',
  why: 'It was deprecated in the registry, which is final: nobody can discover it. Publish it under another name, or write "publication: deprecated".',
};

/** The next step of a record by its status, for each publication that a manifest can ask for. */
const steps: Readonly<Record<Publication, Readonly<Record<RecordStatus, Step>>>> = {
  submitted: {
    DRAFT: { call: 'submit' },
    PENDING_APPROVAL: awaitsApproval,
    APPROVED: 'done',
    REJECTED: isRejected,
    DEPRECATED: isDeprecated,
  },
  draft: {
    DRAFT: 'done',
    PENDING_APPROVAL: awaitsApproval,
    APPROVED: 'done',
    REJECTED: 'done',
    DEPRECATED: isDeprecated,
  },
  deprecated: {
    DRAFT: isUndecided,
    PENDING_APPROVAL: { ...awaitsApproval, why: 'It is deprecated once its registry has decided about it.' },
    APPROVED: { call: 'deprecate' },
    REJECTED: { call: 'deprecate' },
    DEPRECATED: 'done',
  },
};

/**
 * Plans what a registry has to do with a record that is otherwise left as it is: submits it for approval, or deprecates it.
 * What another client made of it is not submitted in its owner's name.
 *
 * @param kept the plan for the configuration
 */
export function planPublication(
  kept: ResourcePlan,
  context: ResourceContext,
  { publication, fingerprint }: ResolvedResource,
): ResourcePlan {
  const { observed } = context;
  const step =
    publication && observed && isRecordStatus(observed.status) ? steps[publication][observed.status] : 'done';
  if (step === 'done' || kept.state !== 'ready') return kept;
  if ('call' in step) return tryOperation(step.call, { ...context, record: kept.record }, fingerprint);
  const { inProgressSince } = kept;
  const reasons = [step.why, ...(observed?.reasons ?? []).map((reason) => `Its registry says: ${reason}`)];
  return {
    ...resourcePlan({ ...context, record: kept.record }, step.state, [...kept.reasons, ...reasons]),
    ...defined({ inProgressSince }),
  };
}

function isRecordStatus(status: Status): status is RecordStatus {
  return Object.hasOwn(steps.submitted, status);
}

/** Whether an update of a record would only be in the way: it is to be deprecated, or it is, which is final. */
export function isBeyondUpdates({ observed }: ResourceContext, { publication }: ResolvedResource): boolean {
  if (publication === undefined) return false;
  return publication === 'deprecated' || observed?.status === 'DEPRECATED';
}

/**
 * Plans to have the registry read a record's sources again: nothing watches them, and the runtime or gateway behind one has
 * changed since.
 *
 * @returns undefined where the registry has read them since, as far as is known
 */
export function planSourceUpdate(
  context: ResourceContext,
  { publication, runtimeUpdatedAt = 0, fingerprint }: ResolvedResource,
): ResourcePlan | undefined {
  const { sourceReadAt } = context.record;
  if (!publication || sourceReadAt === undefined || runtimeUpdatedAt <= sourceReadAt) return undefined;
  const plan = tryOperation('update', context, fingerprint);
  return plan.operation ? { ...plan, reasons: [...plan.reasons, sourceChanged] } : plan;
}

const sourceChanged = 'What is behind its source has changed, so that the registry has to read it again.';
