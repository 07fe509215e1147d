import { stringMember } from '../member.ts';
import { appendPointer } from '../pointer.ts';
import { followReference, parseReference } from '../references.ts';
import type { Finding, Rule } from '../rule.ts';
import type { OpenApiDocument } from './operations.ts';
import { visitObjects } from './visitObjects.ts';

interface LocatedReference {
  readonly reference: string;
  readonly pointer: string;
}

const source = 'OpenAPI specification, Reference Object; the gateway reads only one file';

export const referenceRules: readonly Rule<OpenApiDocument>[] = [
  {
    id: 'openapi-reference-external',
    severity: 'error',
    source,
    *check(document) {
      for (const { reference, pointer } of referencesOf(document)) {
        if (parseReference(reference).kind !== 'external') continue;
        const message = `"${reference.slice(0, 120)}" refers to another file. Copy its target to "components".`;
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
];

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
    yield { pointer, message: `"${shown}" cannot be resolved. Correct it, or add its target.` };
}

function referencesOf({ root }: OpenApiDocument): readonly LocatedReference[] {
  const references: LocatedReference[] = [];
  visitObjects(root, '', (object, pointer) => {
    const reference = stringMember(object, '$ref');
    if (reference !== undefined) references.push({ reference, pointer: appendPointer(pointer, '$ref') });
  });
  return references;
}
