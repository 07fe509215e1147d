import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import { resourceShapes } from '../../../adapters/resourceShapes.ts';
import type { JsonObject } from '../../../core/json.ts';
import { defaultLimits } from '../../../core/manifest/limits.ts';
import { parseManifest } from '../../../core/manifest/parseManifest.ts';
import { parseContent } from '../../../core/registry/descriptorContent.ts';
import { serverAddress } from '../../../core/registry/serverAddress.ts';
import { readSchema } from '../../../core/schemas/readSchema.ts';
import type { SchemaKind } from '../../../core/schemas/schemaTypes.ts';
import { createHandler } from '../../../functions/authorization-pages/createHandler.ts';
import { NOW, openPages, PAGE } from '../../../functions/authorization-pages/testing/openPages.ts';
import { parsePollEvent } from '../../../functions/poll/pollEvent.ts';
import { fuzzKind, resultOrRefusal } from '../fuzzKind.ts';
import { checkProblems, promise } from '../promises.ts';

/** A text that repeats itself, in a file so that a large one stays small as an input that replays. */
interface Repetition {
  readonly reader: ReaderName;
  readonly before: string;
  readonly part: string;
  readonly times: number;
  readonly after: string;
}

type ReaderName = keyof typeof readers;

/** Each makes a parser build more than the text has bytes, or recurse, where nothing bounds it. */
const PARTS = [
  ...['{}', '[', ']', '{', '{a: ', '[[],', '[]: ', '{"a":', '"', "'", ',', ':', '0,', '"",', '{},', '[a,'],
  ...[
    '- ',
    '? ',
    ': ',
    '- - ',
    '? [',
    '- {',
    '-\n',
    '?\n',
    ':\n',
    'a:\n',
    'a: ',
    '- a\n',
    '"a": 1\n',
    '{}:\n',
  ],
  ...['---\n', '...\n', '%a\n', '#\n', '\n', '\r\n', '\t', ' ', '|\n', '- |\n x\n', '>-\n'],
  ...['&a ', '&a\n', '- &a x\n', '*a,', '- *a\n', '!a ', '!a\n', '- @\n', '<<: *a\n', '\\u0000', '9', '1e9,'],
  ...['a&', 'a=1&', '--b\r\n', '%00', '&'],
];
const ENDS = ['', '[', ']', '{', '}', '"', 'a: &a [', '- &a x\n', '1', '["', '"]', '{"a":[', ']}', 'a: |\n '];

const bytesOf = (text: string) => new TextEncoder().encode(text);

function checkSchema(kind: SchemaKind, name: string, text: string): void {
  const { problems } = readSchema(kind, bytesOf(text), name);
  promise(problems.length > 0, 'a schema that says nothing has a problem', text.slice(0, 100));
  checkProblems(problems.map((problem) => ({ ...problem, path: '' })));
}

const readers = {
  manifest: (text) =>
    checkProblems(parseManifest(bytesOf(text), 'manifest.yaml', resourceShapes, defaultLimits).problems),
  openApiYaml: (text) => checkSchema('openApi', 'a.yaml', text),
  openApiJson: (text) => checkSchema('openApi', 'a.json', text),
  smithyJson: (text) => checkSchema('smithy', 'a.json', text),
  toolsYaml: (text) => checkSchema('lambdaTools', 'a.yaml', `${text} `),
  record(text) {
    parseContent(text);
    serverAddress({ mcpServer: { data: text } });
  },
  async event(text) {
    const now = '2026-11-20T10:15:00.000Z';
    const detail = { bucket: { name: text }, object: { key: text } };
    for (const input of [
      { workspace: 'payments', leaseHolder: text },
      { 'detail-type': text, detail },
    ])
      await resultOrRefusal(() => parsePollEvent({ previous: input, input, execution: 'e', now }));
  },
  async form(text) {
    // Of its own for each input: the pages limit the requests of a visitor.
    const ports = { ...openPages({ kind: 'approval' }), answersFrom: 'anybody', clock: () => 0 } as const;
    const pages = createHandler(ports);
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=b']) {
      const { statusCode = 0 } = await pages(formEvent(type, text), context);
      promise(statusCode === 303, 'a form that decides nothing leads back to its page', statusCode);
    }
  },
} satisfies Readonly<Record<string, (text: string) => void | Promise<void>>>;

/** Of the Lambda runtime: the logger reads the names alone. */
const context = { awsRequestId: 'call-1', functionName: 'authorization-pages' } as Context;

function formEvent(type: string, body: string): JsonObject {
  return {
    rawPath: `${PAGE}/decide`,
    rawQueryString: '',
    headers: { 'content-type': type },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
    requestContext: {
      domainName: 'pages.example.com',
      requestId: 'call-1',
      timeEpoch: NOW,
      http: { method: 'POST', path: `${PAGE}/decide`, sourceIp: '203.0.113.9' },
    },
  };
}

/** In characters. `MAX_SECONDS` of the fuzzer are for texts of this length; the limits of the readers are tested beside them. */
const MAX_LENGTH = 100_000;

// A reader's name is a key of `readers`.
const names = Object.keys(readers) as ReaderName[];
const end = fc.oneof({ weight: 3, arbitrary: fc.constant('') }, fc.constantFrom(...ENDS));

export const sizeKind = fuzzKind<Repetition>({
  name: 'sizes',
  fuzzed: 'manifests, schemas, records, events and forms that are long, deep, or made of many small parts',
  share: 0.004,
  inputs: fc.record({
    reader: fc.constantFrom(...names),
    before: end,
    part: fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 2 }).map((parts) => parts.join('')),
    times: fc.oneof(fc.constantFrom(1, 60, 70, 210), fc.nat(10_000), fc.constant(MAX_LENGTH)),
    after: end,
  }),
  async check({ reader, before, part, times, after }) {
    const text = before + part.repeat(Math.min(times, Math.ceil(MAX_LENGTH / part.length))) + after;
    await readers[reader](text);
  },
});
