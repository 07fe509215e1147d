import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { withSameInlineSchemas } from './sameInlineSchema.ts';

const document = {
  openapi: '3.1.0',
  info: { title: 'Ledger', version: '1' },
  servers: [{ url: 'https://ledger.example.com' }],
  paths: {
    '/a': { get: { operationId: 'a', description: 'Gets.', responses: { 200: { description: 'ok' } } } },
  },
};
const withText = (inlinePayload: string): JsonObject => ({
  targetConfiguration: { mcp: { openApiSchema: { inlinePayload } } },
});
/** As `readInlineSchema` gives it: the members sorted, without white space. */
const canonical =
  '{"info":{"title":"Ledger","version":"1"},"openapi":"3.1.0","paths":{"/a":{"get":{"description":"Gets.","operationId":"a","responses":{"200":{"description":"ok"}}}}},"servers":[{"url":"https://ledger.example.com"}]}';

describe('withSameInlineSchemas', () => {
  it('withSameInlineSchemas: takes another text of the same schema for the desired one', () => {
    const live = withText(JSON.stringify(document, null, 2));
    expect(withSameInlineSchemas(withText(canonical), live)).toEqual(withText(canonical));
  });

  it('withSameInlineSchemas: keeps a text that says something else, and one that is no schema', () => {
    for (const live of [withText(canonical.replace('Gets.', 'Gives.')), withText('no schema'), {}])
      expect(withSameInlineSchemas(withText(canonical), live)).toBe(live);
  });
});
