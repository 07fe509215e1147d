import { isJsonObject, type JsonObject } from '../../json.ts';
import { member, objectMember, stringMember } from '../member.ts';
import { appendPointer } from '../pointer.ts';
import { followToObject, type Located } from '../references.ts';
import type { Finding, Rule } from '../rule.ts';
import { isBinaryMediaType, isJsonMediaType, type OpenApiDocument, type Operation } from './operations.ts';
import { visitObjects, visitReachable } from './visitObjects.ts';

const guide = 'AgentCore developer guide, OpenAPI targets, feature support';

/**
 * Features that the guide calls unsupported. AWS does not document whether it rejects them, so all but the first are
 * warnings.
 */
export const featureRules: readonly Rule<OpenApiDocument>[] = [
  {
    id: 'openapi-media-type',
    severity: 'error',
    source: `${guide}: only application/json is fully supported`,
    *check({ operations }) {
      for (const { body } of operations) {
        const names = contentNames(body);
        if (
          body === undefined ||
          names.length === 0 ||
          names.some(isJsonMediaType) ||
          names.some(isBinaryMediaType)
        )
          continue;
        const message = `A gateway sends application/json; the type of this body is ${names.join(', ').slice(0, 120)}.`;
        yield { pointer: appendPointer(body.pointer, 'content'), message, expected: 'application/json' };
      }
    },
  },
  {
    id: 'openapi-response-media-type',
    severity: 'warning',
    source: `${guide}: only application/json is fully supported`,
    *check({ operations }) {
      for (const response of new Set(operations.flatMap(({ responses }) => responses))) {
        const names = contentNames(response);
        if (names.length === 0 || names.some(isJsonMediaType) || names.some(isBinaryMediaType)) continue;
        const message = `Only application/json is fully supported; the type of this response is ${names.join(', ').slice(0, 120)}.`;
        yield { pointer: appendPointer(response.pointer, 'content'), message, expected: 'application/json' };
      }
    },
  },
  {
    id: 'openapi-binary',
    severity: 'warning',
    source: `${guide}: binary media types`,
    check: (document) => [...binaryContent(document), ...binarySchemas(document)],
  },
  {
    id: 'openapi-composition',
    severity: 'warning',
    source: `${guide}: oneOf, anyOf, allOf`,
    check(document) {
      const findings: Finding[] = [];
      visitReachable(document, (object, pointer) => {
        const keyword = ['oneOf', 'anyOf', 'allOf'].find((name) => Array.isArray(member(object, name)));
        if (keyword === undefined) return;
        const message = `"${keyword}" is not supported. Write one plain schema, or one operation for each alternative.`;
        findings.push({ pointer: appendPointer(pointer, keyword), message });
      });
      return findings;
    },
  },
  {
    id: 'openapi-parameter-serialization',
    severity: 'warning',
    source: `${guide}: serializers of path, query, header and cookie parameters`,
    *check({ root, operations }) {
      for (const parameter of new Set(operations.flatMap(({ parameters }) => parameters))) {
        const feature = unsupportedSerialization(root, parameter);
        if (feature === undefined) continue;
        const message = `The parameter's ${feature} is not supported. Use the default style and a plain type.`;
        yield { pointer: parameter.pointer, message };
      }
    },
  },
  {
    id: 'openapi-security',
    severity: 'warning',
    source: `${guide}: security schemes at the level of the specification`,
    *check({ root }) {
      const schemes = Object.keys(objectMember(objectMember(root, 'components'), 'securitySchemes'));
      if (schemes.length === 0) return;
      const message =
        'The gateway ignores security schemes. Configure its credentials in credentialProviderConfigurations.';
      yield { pointer: '/components/securitySchemes', message };
    },
  },
  {
    id: 'openapi-split-text',
    severity: 'warning',
    source: 'YAML 1.2: within braces, a comma ends a plain text',
    check: ({ root }) => unquotedCommas(root),
  },
  {
    id: 'openapi-callbacks',
    severity: 'warning',
    source: `${guide}: callbacks`,
    check: ({ operations }) =>
      findMembers(
        operations,
        'callbacks',
        'The gateway ignores callbacks: it receives no calls from the API.',
      ),
  },
  {
    id: 'openapi-links',
    severity: 'warning',
    source: `${guide}: links`,
    check: ({ operations }) =>
      findMembers(
        operations.flatMap(({ responses }) => responses),
        'links',
        'The gateway ignores links.',
      ),
  },
  {
    id: 'openapi-webhooks',
    severity: 'warning',
    source: `${guide}: webhooks`,
    check: ({ root }) =>
      findMembers(
        [{ value: root, pointer: '' }],
        'webhooks',
        'The gateway ignores webhooks: it receives no calls from the API.',
      ),
  },
];

/** In YAML, `{ description: One, or two }` has two members, the second without a value. */
function unquotedCommas(root: JsonObject): readonly Finding[] {
  const findings: Finding[] = [];
  visitObjects(root, '', (object, pointer) => {
    for (const [name, value] of Object.entries(object)) {
      if (value !== null || !name.includes(' ')) continue;
      const message = `"${name.slice(0, 80)}" has no value and looks like the rest of the text before it. Put the whole text in quotes.`;
      findings.push({ pointer: appendPointer(pointer, name), message });
    }
  });
  return findings;
}

function contentNames(owner: Located<JsonObject> | undefined): readonly string[] {
  return owner === undefined ? [] : Object.keys(objectMember(owner.value, 'content'));
}

function* findMembers(
  owners: Iterable<Located<JsonObject>>,
  name: string,
  message: string,
): Iterable<Finding> {
  for (const { value, pointer } of owners)
    if (Object.keys(objectMember(value, name)).length > 0)
      yield { pointer: appendPointer(pointer, name), message };
}

function* binaryContent({ operations }: OpenApiDocument): Iterable<Finding> {
  for (const owner of new Set(
    operations.flatMap(({ body, responses }: Operation) => (body ? [body, ...responses] : responses)),
  )) {
    const binary = contentNames(owner).find(isBinaryMediaType);
    if (binary === undefined) continue;
    yield {
      pointer: appendPointer(owner.pointer, 'content', binary),
      message: `Binary content such as ${binary.slice(0, 120)} is not supported.`,
    };
  }
}

function binarySchemas(document: OpenApiDocument): readonly Finding[] {
  const findings: Finding[] = [];
  visitReachable(document, (object, pointer) => {
    if (member(object, 'format') === 'binary' || typeof member(object, 'contentEncoding') === 'string')
      findings.push({ pointer, message: 'Binary values are not supported.' });
  });
  return findings;
}

const defaultStyles: Readonly<Record<string, string>> = {
  path: 'simple',
  query: 'form',
  header: 'simple',
  cookie: 'form',
};

function unsupportedSerialization(
  root: JsonObject,
  { value: parameter, pointer }: Located<JsonObject>,
): string | undefined {
  const defaultStyle = defaultStyles[stringMember(parameter, 'in') ?? ''];
  const style = stringMember(parameter, 'style') ?? defaultStyle;
  const explode = member(parameter, 'explode');
  const schema = followToObject(root, { value: member(parameter, 'schema') ?? null, pointer });
  if (style !== defaultStyle) return `style "${style}"`;
  if (typeof explode === 'boolean' && explode !== (style === 'form')) return `"explode: ${explode}"`;
  if (member(parameter, 'allowReserved') === true) return '"allowReserved"';
  if (isJsonObject(member(parameter, 'content'))) return '"content"';
  return schema !== undefined && member(schema.value, 'type') === 'object' ? 'type "object"' : undefined;
}
