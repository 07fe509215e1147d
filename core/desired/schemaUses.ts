import type { Manifest, ManifestResource } from '../manifest/manifest.ts';
import { memberAt } from '../manifest/memberAt.ts';
import type { SchemaUse } from '../manifest/schemaSource.ts';
import { defined } from '../objects.ts';
import type { SchemaKind, SchemaOptions } from '../schemas/schemaTypes.ts';

/** What decides how a schema is checked, beside its bytes. */
export type TargetOptions = Required<Pick<SchemaOptions, 'targetName' | 'privateEndpoint'>>;

/** A schema file as all targets use it together that take it for a schema of this kind. */
export interface SchemaFileUse extends TargetOptions {
  /** Names the use within its manifest. */
  readonly key: string;
  /** The path in the workspace. */
  readonly file: string;
  /** Absent for a file that Gateloop passes on unread. */
  readonly kind?: SchemaKind;
}

/**
 * @returns the schema files that the resources use, by their keys. What is right for the options of a use is right for every
 * target that uses the file: the longest name, and a private endpoint where all of them have one.
 */
export function schemaFileUses(resources: Manifest['resources']): ReadonlyMap<string, SchemaFileUse> {
  const uses = new Map<string, SchemaFileUse>();
  for (const resource of resources) {
    const { targetName, privateEndpoint } = targetOptions(resource);
    for (const { origin, file, kind } of resource.schemas) {
      if (origin !== 'file' || file === undefined) continue;
      const key = schemaFileKey(defined({ kind, file }));
      const known = uses.get(key);
      uses.set(key, {
        key,
        file,
        ...defined({ kind }),
        targetName: known && known.targetName.length >= targetName.length ? known.targetName : targetName,
        privateEndpoint: privateEndpoint && (known?.privateEndpoint ?? true),
      });
    }
  }
  return uses;
}

export function targetOptions(resource: ManifestResource): TargetOptions {
  return {
    targetName: localName(resource),
    privateEndpoint: memberAt(resource.config, ['privateEndpoint']) !== undefined,
  };
}

export function schemaFileKey({ kind, file }: Pick<SchemaUse, 'kind' | 'file'>): string {
  return `${kind} ${file}`;
}

/** @returns the name within the section: of a target, the part after the gateway */
export function localName({ path }: ManifestResource): string {
  return String(path.at(-1));
}
