import type { JsonObject } from '../json.ts';
import type { Path, Problem, SourceLocation } from '../problem.ts';
import type { KindName } from '../resources/resourceKind.ts';
import type { Owner, Owners } from './owners.ts';
import type { Reference } from './reference.ts';
import type { RegistrySource } from './registrySources.ts';
import type { SchemaUse } from './schemaSource.ts';
import type { Settings, TargetSettings } from './settings.ts';

/** What a team wants to exist: a manifest that was understood. */
export interface Manifest {
  readonly file: string;
  readonly settings: Settings;
  readonly owners: Owners;
  /** In the order of the file; a parent comes before its children. */
  readonly resources: readonly ManifestResource[];
  /** From where gateways get more targets than stand here. */
  readonly sources: readonly RegistrySource[];
  readonly warnings: readonly Problem[];
}

export interface ManifestResource {
  readonly kind: KindName;
  /** Of a target: `<gateway>/<target>`. */
  readonly name: string;
  /** The input of the API's create call as far as the manifest gives it: without name, parent and client token. */
  readonly config: JsonObject;
  readonly references: readonly Reference[];
  readonly schemas: readonly SchemaUse[];
  /** Its own owner, else its parent's, else the workspace's default. */
  readonly owner?: Owner;
  /** The workspace's settings, with its own in their place. */
  readonly settings: TargetSettings;
  /** Where in the manifest. */
  readonly path: Path;
  readonly location: SourceLocation;
  /** Where a member of `config`, or what is nearest to it, was written. */
  readonly locationOf: (path: Path) => SourceLocation;
}
