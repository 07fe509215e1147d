import { beforeEach, describe, expect, it } from 'vitest';
import { InMemorySpecBucket } from '../../adapters/inMemory/inMemorySpecBucket.ts';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { defaultLimits } from '../../core/manifest/limits.ts';
import { revisionOf } from '../../core/storage/desiredDocument.ts';
import { prefixes } from '../../core/storage/keys.ts';
import { readDesired } from './readDesired.ts';

const WORKSPACE = 'payments';

const manifest = (file: string) => `gateways:
  front:
    roleArn: arn:aws:iam::123456789012:role/front
    authorizerType: AWS_IAM
    targets:
      cards:
        credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]
        targetConfiguration:
          mcp: { lambda: { lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:cards', toolSchema: { file: ${file} } } }
`;
const tools = JSON.stringify([
  { name: 'find', description: 'Finds a card.', inputSchema: { type: 'object' } },
]);

let bucket: InMemorySpecBucket;
const read = () => readDesired(WORKSPACE, bucket, resourceShapes);

beforeEach(() => {
  bucket = new InMemorySpecBucket();
  bucket.upload(WORKSPACE, 'manifest.yaml', manifest('schemas/cards.json'));
  bucket.upload(WORKSPACE, 'schemas/cards.json', tools);
});

