import type { JsonObject } from '../json.ts';
import type { Path, Problem, SourceLocation } from '../problem.ts';
import type { KindName } from '../resources/resourceKind.ts';
import type { Owner, Owners } from './owners.ts';
import type { Reference } from './reference.ts';
import type { RegistrySource } from './registrySources.ts';
import type { SchemaUse } from './schemaSource.ts';
import type { Settings, TargetSettings } from './settings.ts';

/** A valid manifest, parsed. */
export interface Manifest {
  readonly file: string;
  readonly settings: Settings;
  readonly owners: Owners;
  /** In the order of the sections and of the file; a parent comes before its children. */
  readonly resources: readonly ManifestResource[];
  /** The registries from which gateways get further targets. */
  readonly sources: readonly RegistrySource[];
  readonly warnings: readonly Problem[];
}

export interface ManifestResource {
  readonly kind: KindName;
  /** For a target: `<gateway>/<target>`. */
  readonly name: string;
  /** The input of the API's create call, without name, parent and client token, which Gateloop sets. */
  readonly config: JsonObject;
  readonly references: readonly Reference[];
  readonly schemas: readonly SchemaUse[];
  /** The owner of the resource, else of its parent, else the workspace's default. */
  readonly owner?: Owner;
  /** The workspace's settings, overridden by those of the resource. */
  readonly settings: TargetSettings;
  /** The path within the manifest. */
  readonly path: Path;
  readonly location: SourceLocation;
  /** @returns where a member of `config`, or its nearest existing parent, was written */
  readonly locationOf: (path: Path) => SourceLocation;
}
