import { describe, expect, it } from 'vitest';
import { parseText } from '../manifest/testing/sampleManifest.ts';
import type { Problem } from '../problem.ts';
import { refusalOf } from './refusal.ts';

const email = (address: string) => ({ contacts: [{ channel: 'email', address }] });
const openApi = (name: string, owner: string, schema: string) =>
  `      ${name}: { ${owner}targetConfiguration: { mcp: { openApiSchema: ${schema} } } }`;
const { readable } = parseText(`owners:
  default: { email: team@example.com }
  desk: { email: desk@example.com }
gateways:
  front:
    roleArn: arn:aws:iam::123456789012:role/front
    authorizerType: NONE
    color: red
    targets:
${openApi('notes', 'owner: desk, ', '{ file: schemas/notes.yaml }')}
${openApi('copy', 'owner: { email: copy@example.com }, ', '{ file: schemas/notes.yaml }')}
${openApi('inline', 'owner: desk, ', "{ inlinePayload: '{}' }")}
${openApi('plain', '', '{ file: schemas/plain.yaml }')}
`);
const problem = (file: string, path: string): Problem => ({
  severity: 'error',
  file,
  path,
  message: 'Wrong.',
});
const schemaOwnersOf = (...problems: Problem[]) => readable && refusalOf(readable, problems).schemaOwners;

describe('refusalOf', () => {
  it('names the owners of a manifest that has errors', () => {
    expect(readable && refusalOf(readable, []).owners.default).toEqual(email('team@example.com'));
  });

  it('gives the problems of a schema file to the owner of each target that uses it', () => {
    const wrong = problem('schemas/notes.yaml', 'gateways.front.targets.notes.targetConfiguration');
    expect(schemaOwnersOf(wrong)).toEqual([
      { owner: email('desk@example.com'), problems: [wrong] },
      { owner: email('copy@example.com'), problems: [wrong] },
    ]);
  });

  it('gives the problems of several schemas to their common owner, each once', () => {
    const file = problem('schemas/notes.yaml', 'gateways.front.targets.notes.targetConfiguration');
    const inline = problem(
      'manifest.yaml',
      'gateways.front.targets.inline.targetConfiguration.mcp.openApiSchema.inlinePayload',
    );
    expect(schemaOwnersOf(file, inline)?.[0]).toEqual({
      owner: email('desk@example.com'),
      problems: [file, inline],
    });
  });

  it("gives a missing file to its target's owner, and other problems of the manifest to no such owner", () => {
    const missing = problem(
      'manifest.yaml',
      'gateways.front.targets.notes.targetConfiguration.mcp.openApiSchema.file',
    );
    const color = problem('manifest.yaml', 'gateways.front.color');
    const place = problem('manifest.yaml', 'gateways.front.targets.notes');
    expect(schemaOwnersOf(missing, color, place)).toEqual([
      { owner: email('desk@example.com'), problems: [missing] },
    ]);
  });

  it("gives the schema of a target without an owner of its own to the workspace's owner", () => {
    const wrong = problem('schemas/plain.yaml', 'gateways.front.targets.plain.targetConfiguration');
    expect(schemaOwnersOf(wrong)).toEqual([{ owner: email('team@example.com'), problems: [wrong] }]);
  });
});
