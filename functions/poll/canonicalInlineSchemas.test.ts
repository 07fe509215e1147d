import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../core/json.ts';
import { canonicalInlineSchemas } from './canonicalInlineSchemas.ts';

const withText = (inlinePayload: string): JsonObject => ({
  name: 'ledger',
  targetConfiguration: { mcp: { openApiSchema: { inlinePayload } } },
});
/** As `readInlineSchema` gives it: the members sorted, without white space. */
const canonical = '{"info":{"title":"Ledger","version":"1"},"openapi":"3.1.0"}';

describe('canonicalInlineSchemas', () => {
  it.each([
    [
      'JSON with other white space and order',
      '{\n  "openapi": "3.1.0",\n  "info": { "version": "1", "title": "Ledger" }\n}',
    ],
    ['YAML', 'openapi: 3.1.0\ninfo:\n  title: Ledger\n  version: "1"\n'],
    ['its own form', canonical],
  ])('canonicalInlineSchemas: gives %s of the same schema one form', async (_, text) => {
    expect(await canonicalInlineSchemas(withText(text))).toEqual(withText(canonical));
  });

  it.each([
    ['no document', '{ "openapi": '],
    ['a sentence', 'no schema'],
    ['a string that is no Unicode', '{ "title": "\\ud800" }'],
    ['nothing', ''],
  ])('canonicalInlineSchemas: keeps %s as it is', async (_, text) => {
    expect(await canonicalInlineSchemas(withText(text))).toEqual(withText(text));
  });

  it('canonicalInlineSchemas: keeps every other member, and a configuration without a schema', async () => {
    const config = {
      name: 'a',
      metadata: { inlinePayload: '{ }' },
      targetConfiguration: { mcp: { lambda: {} } },
    };
    expect(await canonicalInlineSchemas(config)).toEqual(config);
    expect(await canonicalInlineSchemas({ name: 'a' })).toEqual({ name: 'a' });
  });
});
