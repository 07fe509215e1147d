import type { Operation, ResourceCondition } from '../reconcile/ledgerRecord.ts';
import type { OutcomeName } from './outcome.ts';

/** The marks that repeat the meaning of a color, on terminals and screens (WCAG 1.4.1). */
export const conditionMarks: Readonly<Record<ResourceCondition, string>> = {
  ready: '✓',
  drifted: '≠',
  'in-progress': '…',
  suspended: '‖',
  'awaiting-authorization': '?',
  'awaiting-approval': '?',
  failed: '✗',
  refused: '✗',
  absent: '-',
};

export const outcomeMarks: Readonly<Record<OutcomeName, string>> = {
  ready: '✓',
  drifted: '≠',
  awaiting: '?',
  suspended: '‖',
  failed: '✗',
  refused: '✗',
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
  submit: 'submitting',
  deprecate: 'deprecating',
};
