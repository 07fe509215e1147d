import type { Address } from '../address.ts';
import type { WorkspaceGuardrails } from '../guardrails/guardrails.ts';
import type { JsonObject } from '../json.ts';
import type { Owner, Owners } from '../manifest/owners.ts';
import type { AdoptRule } from '../manifest/ownershipKeys.ts';
import type { Reference } from '../manifest/reference.ts';
import type { RegistrySource } from '../manifest/registrySources.ts';
import type { Settings, TargetSettings } from '../manifest/settings.ts';
import { omit } from '../objects.ts';
import type { Problem, SourceLocation } from '../problem.ts';
import type { Publication } from '../resources/registryRecord.ts';
import type { KindName } from '../resources/resourceKind.ts';
import { canonicalJson, sha256 } from '../schemas/canonicalJson.ts';
import type { SchemaKind, Tool } from '../schemas/schemaTypes.ts';

/** The desired state of a workspace: its manifest, with the schemas read, checked and named by their content. */
export interface DesiredState {
  readonly workspace: string;
  /** The revision of the upload that it was read from. */
  readonly revision: string;
  readonly settings: Settings;
  readonly owners: Owners;
  /** What the guardrails say about this workspace's changes; the safe guardrails hold where it is absent. */
  readonly guardrails?: ChangeGuardrails;
  /** In the order of the manifest; a parent comes before its children. */
  readonly resources: readonly DesiredResource[];
  /** The resources that the upload names with errors; absent where there are none. They are not in `resources`. */
  readonly faulty?: readonly FaultyResource[];
  /** Resources that the manifest names to give them away, and their targets. They are not in `resources`. */
  readonly unmanaged?: readonly Address[];
  /**
   * What looks as if it had left the manifest may only be missing in what could be read, of a faulty upload or of a registry:
   * nothing is pruned now.
   */
  readonly isPruningSuspended?: true;
  /** The gateways of other workspaces that this one has targets on; absent where there are none. */
  readonly shared?: readonly DesiredSharedGateway[];
  /** The registries that gateways import more targets from; absent where there are none. */
  readonly sources?: readonly RegistrySource[];
  readonly warnings: readonly Problem[];
}

/** The guardrails that steps after the parser need. What a resource uses was checked before it became desired. */
export type ChangeGuardrails = Pick<WorkspaceGuardrails, 'deletions' | 'approve' | 'ownerChannels'>;

export interface DesiredResource {
  readonly address: Address;
  readonly kind: KindName;
  /** Of a target: `<gateway>/<target>`. */
  readonly name: string;
  /**
   * The input of the API's create call with the name, without parent and client token. References are still `${…}`,
   * secrets still `{ secretsManager: name }`; a schema file is the S3 URI of its applied copy.
   */
  readonly config: JsonObject;
  readonly references: readonly Reference[];
  readonly owner?: Owner;
  /** The workspace's settings, overridden by the target's. */
  readonly settings: TargetSettings;
  /** Takes over the resource if it exists and Gateloop did not make it. */
  readonly adopt?: AdoptRule;
  /** Gateloop neither deletes nor replaces it. */
  readonly protect?: boolean;
  /** What a registry record is to be in its registry. */
  readonly publication?: Publication;
  /** The target that this one replaces: it is deleted once this one is ready. */
  readonly movedFrom?: Address;
  /** The workspaces that may add targets to the gateway, in order. */
  readonly sharedWith?: readonly string[];
  /** The schema of a target, as far as Gateloop has read it. */
  readonly schema?: DesiredSchema;
  /** The location in the manifest. */
  readonly location: SourceLocation;
}

/** A gateway that another workspace owns and shares. */
export interface DesiredSharedGateway {
  readonly address: Address;
  /** The workspace that the manifest names as its owner. */
  readonly sharedBy: string;
  readonly owner?: Owner;
  /** The location in the manifest. */
  readonly location: SourceLocation;
}

/** A resource whose entry in the manifest, or whose schema, has errors: Gateloop leaves it as it is. */
export interface FaultyResource {
  readonly address: Address;
  readonly owner?: Owner;
  /** What is wrong, where, and what to do. */
  readonly reasons: readonly string[];
  /** Nothing is wrong with it: a later poll reads its schema. */
  readonly isUnread?: true;
}

/** @returns every resource that the manifest names, apart from those that it gives away; shared gateways come first */
export function namedAddresses({ shared = [], resources, faulty = [] }: DesiredState): Set<Address> {
  return new Set([...shared, ...resources, ...faulty].map(({ address }) => address));
}

export interface DesiredSchema {
  /** The path in the workspace; absent for an inline schema. */
  readonly file?: string;
  /** Absent for a member that this version does not know: Gateloop passes such a file on unread. */
  readonly kind?: SchemaKind;
  /** Of the canonical form, in lower-case hex. */
  readonly sha256: string;
  /** The S3 URI of the applied copy; absent for an inline schema. */
  readonly uri?: string;
  readonly tools: readonly Tool[];
}

/** An immutable copy of a schema, which its hash names in the spec bucket. */
export interface AppliedSchema {
  readonly sha256: string;
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/**
 * The tags do not count: they have operations of their own, so that a new tag is no new configuration.
 *
 * @param config a resource's desired configuration; its schema counts too, since the configuration names it by content
 * @returns the SHA-256 of the configuration as canonical JSON, in lower-case hex: order and formatting do not change it
 */
export function fingerprint(config: JsonObject): string {
  return sha256(canonicalJson(configurationOf(config)));
}

/** The part of a configuration that Create and Update send, without its tags. */
export function configurationOf(config: JsonObject): JsonObject {
  return omit(config, 'tags');
}
