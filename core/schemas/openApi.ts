import { isJsonObject, type JsonValue } from '../json.ts';
import { member } from './member.ts';
import { checkStructure, type OpenApiVersion } from './openApi/checkStructure.ts';
import { featureRules } from './openApi/featureRules.ts';
import { openApiTools } from './openApi/openApiTools.ts';
import { operationRules } from './openApi/operationRules.ts';
import { indexOperations, type OpenApiDocument } from './openApi/operations.ts';
import { referenceRules } from './openApi/referenceRules.ts';
import { serverRules } from './openApi/serverRules.ts';
import { type Rule, runRules } from './rule.ts';
import type { SchemaKindReader } from './schemaTypes.ts';

const versionRule: Rule<JsonValue> = {
  id: 'openapi-version',
  severity: 'error',
  source: 'AgentCore developer guide, OpenAPI targets: versions 3.0 and 3.1, not Swagger 2.0',
  *check(document) {
    if (versionOf(document) !== undefined) return;
    const expected = 'openapi: 3.0.x or 3.1.x';
    if (!isJsonObject(document))
      yield { pointer: '', message: 'An OpenAPI document must be a mapping.', expected };
    else if (member(document, 'swagger') !== undefined)
      yield {
        pointer: '/swagger',
        message: 'Swagger 2.0 is not supported. Convert the document to OpenAPI 3.0 or 3.1.',
        expected,
      };
    else if (member(document, 'openapi') === undefined)
      yield { pointer: '', message: 'This is not an OpenAPI document: "openapi" is missing.', expected };
    else yield { pointer: '/openapi', message: 'This version of OpenAPI is not supported.', expected };
  },
};

const rules: readonly Rule<OpenApiDocument>[] = [
  {
    id: 'openapi-structure',
    severity: 'error',
    source: 'OpenAPI specification, its JSON Schemas 2024-10-18 (3.0) and 2025-11-23 (3.1)',
    check: ({ root }) => checkStructure(root, versionOf(root) ?? '3.1'),
  },
  ...referenceRules,
  ...serverRules,
  ...operationRules,
  ...featureRules,
];

function versionOf(document: JsonValue): OpenApiVersion | undefined {
  const text = isJsonObject(document) ? member(document, 'openapi') : undefined;
  const version = typeof text === 'string' ? /^(3\.[01])\.\d+(-.+)?$/.exec(text)?.[1] : undefined;
  return version === '3.0' || version === '3.1' ? version : undefined;
}

/** Reads OpenAPI 3.0 and 3.1 (`openApiSchema`). Every operation with an operationId becomes a tool. */
export const openApi: SchemaKindReader = {
  read(document) {
    if (!isJsonObject(document) || versionOf(document) === undefined)
      return { problems: runRules([versionRule], document), tools: [] };
    const indexed = indexOperations(document);
    return { problems: runRules(rules, indexed), tools: openApiTools(indexed) };
  },
};
