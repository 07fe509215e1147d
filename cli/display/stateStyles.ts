import type { OutcomeName } from '../../core/outcome/outcome.ts';
import type { Operation, ResourceCondition } from '../../core/reconcile/ledgerRecord.ts';
import type { Style } from './screen.ts';

/** The mark and the color of a state. The mark repeats the meaning of the color (WCAG 1.4.1). */
export interface StateStyle {
  readonly mark: string;
  readonly style: Style;
}

export const stateStyles: Readonly<Record<ResourceCondition, StateStyle>> = {
  ready: { mark: '✓', style: 'green' },
  drifted: { mark: '≠', style: 'yellow' },
  'in-progress': { mark: '…', style: 'cyan' },
  suspended: { mark: '‖', style: 'yellow' },
  'awaiting-authorization': { mark: '?', style: 'yellow' },
  'awaiting-approval': { mark: '?', style: 'yellow' },
  failed: { mark: '✗', style: 'red' },
  refused: { mark: '✗', style: 'red' },
  absent: { mark: '-', style: 'dim' },
};

export interface OutcomeStyle extends StateStyle {
  readonly words: string;
}

export const outcomeStyles: Readonly<Record<OutcomeName | 'unknown', OutcomeStyle>> = {
  ready: { mark: '✓', style: 'green', words: 'ready' },
  drifted: { mark: '≠', style: 'yellow', words: 'changed outside Gateloop' },
  awaiting: { mark: '?', style: 'yellow', words: 'waits for a person' },
  suspended: { mark: '‖', style: 'yellow', words: 'waits, because operators have suspended all changes' },
  failed: { mark: '✗', style: 'red', words: 'failed' },
  refused: { mark: '✗', style: 'red', words: 'refused; nothing was changed' },
  unknown: { mark: '✗', style: 'red', words: 'unknown: its reconciliation did not finish' },
};

/** Operations in progress, in words. */
export const operationWords: Readonly<Record<Operation, string>> = {
  create: 'creating',
  update: 'updating',
  delete: 'deleting',
  sync: 'synchronizing',
  rollback: 'rolling back',
  tag: 'tagging',
  unmanage: 'giving away',
};
