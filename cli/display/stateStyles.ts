import type { OutcomeName } from '../../core/outcome/outcome.ts';
import type { Operation, ResourceCondition } from '../../core/reconcile/resourceRecord.ts';
import type { Style } from './screen.ts';

/** How a state looks: its mark stands before the resource, so that colour never carries meaning alone. */
export interface Look {
  readonly mark: string;
  readonly style: Style;
}

export const stateLooks: Readonly<Record<ResourceCondition, Look>> = {
  ready: { mark: '✓', style: 'green' },
  'in-progress': { mark: '…', style: 'cyan' },
  'awaiting-authorization': { mark: '?', style: 'yellow' },
  'awaiting-approval': { mark: '?', style: 'yellow' },
  failed: { mark: '✗', style: 'red' },
  refused: { mark: '✗', style: 'red' },
  absent: { mark: '-', style: 'dim' },
};

export interface OutcomeLook extends Look {
  readonly words: string;
}

export const outcomeLooks: Readonly<Record<OutcomeName | 'unknown', OutcomeLook>> = {
  ready: { mark: '✓', style: 'green', words: 'ready' },
  awaiting: { mark: '?', style: 'yellow', words: 'waits for a person' },
  failed: { mark: '✗', style: 'red', words: 'failed' },
  refused: { mark: '✗', style: 'red', words: 'refused; nothing in it was touched' },
  unknown: { mark: '✗', style: 'red', words: 'unknown: its reconciliation did not come to an end' },
};

/** What is being done, in words. */
export const operationWords: Readonly<Record<Operation, string>> = {
  create: 'creating',
  update: 'updating',
  delete: 'deleting',
  sync: 'synchronising',
  rollback: 'rolling back',
};
