import { stringMember } from '../member.ts';
import { appendPointer, valueAt } from '../pointer.ts';
import { followReference, type Located, MAX_REFERENCE_CHAIN, parseReference } from '../references.ts';
import type { Finding, Rule } from '../rule.ts';
import { malformedKeywords } from '../schemaKeywords.ts';
import type { OpenApiDocument } from './operations.ts';
import { visitObjects, visitReachable } from './visitObjects.ts';

interface LocatedReference {
  readonly reference: string;
  readonly pointer: string;
}

const source = 'OpenAPI specification, Reference Object; the gateway reads only one file';

export const referenceRules: readonly Rule<OpenApiDocument>[] = [
  {
    id: 'openapi-operation-reference',
    severity: 'error',
    source: 'OpenAPI specification, Path Item Object: an operation is no reference',
    *check({ referencedOperations }) {
      for (const pointer of referencedOperations) {
        const message =
          'An operation cannot be a reference. Write it here; if it is in another file, bundle the document into one file first.';
        yield { pointer, message };
      }
    },
  },
  {
    id: 'openapi-reference-external',
    severity: 'error',
    source,
    *check(document) {
      for (const { reference, pointer } of referencesOf(document)) {
        if (parseReference(reference).kind !== 'external') continue;
        const message = `"${reference.slice(0, 120)}" refers to another file. Bundle the document into one file, or copy the target to "components".`;
        yield { pointer, message, expected: 'a reference that begins with "#/"' };
      }
    },
  },
  {
    id: 'openapi-reference-broken',
    severity: 'error',
    source,
    *check(document) {
      for (const reference of referencesOf(document)) yield* checkTarget(document, reference);
    },
  },
  {
    id: 'openapi-referenced-schema',
    severity: 'error',
    source: 'JSON Schema; the rule openapi-structure checks no schemas in extensions and examples',
    *check(document) {
      for (const schema of undescribedSchemas(document)) yield* malformedKeywords(schema);
    },
  },
];

/** The positions of schemas in OpenAPI documents. */
const schemaPosition =
  /\/(schema|items|not|additionalProperties|(allOf|anyOf|oneOf|prefixItems|items)\/\d+|(properties|patternProperties|dependentSchemas)\/[^/]+)$/;

/** Steps at which a document may leave what OpenAPI describes: extensions, and members that contain data. */
const undescribedStep = /\/(x-|(default|enum|const|example|examples|value)(\/|$))/;

/** @returns the schemas that operations reach by a reference to a place that OpenAPI does not describe */
function undescribedSchemas(document: OpenApiDocument): readonly Located[] {
  const referenced = new Set<string>();
  visitReachable(document, (object, pointer) => {
    const parsed = parseReference(stringMember(object, '$ref') ?? '');
    if (parsed.kind === 'internal' && schemaPosition.test(pointer) && undescribedStep.test(parsed.pointer))
      referenced.add(parsed.pointer);
  });
  if (referenced.size === 0) return [];
  // A property may be called "value" too, and the schema of such a property is described.
  visitObjects(document.root, '', (_, pointer) => referenced.delete(pointer));
  return [...referenced].flatMap((pointer) => {
    const value = valueAt(document.root, pointer);
    return value === undefined ? [] : [{ value, pointer }];
  });
}

function* checkTarget(
  { root }: OpenApiDocument,
  { reference, pointer }: LocatedReference,
): Iterable<Finding> {
  const { kind } = parseReference(reference);
  const shown = reference.slice(0, 120);
  if (kind === 'unreadable')
    yield {
      pointer,
      message: `"${shown}" is not a JSON pointer into the file.`,
      expected: 'a reference such as #/components/schemas/Name',
    };
  if (kind === 'internal' && followReference(root, { value: { $ref: reference }, pointer }) === undefined)
    yield {
      pointer,
      message: `"${shown}" cannot be resolved: it has no target, leads back to itself, or leads through more than ${MAX_REFERENCE_CHAIN} references. Correct it, or refer to the target itself.`,
    };
}

/** Without the references that the rule openapi-operation-reference reports. */
function referencesOf({ root, referencedOperations }: OpenApiDocument): readonly LocatedReference[] {
  const references: LocatedReference[] = [];
  visitObjects(root, '', (object, pointer) => {
    const reference = stringMember(object, '$ref');
    if (reference !== undefined && !referencedOperations.has(pointer))
      references.push({ reference, pointer: appendPointer(pointer, '$ref') });
  });
  return references;
}
