import type { Status } from '../status.ts';

/**
 * What to do about one resource:
 * - `create`, `update`, `delete`, `sync`: call the API, when a slot is free and no backoff forbids it
 * - `repair`: update it, which keeps its id; where the service refuses that, replace it (delete, then create)
 * - `wait`: an operation is under way
 * - `keep`: nothing to do (a sync may be due)
 * - `ask`: a person's consent is awaited; see to it that somebody was asked
 */
export type Action = 'create' | 'update' | 'delete' | 'sync' | 'repair' | 'wait' | 'keep' | 'ask';

/** How what is wanted compares with what was last applied. */
export type DiffStatus = 'inStep' | 'changed' | 'unwanted';

/**
 * The heart of the loop: status × want → move. In a pending authorization the service refuses everything but reading,
 * so a changed or unwanted resource waits there for the person (or for the link to lapse) too.
 */
export const actionTable: Readonly<Record<Status | 'ABSENT', Readonly<Record<DiffStatus, Action>>>> = {
  ABSENT: { inStep: 'create', changed: 'create', unwanted: 'keep' },
  CREATING: { inStep: 'wait', changed: 'wait', unwanted: 'wait' },
  UPDATING: { inStep: 'wait', changed: 'wait', unwanted: 'wait' },
  DELETING: { inStep: 'wait', changed: 'wait', unwanted: 'wait' },
  SYNCHRONIZING: { inStep: 'wait', changed: 'wait', unwanted: 'wait' },
  READY: { inStep: 'keep', changed: 'update', unwanted: 'delete' },
  FAILED: { inStep: 'repair', changed: 'repair', unwanted: 'delete' },
  UPDATE_UNSUCCESSFUL: { inStep: 'repair', changed: 'repair', unwanted: 'delete' },
  SYNCHRONIZE_UNSUCCESSFUL: { inStep: 'sync', changed: 'update', unwanted: 'delete' },
  CREATE_PENDING_AUTH: { inStep: 'ask', changed: 'ask', unwanted: 'ask' },
  UPDATE_PENDING_AUTH: { inStep: 'ask', changed: 'ask', unwanted: 'ask' },
  SYNCHRONIZE_PENDING_AUTH: { inStep: 'ask', changed: 'ask', unwanted: 'ask' },
  CREATE_FAILED: { inStep: 'repair', changed: 'repair', unwanted: 'delete' },
  UPDATE_FAILED: { inStep: 'repair', changed: 'repair', unwanted: 'delete' },
  DELETE_FAILED: { inStep: 'repair', changed: 'repair', unwanted: 'delete' },
  UNKNOWN: { inStep: 'wait', changed: 'wait', unwanted: 'wait' },
};
