import type {
  CreateGatewayTargetRequest,
  ListingMode,
  TargetStatus,
  TargetType,
} from '@aws-sdk/client-bedrock-agentcore-control';
import type { Checked } from '../operation.ts';

export type TargetAction = 'create' | 'update' | 'synchronize' | 'delete';

/** The configuration of a target, which Create and Update both take. */
export type TargetConfigurationRecord = Omit<
  Checked<CreateGatewayTargetRequest>,
  'gatewayIdentifier' | 'name' | 'description' | 'clientToken'
>;

/** The authorization that a target awaits. */
export interface PendingAuthorization {
  /** The session, which is also the `request_uri` in the link. */
  readonly requestUri: string;
  readonly userId: string;
  /** Milliseconds since the epoch, simulated time. */
  readonly expiresAt: number;
}

/** A tool with all members of its definition: agents see them as the target's server or schema has them. */
export interface ListedTool {
  readonly name: string;
}

/** The members of a target that List returns. A table of its own holds the configuration: a schema can have 1 MB. */
export interface TargetRecord {
  readonly gatewayId: string;
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly status: TargetStatus;
  readonly reasons?: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lastSynchronizedAt?: number;
  readonly targetType: TargetType;
  readonly listingMode?: ListingMode;
  readonly resourcePriority?: number;
  /** The operation in progress, if any. */
  readonly operationId?: string;
  readonly action?: TargetAction;
  readonly authorization?: PendingAuthorization;
  /** The completed consent session whose access token the operation uses. */
  readonly consentRequestUri?: string;
  /** Whether the target failed because its link expired. */
  readonly linkExpired?: boolean;
}

interface ActionStatuses {
  readonly inProgress: TargetStatus;
  readonly pending: TargetStatus;
  readonly failed: TargetStatus;
}

/** The statuses of each action. A deletion needs no authorization. */
export const TARGET_STATUSES: Readonly<Record<TargetAction, ActionStatuses>> = {
  create: { inProgress: 'CREATING', pending: 'CREATE_PENDING_AUTH', failed: 'FAILED' },
  update: { inProgress: 'UPDATING', pending: 'UPDATE_PENDING_AUTH', failed: 'UPDATE_UNSUCCESSFUL' },
  synchronize: {
    inProgress: 'SYNCHRONIZING',
    pending: 'SYNCHRONIZE_PENDING_AUTH',
    failed: 'SYNCHRONIZE_UNSUCCESSFUL',
  },
  delete: { inProgress: 'DELETING', pending: 'DELETING', failed: 'FAILED' },
};

export const TARGET_OPERATIONS: Readonly<Record<TargetAction, string>> = {
  create: 'CreateGatewayTarget',
  update: 'UpdateGatewayTarget',
  synchronize: 'SynchronizeGatewayTargets',
  delete: 'DeleteGatewayTarget',
};

const ACTIONS = Object.values(TARGET_STATUSES);

export function isInProgress(status: TargetStatus): boolean {
  return ACTIONS.some(({ inProgress }) => inProgress === status);
}

export function isAwaitingAuthorization(status: TargetStatus): boolean {
  return ACTIONS.some(({ pending, inProgress }) => pending === status && pending !== inProgress);
}

/** The key in the target tables. The targets of one gateway form one key range. */
export function targetKey({ gatewayId, id }: { gatewayId: string; id: string }): string {
  return `${gatewayId}/${id}`;
}
