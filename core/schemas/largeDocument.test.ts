import { beforeAll, describe, expect, it } from 'vitest';
import YAML from 'yaml';
import { compareTools } from '../toolContracts/compareTools.ts';
import { GITHUB_SIZE, largeDocument, PLAIN_TEXT_PATH } from './openApi/testing/largeDocument.ts';
import { ledger } from './openApi/testing/ledgerDocument.ts';
import { readSchema } from './readSchema.ts';
import { schemaLimits } from './schemaLimits.ts';
import type { ParsedSchema, Tool } from './schemaTypes.ts';

/** Indented, as published descriptions are; white space is half of their size. */
const bytes = new TextEncoder().encode(JSON.stringify(largeDocument(GITHUB_SIZE), null, 2));

interface Paths {
  paths: Record<string, Record<string, { operationId?: string; requestBody?: object }>>;
}

/** @returns the document with fewer than a thousand operations, all with JSON bodies */
function acceptablePart(document: Paths): Paths {
  const paths = Object.entries(document.paths)
    .filter(([name]) => name !== PLAIN_TEXT_PATH)
    .slice(0, 600);
  return { ...document, paths: Object.fromEntries(paths) };
}

describe("readSchema, for an OpenAPI description of the size of GitHub's", () => {
  let whole: ParsedSchema;
  let part: ParsedSchema;

  beforeAll(() => {
    whole = readSchema('openApi', bytes, 'large.json', { targetName: 'github' });
    const text = JSON.stringify(acceptablePart(JSON.parse(new TextDecoder().decode(bytes))));
    part = readSchema('openApi', new TextEncoder().encode(text), 'part.json', { targetName: 'github' });
    // Takes 2 s; 60 s allow for a busy machine.
  }, 60_000);

  it('reads a document that exceeds the S3 limit, since its canonical form does not', () => {
    expect(bytes.byteLength).toBeGreaterThan(schemaLimits.canonicalBytes);
    expect(whole.canonical.byteLength).toBeLessThan(schemaLimits.canonicalBytes);
    expect(whole.problems.map(({ rule }) => rule)).not.toContain('openapi-structure');
  });

  it('derives a tool from each operation', () => {
    const document: Paths = JSON.parse(new TextDecoder().decode(bytes));
    const operations = Object.values(document.paths).flatMap((item) =>
      Object.values(item).flatMap(({ operationId }) => operationId ?? []),
    );
    expect(operations.length).toBeGreaterThan(1200);
    expect(whole.tools.map(({ name }) => name).toSorted()).toEqual(operations.toSorted());
  });

  it('rejects more than 1000 tools and a body of plain text, and reports nothing else', () => {
    const errors = whole.problems.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ rule, path }) => [rule, path.split('/').slice(0, 3).join('/')])).toEqual([
      ['tool-count', expect.stringMatching(/^\/paths\/~1/)],
      ['openapi-media-type', '/paths/~1markdown~1raw'],
    ]);
  });

  it('accepts the part of the document with fewer than 1000 tools', () => {
    expect(part.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(part.tools.length).toBeGreaterThan(500);
    expect(part.tools.length).toBeLessThanOrEqual(schemaLimits.toolsPerTarget);
  });

  it('lets compareTools report only removed tools between the document and its part', () => {
    const changes = compareTools(whole.tools, part.tools);
    expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(['toolRemoved']));
    expect(changes).toHaveLength(whole.tools.length - part.tools.length);
  });

  it('lets compareTools report an input that has become required', () => {
    const optionalOf = ({ inputSchema: { properties = {}, required = [] } }: Tool) =>
      Object.keys(properties).find((name) => !required.includes(name));
    const first = part.tools.find((tool) => optionalOf(tool) !== undefined);
    if (!first) throw new Error('No tool has an optional input.');
    const name = optionalOf(first) ?? '';
    const required = [...(first.inputSchema.required ?? []), name];
    const changed = { ...first, inputSchema: { ...first.inputSchema, required } };
    const others = part.tools.filter((tool) => tool !== first);
    expect(compareTools(part.tools, [changed, ...others])).toMatchObject([
      { kind: 'inputRequired', tool: first.name, input: name },
    ]);
  });
});

describe('readSchema, for an OpenAPI description with 60,000 tags', () => {
  // Comparing every pair would exceed the test timeout.
  it('finds a duplicate among 60,000 tags within the test timeout', () => {
    const tags = Array.from({ length: 60_000 }, (_, index) => ({ name: `tag ${index}` }));
    const document = { ...YAML.parse(ledger), tags: [...tags, { name: 'tag 7' }] };
    const bytes = new TextEncoder().encode(JSON.stringify(document));
    expect(readSchema('openApi', bytes, 'ledger.json').problems).toContainEqual(
      expect.objectContaining({ path: '/tags', message: expect.stringContaining('7 and 60000') }),
    );
  });
});

describe('readSchema, for a list of tools of 10 MB', () => {
  const padded = (length: number) => {
    const tool = { name: 'find_entry', description: 'x'.repeat(length), inputSchema: { type: 'object' } };
    return JSON.stringify([tool]);
  };
  const rulesOf = (text: string) =>
    readSchema('lambdaTools', new TextEncoder().encode(text), 'a.json').problems.map(({ rule }) => rule);

  it('applies the S3 limit to the size without white space', () => {
    const spacious = padded(10) + ' '.repeat(schemaLimits.canonicalBytes + 1000);
    expect(rulesOf(spacious)).toEqual([]);
    expect(rulesOf(padded(schemaLimits.canonicalBytes - 50))).toEqual(['schema-size-s3']);
  });
});
