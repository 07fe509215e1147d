import type { WorkspaceState } from '../../../core/fleet/views.ts';
import { conditionMarks, outcomeMarks } from '../../../core/outcome/stateMarks.ts';
import type { ExecutionStatus } from '../../../core/ports/fleetReads.ts';
import type { ResourceCondition } from '../../../core/reconcile/ledgerRecord.ts';
import { type Html, html } from '../../web/html.ts';

/** The color of a state, as a class of the style sheet. */
export type Tone = 'good' | 'care' | 'busy' | 'failed' | 'idle';

/** How a state looks. The mark repeats the meaning of the color (WCAG 1.4.1). */
export interface StateLook {
  readonly mark: string;
  readonly tone: Tone;
  readonly words: string;
}

export const conditionLooks: Readonly<Record<ResourceCondition, StateLook>> = {
  ready: { mark: conditionMarks.ready, tone: 'good', words: 'ready' },
  drifted: { mark: conditionMarks.drifted, tone: 'care', words: 'changed outside' },
  'in-progress': { mark: conditionMarks['in-progress'], tone: 'busy', words: 'in progress' },
  suspended: { mark: conditionMarks.suspended, tone: 'care', words: 'suspended' },
  'awaiting-authorization': {
    mark: conditionMarks['awaiting-authorization'],
    tone: 'care',
    words: 'awaits a login',
  },
  'awaiting-approval': { mark: conditionMarks['awaiting-approval'], tone: 'care', words: 'awaits approval' },
  failed: { mark: conditionMarks.failed, tone: 'failed', words: 'failed' },
  refused: { mark: conditionMarks.refused, tone: 'failed', words: 'refused' },
  absent: { mark: conditionMarks.absent, tone: 'idle', words: 'absent' },
};

/** In the order in which the fleet counts them: what needs a person first. */
export const workspaceLooks: Readonly<Record<WorkspaceState, StateLook>> = {
  failed: { mark: outcomeMarks.failed, tone: 'failed', words: 'failed' },
  refused: { mark: outcomeMarks.refused, tone: 'failed', words: 'refused' },
  awaiting: { mark: outcomeMarks.awaiting, tone: 'care', words: 'waits for a person' },
  drifted: { mark: outcomeMarks.drifted, tone: 'care', words: 'changed outside' },
  suspended: { mark: outcomeMarks.suspended, tone: 'care', words: 'suspended' },
  new: { mark: '…', tone: 'busy', words: 'first pass' },
  ready: { mark: outcomeMarks.ready, tone: 'good', words: 'ready' },
};

export const executionLooks: Readonly<Record<ExecutionStatus, StateLook>> = {
  RUNNING: { mark: '…', tone: 'busy', words: 'runs' },
  SUCCEEDED: { mark: '✓', tone: 'good', words: 'succeeded' },
  FAILED: { mark: '✗', tone: 'failed', words: 'failed' },
  TIMED_OUT: { mark: '✗', tone: 'failed', words: 'timed out' },
  ABORTED: { mark: '✗', tone: 'failed', words: 'stopped' },
  PENDING_REDRIVE: { mark: '…', tone: 'care', words: 'awaits a redrive' },
};

/** @param words in place of the usual ones, such as the operation that is in progress */
export function chip({ mark, tone, words: usual }: StateLook, words = usual): Html {
  return html`<span class="state ${tone}"><span aria-hidden="true">${mark}</span> ${words}</span>`;
}
