import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CreateNodeOptions, Document, parse, parseDocument, type ToStringOptions } from 'yaml';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { openGuardrails } from '../guardrails/guardrails.ts';
import { referencedFiles } from '../manifest/manifest.ts';
import { parseManifest } from '../manifest/parseManifest.ts';
import { parseText, sampleManifest } from '../manifest/testing/sampleManifest.ts';
import { fingerprint } from './desired.ts';
import { desiredState } from './desiredState.ts';
import type { WorkspaceFiles } from './schemaFiles.ts';

const encoder = new TextEncoder();
const ledger = encoder.encode(`openapi: 3.1.0
info: { title: Ledger, version: 1.0.0 }
servers: [{ url: https://ledger.example.com }]
paths: { /entries: { get: { operationId: list, description: Lists., responses: { '200': { description: ok } } } } }
`);
const files: WorkspaceFiles = new Map([
  ['schemas/ledger.openapi.yaml', { size: ledger.length, bytes: ledger }],
]);
const appliedUri = (sha256: string) => `s3://spec/applied/${sha256}`;

function stateOf(bytes: Uint8Array, workspaceFiles = files) {
  const {
    manifest,
    readable,
    faults: manifestFaults,
    problems,
  } = parseManifest(bytes, 'manifest.yaml', resourceShapes);
  const result =
    readable &&
    manifestFaults &&
    desiredState({
      guardrails: openGuardrails,
      workspace: 'w',
      manifest: readable,
      manifestProblems: problems,
      manifestFaults,
      files: workspaceFiles,
      revision: 'r',
      appliedUri,
    });
  return { manifest, problems, result };
}

function fingerprints(text: string): Record<string, string> {
  const { result, problems } = stateOf(encoder.encode(text));
  if (!result?.desired) throw new Error(JSON.stringify([problems, result?.problems]));
  return Object.fromEntries(
    result.desired.resources.map(({ kind, name, config }) => [`${kind}/${name}`, fingerprint(config)]),
  );
}

/** Reorders the members of mappings; the order of lists has a meaning. */
function shuffled(value: unknown, swap: () => boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, swap));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, shuffled(inner, swap)] as const);
  for (let index = 1; index < entries.length; index++) {
    const [left, right] = [entries[index - 1], entries[index]];
    if (left && right && swap()) entries.splice(index - 1, 2, right, left);
  }
  return Object.fromEntries(entries);
}

const format = fc.record({
  indent: fc.integer({ min: 1, max: 8 }),
  lineWidth: fc.constantFrom(0, 20, 80),
  defaultStringType: fc.constantFrom(
    'PLAIN',
    'QUOTE_DOUBLE',
    'QUOTE_SINGLE',
    'BLOCK_FOLDED',
    'BLOCK_LITERAL',
  ),
  collectionStyle: fc.constantFrom('any', 'block', 'flow'),
  comment: fc.constantFrom('', ' a comment'),
  asJson: fc.boolean(),
  swaps: fc.infiniteStream(fc.boolean()),
});

describe('fingerprint', () => {
  it('fingerprint: does not depend on the formatting of the manifest', () => {
    const expected = fingerprints(sampleManifest);
    const content: unknown = parse(sampleManifest);
    fc.assert(
      fc.property(
        format,
        ({ indent, lineWidth, defaultStringType, collectionStyle, comment, asJson, swaps }) => {
          const reordered = shuffled(content, () => swaps.next().value === true);
          const creation: CreateNodeOptions = { aliasDuplicateObjects: true };
          const document = new Document(reordered, creation);
          document.commentBefore = comment;
          const options: ToStringOptions = {
            indent,
            lineWidth,
            defaultStringType,
            collectionStyle,
            defaultKeyType: 'PLAIN',
          };
          const text = asJson ? JSON.stringify(reordered, null, indent) : document.toString(options);
          // yaml 2.9.1 does not always write what it was given where it folds lines inside lists and references.
          fc.pre(asJson || isDeepStrictEqual(parseDocument(text).toJS(), reordered));
          expect(fingerprints(text)).toEqual(expected);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('fingerprint: changes with one value of one resource, for that resource alone', () => {
    const expected = fingerprints(sampleManifest);
    const changed = fingerprints(
      sampleManifest.replace('sessionTimeoutInSeconds: 3600', 'sessionTimeoutInSeconds: 3601'),
    );
    expect(Object.keys(expected).filter((address) => expected[address] !== changed[address])).toEqual([
      'gateway/payments',
    ]);
  });
});

describe('referencedFiles', () => {
  it('referencedFiles: returns each file once for each kind', () => {
    const { manifest } = parseText(sampleManifest);
    expect(manifest && referencedFiles(manifest)).toEqual([
      {
        path: 'schemas/ledger.openapi.yaml',
        kind: 'openApi',
        location: { file: 'manifest.yaml', line: 21, column: 56 },
      },
    ]);
  });
});
