import { isJsonObject, type JsonObject } from '../../json.ts';
import { member, objectMember, stringMember } from '../member.ts';
import { appendPointer } from '../pointer.ts';
import { followReference, followToObject, type Located } from '../references.ts';
import type { Finding, Rule } from '../rule.ts';
import {
  isBinaryMediaType,
  type MediaTypeSupport,
  mediaTypeSupport,
  type OpenApiDocument,
  type Operation,
  supportedContent,
} from './operations.ts';
import { visitObjects, visitReachable } from './visitObjects.ts';

const guide = 'AgentCore developer guide, OpenAPI targets, feature support';

/**
 * Features that the guide calls unsupported. AWS does not document whether it rejects them, so all but the first are
 * warnings. A tool without an input for its body is of no use, so the first is an error.
 */
export const featureRules: readonly Rule<OpenApiDocument>[] = [
  {
    id: 'openapi-media-type',
    severity: 'error',
    source: `${guide}: binary and custom media types are not supported`,
    *check({ operations }) {
      for (const { pointer, names } of contentsOf(bodiesOf(operations))) {
        if (names.some((name) => mediaTypeSupport(name) !== 'none')) continue;
        const message = `A gateway cannot send a body of ${shownTypes(names)}. Add a supported type, or remove the operation.`;
        yield { pointer, message, expected: supportedTypes };
      }
    },
  },
  {
    id: 'openapi-media-type-limited',
    severity: 'warning',
    source: `${guide}: only application/json is fully supported`,
    *check({ operations }) {
      for (const { pointer, names } of contentsOf(bodiesOf(operations))) {
        if (bestSupport(names) !== 'limited') continue;
        const message = `Only application/json is fully supported; the type of this body is ${shownTypes(names)}.`;
        yield { pointer, message, expected: 'application/json' };
      }
    },
  },
  {
    id: 'openapi-response-media-type',
    severity: 'warning',
    source: `${guide}: only application/json is fully supported`,
    *check({ operations }) {
      for (const { pointer, names } of contentsOf(operations.flatMap(({ responses }) => responses))) {
        if (bestSupport(names) === 'full' || names.some(isBinaryMediaType)) continue;
        const message = `Only application/json is fully supported; the type of this response is ${shownTypes(names)}.`;
        yield { pointer, message, expected: 'application/json' };
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
    id: 'openapi-array-items',
    severity: 'error',
    source: 'OpenAPI specification 3.0, Schema Object: items must be present if the type is array',
    check: (document) => (document.version === '3.0' ? arraysWithoutItems(document) : []),
  },
  {
    id: 'openapi-array-open',
    severity: 'warning',
    source: `${guide}: arrays with item specifications; some model providers refuse arrays without them`,
    check: (document) => (document.version === '3.1' ? arraysWithoutItems(document) : []),
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
      for (const parameter of distinct(operations.flatMap(({ parameters }) => parameters))) {
        const feature = unsupportedSerialization(root, parameter);
        if (feature === undefined) continue;
        const message = `The parameter's ${feature} is not supported. Use the default style and a plain type.`;
        yield { pointer: parameter.pointer, message };
      }
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

const supportedTypes =
  'application/json, application/xml, multipart/form-data or application/x-www-form-urlencoded';

function bodiesOf(operations: readonly Operation[]): readonly Located<JsonObject>[] {
  return operations.flatMap(({ body }) => body ?? []);
}

/** @returns each object once, however many operations refer to it */
function distinct(objects: readonly Located<JsonObject>[]): Iterable<Located<JsonObject>> {
  return new Map(objects.map((object) => [object.pointer, object])).values();
}

/** The media types of each body or response once; one without content has none. */
function* contentsOf(
  owners: readonly Located<JsonObject>[],
): Iterable<{ readonly pointer: string; readonly names: readonly string[] }> {
  for (const { value, pointer } of distinct(owners)) {
    const names = Object.keys(objectMember(value, 'content'));
    if (names.length > 0) yield { pointer: appendPointer(pointer, 'content'), names };
  }
}

function bestSupport(names: readonly string[]): MediaTypeSupport {
  const found = new Set(names.map(mediaTypeSupport));
  return found.has('full') ? 'full' : found.has('limited') ? 'limited' : 'none';
}

function shownTypes(names: readonly string[]): string {
  return names.join(', ').slice(0, 120);
}

function* findMembers(
  owners: readonly Located<JsonObject>[],
  name: string,
  message: string,
): Iterable<Finding> {
  for (const { value, pointer } of distinct(owners))
    if (Object.keys(objectMember(value, name)).length > 0)
      yield { pointer: appendPointer(pointer, name), message };
}

/** The rule openapi-media-type reports bodies that have no supported type. */
function* binaryContent({ operations }: OpenApiDocument): Iterable<Finding> {
  const bodies = bodiesOf(operations).filter(({ value }) => supportedContent(value) !== undefined);
  const responses = operations.flatMap((operation) => operation.responses);
  for (const { pointer, names } of contentsOf([...bodies, ...responses])) {
    const binary = names.find(isBinaryMediaType);
    if (binary === undefined) continue;
    yield {
      pointer: appendPointer(pointer, binary),
      message: `Binary content such as ${binary.slice(0, 120)} is not supported.`,
    };
  }
}

/** Reports binary values within supported content; the rules of media types report binary content. */
function binarySchemas(document: OpenApiDocument): readonly Finding[] {
  const findings: Finding[] = [];
  const ofBinaryContent = new Set(unsupportedContentSchemas(document));
  visitReachable(document, (object, pointer) => {
    if (!isBinaryValue(object) || ofBinaryContent.has(pointer)) return;
    findings.push({ pointer, message: 'Binary values are not supported.' });
  });
  return findings;
}

/** Base64 is text; in 3.1, a binary media type without an encoding stands for the bytes themselves. */
function isBinaryValue(schema: JsonObject): boolean {
  const encoding = stringMember(schema, 'contentEncoding');
  const mediaType = encoding === undefined ? stringMember(schema, 'contentMediaType') : undefined;
  return (
    member(schema, 'format') === 'binary' ||
    encoding === 'binary' ||
    (mediaType !== undefined && isBinaryMediaType(mediaType))
  );
}

/** The pointers of the schemas of content whose media type is not supported, also behind references. */
function* unsupportedContentSchemas({ root, operations }: OpenApiDocument): Iterable<string> {
  const owners = operations.flatMap(({ body, responses }) => (body ? [body, ...responses] : responses));
  for (const { value, pointer } of distinct(owners)) {
    for (const [name, mediaType] of Object.entries(objectMember(value, 'content'))) {
      if (mediaTypeSupport(name) !== 'none' || !isJsonObject(mediaType)) continue;
      const start = {
        value: member(mediaType, 'schema') ?? null,
        pointer: appendPointer(pointer, 'content', name, 'schema'),
      };
      yield start.pointer;
      const end = followReference(root, start);
      if (end !== undefined) yield end.pointer;
    }
  }
}

/** A reference, and a part in `allOf` and the like, may have the items. */
const itemSources = ['$ref', 'items', 'prefixItems', 'allOf', 'anyOf', 'oneOf'];

function arraysWithoutItems(document: OpenApiDocument): readonly Finding[] {
  const findings: Finding[] = [];
  visitReachable(document, (object, pointer) => {
    const types = [member(object, 'type')].flat();
    if (!types.includes('array') || itemSources.some((name) => Object.hasOwn(object, name))) return;
    findings.push({ pointer, message: '"items" is missing: an array needs the schema of its elements.' });
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
