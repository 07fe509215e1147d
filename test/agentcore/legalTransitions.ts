import type { ResourceChange } from '../../local/agentcore/emulatorContext.ts';

/** `none` is before a resource is there and after it has gone. */
type State = string;

/** What every kind with the plain lifecycle may do. */
const simpleLifecycle = (
  failedCreate: State,
  failedUpdate: State,
  failedDelete?: State,
): Readonly<Record<State, readonly State[]>> => {
  const settled = ['UPDATING', 'DELETING'];
  return {
    none: ['CREATING'],
    CREATING: ['READY', failedCreate],
    UPDATING: ['READY', failedUpdate],
    DELETING: ['none', ...(failedDelete ? [failedDelete] : [failedCreate])],
    READY: [...settled, failedCreate],
    [failedCreate]: settled,
    [failedUpdate]: settled,
    ...(failedDelete && { [failedDelete]: settled }),
  };
};

const operationStatuses = [
  'UPDATING',
  'UPDATE_PENDING_AUTH',
  'SYNCHRONIZING',
  'SYNCHRONIZE_PENDING_AUTH',
  'DELETING',
];

/** By kind: from each status, those that may come next (design of the API's pages and `docs/emulator.md`). */
export const LEGAL_TRANSITIONS: Readonly<Record<string, Readonly<Record<State, readonly State[]>>>> = {
  gateway: simpleLifecycle('FAILED', 'UPDATE_UNSUCCESSFUL'),
  agentRuntime: simpleLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'),
  harness: simpleLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'),
  oauth2CredentialProvider: simpleLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'),
  registry: simpleLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'),
  target: {
    none: ['CREATING', 'CREATE_PENDING_AUTH'],
    CREATING: ['READY', 'FAILED'],
    UPDATING: ['READY', 'UPDATE_UNSUCCESSFUL'],
    SYNCHRONIZING: ['READY', 'SYNCHRONIZE_UNSUCCESSFUL'],
    // Pending again means that a link was issued anew; READY and failures come straight from it where the switch
    // `afterConsent` keeps the status.
    CREATE_PENDING_AUTH: ['CREATE_PENDING_AUTH', 'CREATING', 'READY', 'FAILED', 'DELETING'],
    UPDATE_PENDING_AUTH: ['UPDATE_PENDING_AUTH', 'UPDATING', 'READY', 'UPDATE_UNSUCCESSFUL', 'DELETING'],
    SYNCHRONIZE_PENDING_AUTH: [
      'SYNCHRONIZE_PENDING_AUTH',
      'SYNCHRONIZING',
      'READY',
      'SYNCHRONIZE_UNSUCCESSFUL',
      'DELETING',
    ],
    DELETING: ['none', 'FAILED'],
    READY: [...operationStatuses, 'FAILED'],
    FAILED: operationStatuses,
    UPDATE_UNSUCCESSFUL: operationStatuses,
    SYNCHRONIZE_UNSUCCESSFUL: operationStatuses,
  },
  registryRecord: {
    none: ['CREATING'],
    CREATING: ['DRAFT', 'CREATE_FAILED'],
    UPDATING: ['DRAFT', 'UPDATE_FAILED'],
    DRAFT: ['PENDING_APPROVAL', 'APPROVED', 'UPDATING', 'none'],
    PENDING_APPROVAL: ['APPROVED', 'REJECTED', 'UPDATING', 'none'],
    APPROVED: ['DEPRECATED', 'UPDATING', 'none'],
    REJECTED: ['DEPRECATED', 'UPDATING', 'none'],
    DEPRECATED: ['none'],
    CREATE_FAILED: ['UPDATING', 'none'],
    UPDATE_FAILED: ['UPDATING', 'none'],
  },
};

/** Watches changes and remembers those that no resource may make. */
export class TransitionWatch {
  readonly illegal: string[] = [];
  readonly statuses = new Map<string, State>();

  readonly onChange = ({ kind, id, parentId = '', status = 'none' }: ResourceChange): void => {
    const key = `${kind} ${parentId}/${id}`;
    const before = this.statuses.get(key) ?? 'none';
    if (!LEGAL_TRANSITIONS[kind]?.[before]?.includes(status))
      this.illegal.push(`${key}: ${before} → ${status}`);
    if (status === 'none') this.statuses.delete(key);
    else this.statuses.set(key, status);
  };
}
