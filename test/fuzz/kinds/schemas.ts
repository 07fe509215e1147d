import fc from 'fast-check';
import { parse } from 'yaml';
import type { JsonValue } from '../../../core/json.ts';
import { readSchema } from '../../../core/schemas/readSchema.ts';
import type { SchemaKind } from '../../../core/schemas/schemaTypes.ts';
import { compareTools } from '../../../core/toolContracts/compareTools.ts';
import { type SampleSchema, schemas } from '../corpus.ts';
import { fuzzKind } from '../fuzzKind.ts';
import { mutatedText, mutatedValue } from '../mutations.ts';
import { checkProblems, checkText, promise } from '../promises.ts';
import { anyDocument, documentOf } from '../schemaStructures.ts';

interface Schema extends SampleSchema {
  readonly inline: boolean;
}

const FRAGMENTS = [
  ...[
    ': ',
    '- ',
    '\n',
    '\n  ',
    ', ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '&a ',
    '*a',
    '<<: *a\n',
    '|\n',
    '\\u0000',
  ],
  ...[
    '$ref: "#/components/schemas/a"\n',
    '"$ref":"#"',
    '"$ref":"#/paths/~1a/get"',
    '"$ref":"https://a.example"',
  ],
  ...[
    'allOf: ',
    'oneOf: ',
    'nullable: true\n',
    '"type":["string","null"]',
    '"enum":[]',
    '"pattern":"(a+)+$"',
  ],
  ...[
    'openapi: 3.0.3\n',
    'openapi: 3.1.0\n',
    '"smithy":"2.0"',
    '"target":"a#B"',
    '"traits":{}',
    '"members":{}',
  ],
  ...[
    '"operationId":"a"',
    '"inputSchema":{}',
    '"required":["a"]',
    '1e999',
    '[['.repeat(300),
    '{"a":'.repeat(300),
  ],
];
/** Larger ones take ten times as long, and have nothing that small ones lack. */
const MAX_SAMPLE_LENGTH = 6000;
const KINDS: readonly SchemaKind[] = ['openApi', 'smithy', 'lambdaTools', 'mcpTools'];

const samples = schemas.filter(({ text }) => text.length <= MAX_SAMPLE_LENGTH);
const kindOf = fc.record({
  otherKind: fc.option(fc.constantFrom(...KINDS), { freq: 8 }),
  inline: fc.boolean(),
});

function inputsOf(kind: SchemaKind): fc.Arbitrary<Schema> {
  const texts = samples.filter((each) => each.kind === kind).map(({ text }) => text);
  const parsed = texts.flatMap((text): JsonValue[] => {
    try {
      return [parse(text)];
    } catch {
      return [];
    }
  });
  const asYaml = mutatedText(texts, FRAGMENTS).map((text) => ({ text, name: 'a.yaml' }));
  const asJson = mutatedValue(parsed).map((value) => ({ text: JSON.stringify(value), name: 'a.json' }));
  const structures = fc.oneof(anyDocument, documentOf(kind)).map((text) => ({ text, name: 'a.json' }));
  const file = fc.oneof(
    { weight: 1, arbitrary: asYaml },
    { weight: 3, arbitrary: asJson },
    { weight: 2, arbitrary: structures },
  );
  return fc
    .tuple(file, kindOf)
    .map(([{ text, name }, { otherKind, inline }]) => ({ kind: otherKind ?? kind, name, text, inline }));
}

export const schemaKind = fuzzKind<Schema>({
  name: 'schemas',
  fuzzed: 'readSchema and compareTools: OpenAPI 3.0 and 3.1, Smithy, and lists of tools, as YAML and JSON',
  share: 0.05,
  inputs: fc.oneof(...KINDS.map(inputsOf)),
  check({ kind, name, text, inline }) {
    const bytes = new TextEncoder().encode(text);
    const { problems, tools, canonical, fingerprint } = readSchema(kind, bytes, name, { inline });
    // Their paths are JSON pointers, which no person is shown.
    checkProblems(problems.map((problem) => ({ ...problem, path: '' })));
    const changes = compareTools([], tools);
    for (const { message } of changes) checkText(message, 601, 'a change of a tool');
    if (problems.some(({ severity }) => severity === 'error')) return;
    promise(/^[0-9a-f]{64}$/.test(fingerprint), 'an accepted schema has a fingerprint', fingerprint);
    promise(changes.length >= tools.length, 'each tool of an accepted schema is one that was added');
    promise(compareTools(tools, tools).length === 0, 'a schema does not differ from itself');
    const again = readSchema(kind, canonical, 'a.json', { inline });
    promise(again.fingerprint === fingerprint, 'the canonical form of a schema has its fingerprint');
  },
});
