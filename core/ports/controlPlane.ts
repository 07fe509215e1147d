import type { IssuedLink } from '../authorization/authorizationLink.ts';
import type { JsonObject } from '../json.ts';
import type { KindName } from '../resources/resourceKind.ts';

/** Identifies a resource to the API. `parentId` is the gateway's id for a target. A record's id is its ARN. */
export interface ResourceId {
  readonly id: string;
  readonly parentId?: string;
}

/** Tags by key. */
export type TagMap = Readonly<Record<string, string>>;

/** How the service answered one call. */
export type CallResult =
  | {
      readonly kind: 'accepted';
      readonly id?: string;
      /** ms since the epoch. */
      readonly updatedAt?: number;
      /** The VersionId of each secret whose value the call sent, by its name in the manifest. */
      readonly secretVersions?: Readonly<Record<string, string>>;
      /** The link for a person whose consent the operation awaits, where no read of the service shows it again. */
      readonly link?: IssuedLink;
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
 * The AgentCore control plane, with the same operations for every kind. Reads return the API's responses with timestamps
 * in ms since the epoch, and throw a GateloopError with the service's code, retryable where the same read may succeed
 * later. Writes return a rejection as a `CallResult` and do not throw it.
 */
export interface ControlPlane {
  /** @returns undefined where the service throws ResourceNotFoundException */
  get(kind: KindName, id: ResourceId): Promise<JsonObject | undefined>;
  /**
   * Reads all pages of a List, each as large as the API allows.
   *
   * @param parentId of what has the resources: a gateway's id for targets, a registry's for records
   */
  list(kind: KindName, parentId?: string): Promise<JsonObject[]>;
  /**
   * Reads the items of a List that have these ids, each from one page or none: it ends when all are found, and after as
   * many pages as there are ids, since as many Gets would find the others.
   */
  summaries(kind: KindName, ids: readonly string[]): Promise<JsonObject[]>;
  /** @returns the tags of a resource by its ARN; none where there is no such resource, or its kind has no tags */
  tags(arn: string): Promise<TagMap>;
  /** Sets tags and removes others; tags that are not named stay. */
  changeTags(arn: string, set: TagMap, remove: readonly string[]): Promise<CallResult>;
  create(
    kind: KindName,
    input: JsonObject,
    options: { parentId?: string; clientToken: string },
  ): Promise<CallResult>;
  /** @throws RangeError for a kind whose resources no operation changes */
  update(kind: KindName, id: ResourceId, input: JsonObject): Promise<CallResult>;
  delete(kind: KindName, id: ResourceId): Promise<CallResult>;
  /** Synchronizes the tools of one target; the service accepts one target for each call. */
  synchronize(id: ResourceId): Promise<CallResult>;
  /** Submits the draft of a registry record for approval. */
  submit(id: ResourceId): Promise<CallResult>;
  /** Deprecates a registry record, so that no client can discover it. @param reason at most 255 characters */
  deprecate(id: ResourceId, reason: string): Promise<CallResult>;
}
