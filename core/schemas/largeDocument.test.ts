import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { compareTools } from '../toolContracts/compareTools.ts';
import { readSchema } from './readSchema.ts';
import { schemaLimits } from './schemaLimits.ts';
import type { ParsedSchema, Tool } from './schemaTypes.ts';

/** GitHub's own description of its REST API: 13 MB, 1,223 operations, written by others for others. */
const path = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
const bytes = new Uint8Array(readFileSync(path));

interface Paths {
  paths: Record<string, Record<string, { operationId?: string; requestBody?: object }>>;
}

/** @returns the document with as many paths as make fewer than a thousand tools, and none whose body is not JSON */
function acceptable(document: Paths): Paths {
  const paths = Object.entries(document.paths).filter(
    ([name]) => name < '/repos/{owner}/{repo}/m' && name !== '/markdown/raw',
  );
  return { ...document, paths: Object.fromEntries(paths) };
}

describe('the description of GitHub’s API', () => {
  let whole: ParsedSchema;
  let part: ParsedSchema;

  beforeAll(() => {
    whole = readSchema('openApi', bytes, 'api.github.com.json', { targetName: 'github' });
    const text = JSON.stringify(acceptable(JSON.parse(new TextDecoder().decode(bytes))));
    part = readSchema('openApi', new TextEncoder().encode(text), 'part.json', { targetName: 'github' });
    // Takes 2 s; 60 s leave room for a machine that does much else at the same time.
  }, 60_000);

  it('is read whole though it is larger than S3 may hold, since its canonical form is not', () => {
    expect(bytes.byteLength).toBeGreaterThan(schemaLimits.canonicalBytes);
    expect(whole.canonical.byteLength).toBeLessThan(schemaLimits.canonicalBytes);
    expect(whole.problems.map(({ rule }) => rule)).not.toContain('openapi-structure');
  });

  it('becomes a tool for each of its operations', () => {
    const document: Paths = JSON.parse(new TextDecoder().decode(bytes));
    const operations = Object.values(document.paths).flatMap((item) =>
      Object.values(item).flatMap(({ operationId }) => operationId ?? []),
    );
    expect(operations.length).toBeGreaterThan(1200);
    expect(whole.tools.map(({ name }) => name).toSorted()).toEqual(operations.toSorted());
  });

  it('is refused for having more than a thousand tools, and for a body that is plain text', () => {
    const errors = whole.problems.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ rule, path }) => [rule, path.split('/').slice(0, 3).join('/')])).toEqual([
      ['openapi-media-type', '/paths/~1markdown~1raw'],
      ['tool-count', expect.stringMatching(/^\/paths\/~1/)],
    ]);
  });

  it('is accepted in part', () => {
    expect(part.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(part.tools.length).toBeGreaterThan(500);
    expect(part.tools.length).toBeLessThanOrEqual(schemaLimits.toolsPerTarget);
  });

  it('shows in a comparison which tools the part leaves out, and nothing else', () => {
    const changes = compareTools(whole.tools, part.tools);
    expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(['toolRemoved']));
    expect(changes).toHaveLength(whole.tools.length - part.tools.length);
  });

  it('shows an input that has become required', () => {
    const optionalOf = ({ inputSchema: { properties = {}, required = [] } }: Tool) =>
      Object.keys(properties).find((name) => !required.includes(name));
    const first = part.tools.find((tool) => optionalOf(tool) !== undefined);
    if (!first) throw new Error('no tool has an input that may be left out');
    const name = optionalOf(first) ?? '';
    const required = [...(first.inputSchema.required ?? []), name];
    const changed = { ...first, inputSchema: { ...first.inputSchema, required } };
    const others = part.tools.filter((tool) => tool !== first);
    expect(compareTools(part.tools, [changed, ...others])).toMatchObject([
      { kind: 'inputRequired', tool: first.name, input: name },
    ]);
  });
});
