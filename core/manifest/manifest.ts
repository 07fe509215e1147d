import type { JsonObject } from '../json.ts';
import { defined } from '../objects.ts';
import type { Path, SourceLocation } from '../problem.ts';
import type { Publication } from '../resources/registryRecord.ts';
import type { KindName } from '../resources/resourceKind.ts';
import type { SchemaKind } from '../schemas/schemaTypes.ts';
import type { Owner, Owners } from './owners.ts';
import type { OwnershipKeys } from './ownershipKeys.ts';
import type { Reference } from './reference.ts';
import type { RegistrySource } from './registrySources.ts';
import type { SchemaUse } from './schemaSource.ts';
import type { Settings, TargetSettings } from './settings.ts';
import type { SharedGateway } from './sharedGateways.ts';

/** A parsed manifest. */
export interface Manifest {
  readonly file: string;
  readonly settings: Settings;
  readonly owners: Owners;
  /** In the order of the sections and of the file; a parent comes before its children. */
  readonly resources: readonly ManifestResource[];
  /** The gateways of other workspaces that this one adds targets to. */
  readonly shared: readonly SharedGateway[];
  /** The registries from which gateways get further targets. */
  readonly sources: readonly RegistrySource[];
  /** @returns where a value of the manifest, or its nearest existing parent, was written */
  readonly locationOf: (path: Path) => SourceLocation;
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
  readonly ownership: OwnershipKeys;
  /** Of a registry record. */
  readonly publication?: Publication;
  /** The path within the manifest. */
  readonly path: Path;
  readonly location: SourceLocation;
  /** @returns where a member of `config`, or its nearest existing parent, was written */
  readonly locationOf: (path: Path) => SourceLocation;
}

/** A file of the workspace that a manifest names. */
export interface FileReference {
  /** Relative to the workspace. */
  readonly path: string;
  /** The kind of schema; absent at places that this version does not know. */
  readonly kind?: SchemaKind;
  /** Where the manifest names the file first. */
  readonly location: SourceLocation;
}

/** @returns every file that a manifest names, once per kind of schema */
export function referencedFiles({ resources }: Manifest): FileReference[] {
  const files = new Map<string, FileReference>();
  for (const { schemas, locationOf } of resources) {
    for (const { file, kind, path } of schemas) {
      const key = `${kind} ${file}`;
      if (file === undefined || files.has(key)) continue;
      files.set(key, defined({ path: file, kind, location: locationOf([...path, 'file']) }));
    }
  }
  return [...files.values()];
}