describe('readDesired', () => {
  it('returns the resources of the manifest, each schema by the URI of its applied copy', async () => {
    const { desired, problems } = await read();
    expect(problems).toEqual([]);
    expect(desired?.resources.map(({ address }) => address)).toEqual([
      'gateway/front',
      'gatewayTarget/front/cards',
    ]);
    const { sha256 = '', uri } = desired?.resources[1]?.schema ?? {};
    expect(uri).toBe(bucket.appliedUri(sha256));
    const copy = await bucket.readApplied(sha256);
    expect(JSON.parse(new TextDecoder().decode(copy))).toEqual(JSON.parse(tools));
  });

  it('parses an upload once: a later poll makes one List and two Gets', async () => {
    const first = await read();
    const calls = bucket.script.calls().length;
    expect(await read()).toEqual(first);
    const later = bucket.script.calls().slice(calls);
    expect(later.map(({ method }) => method)).toEqual(['listFiles', 'readGuardrails', 'readDocument']);
  });

  it('parses again when the stored document is broken', async () => {
    const first = await read();
    const [key = ''] = bucket.keys(prefixes.parsed);
    bucket.putObject(key, '{}');
    expect(await read()).toEqual(first);
  });

  it('reads only the files that the manifest names', async () => {
    bucket.upload(WORKSPACE, 'notes.txt', 'not for Gateloop');
    await read();
    const paths = bucket.script.calls('readFile').map(({ input: [, file] }) => file);
    expect(paths).toMatchObject([{ path: 'manifest.yaml' }, { path: 'schemas/cards.json' }]);
  });

  it('gives the manifest the parameters of the environment of the bucket, and reads those of no other', async () => {
    bucket.upload(
      WORKSPACE,
      'manifest.yaml',
      manifest('schemas/cards.json').replace('function:cards', 'function:${param.name}'),
    );
    bucket.upload(WORKSPACE, 'parameters/production.yaml', 'name: { broken');
    bucket.upload(WORKSPACE, 'parameters/local.yaml', 'name: refunds');
    const { desired, problems } = await read();
    expect(problems).toEqual([]);
    expect(JSON.stringify(desired?.resources[1]?.config)).toContain(':function:refunds"');
  });

  it('suggests an uploaded file for a misspelled name, refuses its target alone and copies no schema', async () => {
    bucket.upload(WORKSPACE, 'manifest.yaml', manifest('schemas/crads.json'));
    const { desired, problems } = await read();
    expect(desired?.resources.map(({ name }) => name)).toEqual(['front']);
    expect(desired?.faulty).toMatchObject([{ address: 'gatewayTarget/front/cards' }]);
    expect(problems).toMatchObject([{ suggestion: 'schemas/cards.json' }]);
    expect(bucket.keys(prefixes.applied)).toEqual([]);
  });

  it('reports the problems of the schemas of a manifest that has errors, with the owners that it names', async () => {
    const owner = { contacts: [{ channel: 'email', address: 'cards@example.com' }] };
    bucket.upload(
      WORKSPACE,
      'manifest.yaml',
      `${manifest('schemas/cards.json')}    color: red\nowners: { default: { email: cards@example.com } }\n`,
    );
    bucket.upload(WORKSPACE, 'schemas/cards.json', '{}');
    const { desired, problems, refusal } = await read();
    expect(desired).toBeUndefined();
    expect(problems.map(({ file }) => file)).toEqual(['manifest.yaml', 'schemas/cards.json']);
    expect(refusal).toEqual({
      owners: { default: owner },
      schemaOwners: [{ owner, problems: [problems[1]] }],
    });
    expect(await read()).toEqual({ revision: expect.any(String), problems, refusal });
  });

  it('names no owners where the manifest cannot be read', async () => {
    bucket.upload(WORKSPACE, 'manifest.yaml', 'owners: { default: { email: a@example.com }');
    expect(await read()).not.toHaveProperty('refusal');
  });

  it('refuses an upload without a manifest, and says how to delete its resources', async () => {
    bucket.deleteUpload(WORKSPACE, 'manifest.yaml');
    expect(await read()).toMatchObject({
      problems: [
        { severity: 'error', file: 'manifest.yaml', message: expect.stringContaining('prune: true') },
      ],
    });
  });

  it('refuses a manifest that is too large, and does not read it', async () => {
    bucket.upload(WORKSPACE, 'manifest.yaml', '#'.repeat(defaultLimits.bytes + 1));
    const { desired, problems } = await read();
    expect(desired).toBeUndefined();
    expect(problems[0]?.message).toContain(`${defaultLimits.bytes + 1} bytes`);
    expect(bucket.script.calls('readFile')).toEqual([]);
  });

  it('readDesired: refuses a workspace of more than 10,000 files, and reads none of them', async () => {
    for (let index = 0; index < 10_000; index += 1) bucket.upload(WORKSPACE, `schemas/${index}.json`, '');
    const { desired, problems } = await read();
    expect(desired).toBeUndefined();
    expect(problems[0]?.message).toContain('more than 10000 files');
    expect(bucket.script.calls('readFile')).toEqual([]);
  });

  it('readDesired: loads no schema file beyond 64 MB in all, and names the first one that is not read', async () => {
    const file = '0'.repeat(15 * 1024 * 1024);
    const target = (index: number) =>
      `      t${index}: { targetConfiguration: { mcp: { openApiSchema: { file: f${index}.json } } } }\n`;
    for (const index of [0, 1, 2, 3, 4, 5]) bucket.upload(WORKSPACE, `f${index}.json`, file);
    const targets = [0, 1, 2, 3, 4, 5].map(target).join('');
    bucket.upload(
      WORKSPACE,
      'manifest.yaml',
      `gateways:\n  g:\n    roleArn: arn:aws:iam::123456789012:role/g\n    authorizerType: AWS_IAM\n    targets:\n${targets}`,
    );
    const { problems } = await read();
    expect(bucket.script.calls('readFile')).toHaveLength(5);
    const unread = problems.filter(({ message }) => message.includes('67108864 bytes in all'));
    expect(unread.map(({ line }) => line)).toEqual([10, 11]);
  });

  it('fails and stores nothing when a file changes between the List and the Get', async () => {
    bucket.script.beforeNext('readFile', () => bucket.upload(WORKSPACE, 'manifest.yaml', '# another'));
    await expect(read()).rejects.toMatchObject({ code: 'WorkspaceChanged', retryable: true });
    expect(bucket.keys(prefixes.parsed)).toEqual([]);
  });
});

describe('revisionOf', () => {
  const files = [
    { path: 'a', size: 1, etag: '"1"' },
    { path: 'b', size: 2, etag: '"2"' },
  ];

  it('does not depend on the order of the files', () => {
    expect(revisionOf(files)).toBe(revisionOf(files.toReversed()));
  });

  it.each([
    ['content', [{ path: 'a', size: 1, etag: '"3"' }, files[1]]],
    ['name', [{ path: 'c', size: 1, etag: '"1"' }, files[1]]],
    ['existence', [files[1]]],
  ])('changes with the %s of a file', (_, changed) => {
    expect(revisionOf(changed.filter((file) => file !== undefined))).not.toBe(revisionOf(files));
  });
});
