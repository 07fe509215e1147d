import { isJsonObject, type JsonValue } from '../json.ts';
import { member } from './member.ts';
import { type Rule, runRules } from './rule.ts';
import type { SchemaKindReader } from './schemaTypes.ts';
import { endpointServers } from './smithy/endpointServers.ts';
import { indexSmithyModel } from './smithy/smithyModel.ts';
import { smithyRules } from './smithy/smithyRules.ts';
import { smithyTools } from './smithy/smithyTools.ts';

const versionRule: Rule<JsonValue> = {
  id: 'smithy-version',
  severity: 'error',
  source: 'Smithy specification, JSON AST: versions 1.0 and 2.0',
  *check(document) {
    if (isSmithy(document)) return;
    const expected = 'smithy: "1.0" or "2.0", and "shapes"';
    if (!isJsonObject(document) || member(document, 'smithy') === undefined)
      yield {
        pointer: '',
        message: 'This is not a Smithy model in JSON AST form. Create one with "smithy ast".',
        expected,
      };
    else if (isJsonObject(member(document, 'shapes')))
      yield { pointer: '/smithy', message: 'This version of Smithy is not supported.', expected };
    else yield { pointer: '', message: 'The model has no "shapes".', expected };
  },
};

function isSmithy(document: JsonValue): boolean {
  if (!isJsonObject(document) || !isJsonObject(member(document, 'shapes'))) return false;
  const version = member(document, 'smithy');
  return typeof version === 'string' && /^[12](\.\d+)?$/.test(version);
}

/** Reads Smithy models in JSON AST form (`smithyModel`). Every operation of a service becomes a tool. */
export const smithy: SchemaKindReader = {
  read(document) {
    if (!isJsonObject(document) || !isSmithy(document))
      return { problems: runRules([versionRule], document), tools: [] };
    const model = indexSmithyModel(document);
    return {
      problems: runRules(smithyRules, model),
      tools: smithyTools(model),
      servers: endpointServers(model),
    };
  },
};
