import type { Address } from '../address.ts';
import type { JsonObject } from '../json.ts';
import type { Owner, Owners } from '../manifest/owners.ts';
import type { Reference } from '../manifest/reference.ts';
import type { RegistrySource } from '../manifest/registrySources.ts';
import type { Settings, TargetSettings } from '../manifest/settings.ts';
import type { Problem, SourceLocation } from '../problem.ts';
import type { KindName } from '../resources/resourceKind.ts';
import type { SchemaKind, Tool } from '../schemas/schemaTypes.ts';

/** What a workspace is to become: its manifest with the schemas read, checked and named by their content. */
export interface DesiredState {
  readonly workspace: string;
  /** Which upload this was read from. */
  readonly revision: string;
  readonly settings: Settings;
  readonly owners: Owners;
  /** In the order of the manifest; a parent comes before its children. */
  readonly resources: readonly DesiredResource[];
  /** From where gateways get more targets than these; absent where none does. */
  readonly sources?: readonly RegistrySource[];
  readonly warnings: readonly Problem[];
}

export interface DesiredResource {
  readonly address: Address;
  readonly kind: KindName;
  /** Of a target: `<gateway>/<target>`. */
  readonly name: string;
  /**
   * The input of the API's create call, its name included and parent and client token left out. References are still
   * `${…}`, secrets still `{ secretsManager: name }`; a schema file is the S3 URI of its applied copy.
   */
  readonly config: JsonObject;
  readonly references: readonly Reference[];
  readonly owner?: Owner;
  /** The workspace's settings with the target's own in their place. */
  readonly settings: TargetSettings;
  /** The schema of a target, as far as Gateloop has read it. */
  readonly schema?: DesiredSchema;
  /** Where in the manifest. */
  readonly place: SourceLocation;
}

export interface DesiredSchema {
  /** Absent at places that this version does not know: such a file is passed on unread. */
  readonly kind?: SchemaKind;
  /** Of the canonical form, in lower-case hex. */
  readonly sha256: string;
  /** Where the applied copy stands; absent for an inline schema. */
  readonly uri?: string;
  readonly tools: readonly Tool[];
}

/** An immutable copy of a schema, to be put at the address that its hash gives. */
export interface AppliedSchema {
  readonly sha256: string;
  readonly bytes: Uint8Array;
  readonly contentType: string;
}
