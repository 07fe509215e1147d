import { isJsonObject, type JsonValue } from '../json.ts';
import type { Path } from '../problem.ts';
import { type DefinitionFault, definitionFaults } from '../registry/metadataSchemas.ts';
import type { KindName } from '../resources/resourceKind.ts';
import { finding, noFindings, objectItems, type PlanRule, type RuleFinding } from './planRule.ts';

const SCHEMAS = 'customMetadataSchemaConfiguration';

/** The longest text in the metadata of a record, in characters. */
const MAX_TEXT = 128;

/** Rules on the metadata of records and on the schemas that a registry has for it, which are texts in the API's shapes. */
export const metadataRules: readonly PlanRule[] = [
  {
    id: 'registry-metadata-schema',
    kind: 'registry',
    severity: 'error',
    source:
      'API reference, CustomMetadataSchemaConfiguration: JSON Schemas of fields; CustomMetadataDocument: values are strings or booleans',
    find: ({ config: { [SCHEMAS]: schemas } }) => {
      if (!isJsonObject(schemas)) return noFindings;
      const { defaultSchema, recordTypeSchemaOverrides } = schemas;
      const overrides = objectItems(recordTypeSchemaOverrides).flatMap(({ schema }, index) =>
        definitionFault(schema, [SCHEMAS, 'recordTypeSchemaOverrides', index, 'schema']),
      );
      return [...definitionFault(defaultSchema, [SCHEMAS, 'defaultSchema']), ...overrides];
    },
  },
  {
    id: 'record-metadata',
    kind: 'registryRecord',
    severity: 'error',
    source:
      'API reference, UpdateRegistryRecord, customMetadata: string values up to 128 characters, or booleans',
    find: ({ config: { customMetadata } }) =>
      Object.entries(isJsonObject(customMetadata) ? customMetadata : {}).flatMap(([name, value]) => {
        const isText = typeof value === 'string' && value.length <= MAX_TEXT;
        return isText || typeof value === 'boolean'
          ? noFindings
          : finding(
              ['customMetadata', name],
              `The service takes no such value of "${name}".`,
              `a string of at most ${MAX_TEXT} characters, or true or false`,
            );
      }),
  },
];

function definitionFault(definition: JsonValue | undefined, path: Path): readonly RuleFinding[] {
  if (typeof definition !== 'string') return noFindings;
  return definitionFaults(definition).flatMap(({ message, expected }) => finding(path, message, expected));
}

/** @returns the check of the text of a file that becomes a member of a configuration; undefined where it has none */
export function textFileCheck(
  kind: KindName,
  [member]: Path,
): ((text: string) => readonly DefinitionFault[]) | undefined {
  return kind === 'registry' && member === SCHEMAS ? definitionFaults : undefined;
}
