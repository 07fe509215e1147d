import type { OutcomeName } from '../../core/outcome/outcome.ts';
import { conditionMarks, outcomeMarks } from '../../core/outcome/stateMarks.ts';
import type { ResourceCondition } from '../../core/reconcile/ledgerRecord.ts';
import type { Style } from './screen.ts';

/** The mark and the color of a state. The mark repeats the meaning of the color (WCAG 1.4.1). */
export interface StateStyle {
  readonly mark: string;
  readonly style: Style;
}

export const stateStyles: Readonly<Record<ResourceCondition, StateStyle>> = {
  ready: { mark: conditionMarks.ready, style: 'green' },
  drifted: { mark: conditionMarks.drifted, style: 'yellow' },
  'in-progress': { mark: conditionMarks['in-progress'], style: 'cyan' },
  suspended: { mark: conditionMarks.suspended, style: 'yellow' },
  'awaiting-authorization': { mark: conditionMarks['awaiting-authorization'], style: 'yellow' },
  'awaiting-approval': { mark: conditionMarks['awaiting-approval'], style: 'yellow' },
  failed: { mark: conditionMarks.failed, style: 'red' },
  refused: { mark: conditionMarks.refused, style: 'red' },
  absent: { mark: conditionMarks.absent, style: 'dim' },
};

export interface OutcomeStyle extends StateStyle {
  readonly words: string;
}

export const outcomeStyles: Readonly<Record<OutcomeName | 'unknown', OutcomeStyle>> = {
  ready: { mark: outcomeMarks.ready, style: 'green', words: 'ready' },
  drifted: { mark: outcomeMarks.drifted, style: 'yellow', words: 'changed outside Gateloop' },
  awaiting: { mark: outcomeMarks.awaiting, style: 'yellow', words: 'waits for a person' },
  suspended: {
    mark: outcomeMarks.suspended,
    style: 'yellow',
    words: 'waits, because operators have suspended all changes',
  },
  failed: { mark: outcomeMarks.failed, style: 'red', words: 'failed' },
  refused: { mark: outcomeMarks.refused, style: 'red', words: 'refused; nothing was changed' },
  unknown: { mark: '✗', style: 'red', words: 'unknown: its reconciliation did not finish' },
};
