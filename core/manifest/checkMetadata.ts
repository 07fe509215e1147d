import { isJsonObject, type JsonObject } from '../json.ts';
import { metadataFaults } from '../registry/metadataSchemas.ts';
import type { ParsedResource } from './readResources.ts';
import { referencesIn } from './reference.ts';
import type { Report } from './report.ts';

/**
 * Checks the metadata of records against the schemas of a registry in the same manifest, which the service compares with them. Of
 * a schema in a file, the text is not known yet: the service alone judges by it.
 */
export function checkMetadata(resources: readonly ParsedResource[], report: Report): void {
  const registries = new Map(
    resources.filter(({ row }) => row.kind === 'registry').map(({ name, config }) => [name, config]),
  );
  for (const { row, config, path } of resources) {
    if (row.kind !== 'registryRecord') continue;
    const schemas = schemasOf(config, registries);
    for (const { name, message, expected } of schemas ? metadataFaults(schemas, config) : [])
      report.error([...path, 'customMetadata', ...(name === undefined ? [] : [name])], message, {
        expected,
        rule: 'record-metadata-schema',
      });
  }
}

function schemasOf(
  { registryId }: JsonObject,
  registries: ReadonlyMap<string, JsonObject>,
): JsonObject | undefined {
  const [reference] = typeof registryId === 'string' ? referencesIn(registryId) : [];
  const registry = reference?.kind === 'registry' ? registries.get(reference.name) : undefined;
  const schemas = registry?.customMetadataSchemaConfiguration;
  return isJsonObject(schemas) ? schemas : undefined;
}
