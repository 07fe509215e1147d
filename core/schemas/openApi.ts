import { isJsonObject, type JsonValue } from '../json.ts';
import { member } from './member.ts';
import { calledServers } from './openApi/calledServers.ts';
import { checkStructure } from './openApi/checkStructure.ts';
import { featureRules } from './openApi/featureRules.ts';
import { inputRules, openApiTools, operationInputs } from './openApi/openApiTools.ts';
import { operationRules } from './openApi/operationRules.ts';
import { indexOperations, type OpenApiDocument, type OpenApiVersion } from './openApi/operations.ts';
import { referenceRules } from './openApi/referenceRules.ts';
import { securityRules } from './openApi/securityRules.ts';
import { serverRules } from './openApi/serverRules.ts';
import { type Rule, runRules } from './rule.ts';
import type { SchemaKindReader } from './schemaTypes.ts';

const supportedVersions = 'openapi: 3.0.x or 3.1.x';

const versionRule: Rule<JsonValue> = {
  id: 'openapi-version',
  severity: 'error',
  source: 'AgentCore developer guide, OpenAPI targets: versions 3.0 and 3.1, not Swagger 2.0',
  *check(document) {
    if (versionOf(document) !== undefined) return;
    const expected = supportedVersions;
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
    else yield { pointer: '/openapi', ...versionProblem(member(document, 'openapi')) };
  },
};

const rules: readonly Rule<OpenApiDocument>[] = [
  {
    id: 'openapi-structure',
    severity: 'error',
    source: 'OpenAPI specification, its JSON Schemas 2024-10-18 (3.0) and 2025-11-23 (3.1)',
    check: checkStructure,
  },
  ...referenceRules,
  ...serverRules,
  ...operationRules,
  ...securityRules,
  ...featureRules,
];

/** YAML reads an unquoted 3.0 as the number 3. */
const versionsWithoutPatch: ReadonlyMap<string, string> = new Map([
  ['3', '3.0.3'],
  ['3.0', '3.0.3'],
  ['3.1', '3.1.0'],
]);

function versionProblem(version: JsonValue | undefined): { message: string; expected: string } {
  const complete =
    typeof version === 'string' || typeof version === 'number'
      ? versionsWithoutPatch.get(String(version))
      : undefined;
  return complete === undefined
    ? { message: `"openapi" names a version that is not supported.`, expected: supportedVersions }
    : { message: '"openapi" needs the patch version too.', expected: `openapi: ${complete}` };
}

function versionOf(document: JsonValue): OpenApiVersion | undefined {
  const text = isJsonObject(document) ? member(document, 'openapi') : undefined;
  const version = typeof text === 'string' ? /^(3\.[01])\.\d+(-.+)?$/.exec(text)?.[1] : undefined;
  return version === '3.0' || version === '3.1' ? version : undefined;
}

/** Reads OpenAPI 3.0 and 3.1 (`openApiSchema`). Every operation with an operationId becomes a tool. */
export const openApi: SchemaKindReader = {
  read(document, { privateEndpoint = false }) {
    const version = versionOf(document);
    if (!isJsonObject(document) || version === undefined)
      return { problems: runRules([versionRule], document), tools: [] };
    const indexed = indexOperations(document, { version, privateEndpoint });
    const inputs = operationInputs(indexed);
    const problems = [...runRules(rules, indexed), ...runRules(inputRules, inputs)];
    return { problems, tools: openApiTools(inputs), servers: calledServers(indexed) };
  },
};
