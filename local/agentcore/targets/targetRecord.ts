import type {
  CreateGatewayTargetRequest,
  ListingMode,
  TargetStatus,
  TargetType,
} from '@aws-sdk/client-bedrock-agentcore-control';
import type { Checked } from '../checked.ts';

export type TargetAction = 'create' | 'update' | 'synchronize' | 'delete';

/** What a client says a target is to be, as Create and Update both take it. */
export type TargetConfigurationRecord = Omit<
  Checked<CreateGatewayTargetRequest>,
  'gatewayIdentifier' | 'name' | 'description' | 'clientToken'
>;

/** The person's consent that a target is waiting for. */
export interface PendingAuthorization {
  /** The session, which is also the `request_uri` in the link. */
  readonly requestUri: string;
  readonly userId: string;
  readonly expiresAt: number;
}

/** What a list shows of a target; its configuration, which may hold a megabyte of schema, is kept apart. */
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
  /** The operation under way, if any. */
  readonly ticket?: string;
  readonly action?: TargetAction;
  readonly authorization?: PendingAuthorization;
  /** The completed session whose access the operation under way goes on with. */
  readonly session?: string;
  /** Whether it failed because its link lapsed. */
  readonly linkExpired?: boolean;
  /** Tools that the target offers since it last settled well. */
  readonly toolCount?: number;
}

/** The statuses of each action. A deletion awaits nobody. */
export const TARGET_STATUSES: Readonly<
  Record<TargetAction, { working: TargetStatus; pending: TargetStatus; failed: TargetStatus }>
> = {
  create: { working: 'CREATING', pending: 'CREATE_PENDING_AUTH', failed: 'FAILED' },
  update: { working: 'UPDATING', pending: 'UPDATE_PENDING_AUTH', failed: 'UPDATE_UNSUCCESSFUL' },
  synchronize: {
    working: 'SYNCHRONIZING',
    pending: 'SYNCHRONIZE_PENDING_AUTH',
    failed: 'SYNCHRONIZE_UNSUCCESSFUL',
  },
  delete: { working: 'DELETING', pending: 'DELETING', failed: 'FAILED' },
};

export const TARGET_OPERATIONS: Readonly<Record<TargetAction, string>> = {
  create: 'CreateGatewayTarget',
  update: 'UpdateGatewayTarget',
  synchronize: 'SynchronizeGatewayTargets',
  delete: 'DeleteGatewayTarget',
};

const ACTIONS = Object.values(TARGET_STATUSES);

export function isWorking(status: TargetStatus): boolean {
  return ACTIONS.some(({ working }) => working === status);
}

export function isAwaitingAuthorization(status: TargetStatus): boolean {
  return ACTIONS.some(({ pending, working }) => pending === status && pending !== working);
}

/** Sorts by gateway, so that one gateway's targets are one range. */
export function targetKey({ gatewayId, id }: { gatewayId: string; id: string }): string {
  return `${gatewayId}/${id}`;
}
