import type { ResourceChange } from '../../local/agentcore/emulatorContext.ts';

/** A status, or `none` before the creation and after the deletion of a resource. */
type State = string;

/** The transitions of the resource kinds with the common lifecycle. */
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

/** The transitions of the kinds whose waiters wait for ACTIVE. */
const activeLifecycle = (failedCreate: State, failedUpdate: State, failedDelete: State) => ({
  none: ['CREATING'],
  CREATING: ['ACTIVE', failedCreate],
  UPDATING: ['ACTIVE', failedUpdate],
  DELETING: ['none', failedDelete],
  ACTIVE: ['UPDATING', 'DELETING', failedCreate],
  [failedCreate]: ['UPDATING', 'DELETING'],
  [failedUpdate]: ['UPDATING', 'DELETING'],
  ...(failedDelete !== 'ACTIVE' && { [failedDelete]: ['UPDATING', 'DELETING'] }),
});

/** The transitions of what a gateway has besides targets: no status tells of a failure. */
const UNFAILING = {
  none: ['CREATING'],
  CREATING: ['ACTIVE'],
  UPDATING: ['ACTIVE'],
  DELETING: ['none', 'ACTIVE'],
  // It goes with its gateway.
  ACTIVE: ['UPDATING', 'DELETING', 'none'],
};

const updateStatuses = ['UPDATING', 'UPDATE_PENDING_AUTH'];

const operationStatuses = [...updateStatuses, 'SYNCHRONIZING', 'SYNCHRONIZE_PENDING_AUTH', 'DELETING'];

/** The allowed next statuses by kind and status (sources: the API pages and `docs/emulator.md`). */
export const LEGAL_TRANSITIONS: Readonly<Record<string, Readonly<Record<State, readonly State[]>>>> = {
  gateway: simpleLifecycle('FAILED', 'UPDATE_UNSUCCESSFUL'),
  agentRuntime: simpleLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'),
  harness: simpleLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'),
  agentRuntimeEndpoint: simpleLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'),
  harnessEndpoint: simpleLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'),
  oauth2CredentialProvider: simpleLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'),
  apiKeyCredentialProvider: simpleLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'),
  paymentCredentialProvider: simpleLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'),
  paymentManager: simpleLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'),
  policyEngine: activeLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'),
  policy: activeLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'),
  evaluator: activeLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'ACTIVE'),
  onlineEvaluationConfig: activeLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'ACTIVE'),
  memory: activeLifecycle('FAILED', 'FAILED', 'FAILED'),
  gatewayRule: UNFAILING,
  gatewayRateLimit: UNFAILING,
  consentPortal: activeLifecycle('FAILED', 'UPDATE_FAILED', 'FAILED'),
  dataset: activeLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'),
  configurationBundle: activeLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'),
  capacityProvider: simpleLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'),
  browser: { ...simpleLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'), READY: ['DELETING'] },
  codeInterpreter: {
    ...simpleLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'),
    READY: ['DELETING'],
  },
  browserProfile: { none: ['SAVING'], READY: ['SAVING', 'DELETING'], SAVING: ['READY'], DELETING: ['none'] },
  registry: simpleLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'),
  target: {
    none: ['CREATING', 'CREATE_PENDING_AUTH'],
    CREATING: ['READY', 'FAILED'],
    UPDATING: ['READY', 'UPDATE_UNSUCCESSFUL'],
    SYNCHRONIZING: ['READY', 'SYNCHRONIZE_UNSUCCESSFUL', 'DELETING'],
    // A reissued link makes a target pending again. With `afterConsent: 'staysPending'`, the status changes directly
    // to READY or to a failure.
    // With `updateWhilePending`, an update begins a new authorization, or needs none.
    CREATE_PENDING_AUTH: [
      'CREATE_PENDING_AUTH',
      'CREATING',
      'READY',
      'FAILED',
      'DELETING',
      ...updateStatuses,
    ],
    UPDATE_PENDING_AUTH: ['UPDATE_PENDING_AUTH', 'UPDATING', 'READY', 'UPDATE_UNSUCCESSFUL', 'DELETING'],
    SYNCHRONIZE_PENDING_AUTH: [
      ...updateStatuses,
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
  agentRegistry: simpleLifecycle('CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'),
  agentRegistryRecord: {
    none: ['CREATING', 'CREATE_PENDING_AUTH'],
    CREATING: ['DRAFT', 'CREATE_FAILED', 'none'],
    UPDATING: ['DRAFT', 'UPDATE_FAILED', 'none'],
    // A triggered synchronization asks anew, or joins the authorization in progress.
    CREATE_PENDING_AUTH: ['CREATING', 'CREATE_FAILED', 'UPDATE_PENDING_AUTH', 'UPDATING', 'none'],
    UPDATE_PENDING_AUTH: ['UPDATING', 'UPDATE_FAILED', 'UPDATE_PENDING_AUTH', 'none'],
    DRAFT: ['PENDING_APPROVAL', 'APPROVED', ...updateStatuses, 'CREATE_FAILED', 'none'],
    PENDING_APPROVAL: ['APPROVED', 'REJECTED', ...updateStatuses, 'none'],
    APPROVED: ['DEPRECATED', ...updateStatuses, 'none'],
    REJECTED: ['DEPRECATED', ...updateStatuses, 'none'],
    DEPRECATED: ['none'],
    CREATE_FAILED: [...updateStatuses, 'none'],
    UPDATE_FAILED: [...updateStatuses, 'none'],
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

/** Records the status changes that LEGAL_TRANSITIONS does not allow. */
export class TransitionRecorder {
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
