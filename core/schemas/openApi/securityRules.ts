import { isJsonObject, type JsonObject } from '../../json.ts';
import { listMember, objectMember } from '../member.ts';
import { appendPointer } from '../pointer.ts';
import type { Located } from '../references.ts';
import type { Rule } from '../rule.ts';
import type { OpenApiDocument } from './operations.ts';

export const securityRules: readonly Rule<OpenApiDocument>[] = [
  {
    id: 'openapi-security-undeclared',
    severity: 'error',
    source:
      'OpenAPI specification, Security Requirement Object; CreateGatewayTarget refuses the document: "attribute components.securitySchemes.<name>.type is missing"',
    *check({ root, operations }) {
      const declared = objectMember(objectMember(root, 'components'), 'securitySchemes');
      const reported = new Set<string>();
      for (const { value, pointer } of requirementsOf([{ value: root, pointer: '' }, ...operations])) {
        for (const name of Object.keys(value)) {
          if (Object.hasOwn(declared, name) || reported.has(name)) continue;
          reported.add(name);
          const message = `"security" names the scheme "${name.slice(0, 120)}", which components.securitySchemes does not declare. Declare it, or remove it from "security".`;
          const known = Object.keys(declared).slice(0, 10).join(' or ');
          yield { pointer: appendPointer(pointer, name), message, ...(known !== '' && { expected: known }) };
        }
      }
    },
  },
  {
    id: 'openapi-security',
    severity: 'warning',
    source: 'AgentCore developer guide, OpenAPI targets: security schemes at the level of the specification',
    *check({ root }) {
      const schemes = Object.keys(objectMember(objectMember(root, 'components'), 'securitySchemes'));
      if (schemes.length === 0) return;
      const message =
        'The gateway ignores security schemes. Configure its credentials in credentialProviderConfigurations.';
      yield { pointer: '/components/securitySchemes', message };
    },
  },
];

function requirementsOf(owners: readonly Located<JsonObject>[]): readonly Located<JsonObject>[] {
  return owners.flatMap((owner) =>
    listMember(owner.value, 'security').flatMap((value, index) =>
      isJsonObject(value) ? [{ value, pointer: appendPointer(owner.pointer, 'security', index) }] : [],
    ),
  );
}
