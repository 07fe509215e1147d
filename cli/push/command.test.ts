import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explainedBucketError } from '../awsErrors.ts';
import { readCommandLine, runAlone } from '../program.ts';
import { recordedIo } from '../testing/recordedIo.ts';
import { pushCommand } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateloop-options-'));
writeFileSync(join(folder, 'manifest.yaml'), '');
const empty = mkdtempSync(join(tmpdir(), 'gateloop-options-'));
const around = mkdtempSync(join(tmpdir(), 'gateloop-options-'));
mkdirSync(join(around, 'payments'));
writeFileSync(join(around, 'payments', 'manifest.yaml'), '');
const parse = (args: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
  readCommandLine(pushCommand, args, recordedIo(environment));

describe('pushCommand', () => {
  it('pushCommand: takes the workspace from the folder, and the bucket from the environment', () => {
    expect(parse([folder], { GATELOOP_BUCKET: 's3://specs/' })).toMatchObject({
      folder,
      workspace: basename(folder),
      to: { bucket: 'specs' },
      minutes: 30,
    });
  });

  it.each([
    [[], "missing required argument 'folder'"],
    [[folder, 'other', '--bucket', 'b'], 'too many arguments. Expected 1 argument but got 2'],
    [[folder], 'Name it with --bucket'],
    [[folder, '--bucket', 'b', '--local'], '--bucket and --local exclude each other'],
    [[folder, '--bucket', 'b', '--minutes', 'x'], '--minutes takes a number of at least 0.01, not "x"'],
    [[folder, '--bucket', 'b', '--workspace', 'a/b'], '"a/b" is not a valid name of a workspace'],
    [[folder, '--bucket', 'b', '--plann'], 'Did you mean --plan?'],
    [[folder, '--bucket', 'b', '--minutes', '-1'], '--minutes takes a number of at least 0.01, not "-1"'],
    [[empty, '--bucket', 'b'], `${empty} has no manifest.yaml. Name a workspace's folder`],
    [[around, '--bucket', 'b'], 'Name one of its folders that have one: payments.'],
    [['/nowhere/at/all', '--bucket', 'b'], '/nowhere/at/all does not exist'],
    [[import.meta.filename, '--bucket', 'b', '--workspace', 'w'], 'is a file. Name its parent folder.'],
  ])('pushCommand: rejects %j with an explanation', (args, message) => {
    expect(() => parse(args)).toThrow(message);
  });
});

describe('explainedBucketError', () => {
  const failure = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more });

  it.each([
    [failure('CredentialsProviderError'), 'There are no AWS credentials'],
    [failure('NoSuchBucket'), 'There is no bucket specs. Deploy the stack'],
    [failure('AccessDenied'), '--policy prints the required IAM policy'],
    [failure('Unknown', { $metadata: { httpStatusCode: 403 } }), 'Access to specs was denied'],
    [failure('PermanentRedirect'), 'specs is in another Region'],
    [failure('Error', { code: 'ECONNREFUSED' }), 'Check that npm start still runs.'],
    [new Error('Region is missing'), 'Set AWS_REGION'],
  ])('explainedBucketError: explains %s', (error, message) => {
    expect(String(explainedBucketError(error, 'specs'))).toContain(message);
  });

  it('explainedBucketError: returns an unknown error unchanged', () => {
    const error = new RangeError('a bug in Gateloop');
    expect(explainedBucketError(error, 'specs')).toBe(error);
  });

  it.each([
    ['gateloop-main-spec-123456789012-us-gov-west-1', 'arn:aws-us-gov:s3:::'],
    ['gateloop-main-spec-123456789012-eu-central-1', 'arn:aws:s3:::'],
    ['specs', 'arn:aws:s3:::'],
  ])('pushCommand: prints the policy for %s with ARNs that begin with %s', async (bucket, arn) => {
    const io = recordedIo();
    expect(await runAlone(pushCommand, 'push', [folder, '--bucket', bucket, '--policy'], io)).toBe(0);
    const { Statement } = JSON.parse(io.written().stdout);
    const resources = Statement.flatMap(({ Resource }: { Resource: string[] }) => Resource);
    for (const resource of resources) expect(resource.startsWith(`${arn}${bucket}`)).toBe(true);
  });
});
