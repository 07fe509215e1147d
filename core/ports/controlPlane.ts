import type { JsonObject } from '../json.ts';
import type { KindName } from '../resources/resourceKind.ts';

/** Names a resource to the API. `parentId` is the gateway's id for a target. */
export interface ResourceId {
  readonly id: string;
  readonly parentId?: string;
}

/** How the service answered one call. */
export type CallResult =
  | {
      readonly kind: 'accepted';
      readonly id?: string;
      /** ms since the epoch. */
      readonly updatedAt?: number;
    }
  | {
      readonly kind: 'rejected';
      /** The exception's name, such as `ValidationException`. */
      readonly code: string;
      readonly message: string;
      /** Whether the same call may succeed later: throttling, an error of the service, a lost connection. */
      readonly transient: boolean;
    };

/**
 * The AgentCore control plane, for every kind alike. Reads give the API's own answers with timestamps as ms since the
 * epoch; writes never throw for what the service said, but return it as a `CallResult`.
 */
export interface ControlPlane {
  /** @returns undefined where the service says ResourceNotFoundException */
  get(kind: KindName, id: ResourceId): Promise<JsonObject | undefined>;
  /** All pages of a List, 1000 items a page where the API grants them. */
  list(kind: KindName, parentId?: string): Promise<JsonObject[]>;
  /** The tags of a resource by its ARN; none where the service knows no such resource, or no tags of its kind. */
  tags(arn: string): Promise<Readonly<Record<string, string>>>;
  create(
    kind: KindName,
    input: JsonObject,
    options: { parentId?: string; clientToken: string },
  ): Promise<CallResult>;
  update(kind: KindName, id: ResourceId, input: JsonObject): Promise<CallResult>;
  delete(kind: KindName, id: ResourceId): Promise<CallResult>;
  /** One target a call, as the service demands. */
  synchronize(id: ResourceId): Promise<CallResult>;
}
