import type { Status } from '../status.ts';

/**
 * The action for one resource:
 * - `create`, `update`, `delete`, `sync`: call the API as soon as a slot is free and no backoff forbids it
 * - `repair`: update the resource, which keeps its id; if the service rejects that, replace it (delete, then create)
 * - `wait`: an operation is in progress
 * - `keep`: nothing to do, apart from a sync that may be due
 * - `ask`: the resource awaits a person's consent; make sure that a person was asked
 */
export type Action = 'create' | 'update' | 'delete' | 'sync' | 'repair' | 'wait' | 'keep' | 'ask';

/** How the desired configuration compares with the applied one. `removed`: the resource left the manifest. */
export type DiffStatus = 'upToDate' | 'outOfDate' | 'removed';

/**
 * The core of the loop: status × diff → action. While an authorization is pending, the service rejects every call but
 * reads, so a resource that is out of date or removed also waits for the person, or for the link to expire.
 */
export const actionTable: Readonly<Record<Status | 'ABSENT', Readonly<Record<DiffStatus, Action>>>> = {
  ABSENT: { upToDate: 'create', outOfDate: 'create', removed: 'keep' },
  CREATING: { upToDate: 'wait', outOfDate: 'wait', removed: 'wait' },
  UPDATING: { upToDate: 'wait', outOfDate: 'wait', removed: 'wait' },
  DELETING: { upToDate: 'wait', outOfDate: 'wait', removed: 'wait' },
  SYNCHRONIZING: { upToDate: 'wait', outOfDate: 'wait', removed: 'wait' },
  READY: { upToDate: 'keep', outOfDate: 'update', removed: 'delete' },
  FAILED: { upToDate: 'repair', outOfDate: 'repair', removed: 'delete' },
  UPDATE_UNSUCCESSFUL: { upToDate: 'repair', outOfDate: 'repair', removed: 'delete' },
  SYNCHRONIZE_UNSUCCESSFUL: { upToDate: 'sync', outOfDate: 'update', removed: 'delete' },
  CREATE_PENDING_AUTH: { upToDate: 'ask', outOfDate: 'ask', removed: 'ask' },
  UPDATE_PENDING_AUTH: { upToDate: 'ask', outOfDate: 'ask', removed: 'ask' },
  SYNCHRONIZE_PENDING_AUTH: { upToDate: 'ask', outOfDate: 'ask', removed: 'ask' },
  CREATE_FAILED: { upToDate: 'repair', outOfDate: 'repair', removed: 'delete' },
  UPDATE_FAILED: { upToDate: 'repair', outOfDate: 'repair', removed: 'delete' },
  DELETE_FAILED: { upToDate: 'repair', outOfDate: 'repair', removed: 'delete' },
  DRAFT: { upToDate: 'keep', outOfDate: 'update', removed: 'delete' },
  PENDING_APPROVAL: { upToDate: 'keep', outOfDate: 'update', removed: 'delete' },
  APPROVED: { upToDate: 'keep', outOfDate: 'update', removed: 'delete' },
  REJECTED: { upToDate: 'keep', outOfDate: 'update', removed: 'delete' },
  DEPRECATED: { upToDate: 'keep', outOfDate: 'update', removed: 'delete' },
  UNKNOWN: { upToDate: 'wait', outOfDate: 'wait', removed: 'wait' },
};
