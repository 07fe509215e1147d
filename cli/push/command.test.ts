import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explainedError } from './explainedError.ts';
import { help, parsePushOptions } from './options.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateloop-options-'));
writeFileSync(join(folder, 'manifest.yaml'), '');
const empty = mkdtempSync(join(tmpdir(), 'gateloop-options-'));
const around = mkdtempSync(join(tmpdir(), 'gateloop-options-'));
mkdirSync(join(around, 'payments'));
writeFileSync(join(around, 'payments', 'manifest.yaml'), '');
const parse = (args: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
  parsePushOptions(args, environment);

describe('the options of a push', () => {
  it('take the workspace from the folder, and the bucket from the environment', () => {
    expect(parse([folder], { GATELOOP_BUCKET: 's3://specs/' })).toMatchObject({
      folder,
      workspace: basename(folder),
      to: { bucket: 'specs' },
      minutes: 30,
    });
  });

  it.each([
    [[], 'name the folder of a workspace'],
    [[folder, 'other', '--bucket', 'b'], 'one workspace at a time, not also other'],
    [[folder], 'name the bucket with --bucket'],
    [[folder, '--bucket', 'b', '--local'], 'either --bucket or --local'],
    [[folder, '--bucket', 'b', '--minutes', 'x'], '--minutes takes a number above 0, not "x"'],
    [[folder, '--bucket', 'b', '--workspace', 'a/b'], '"a/b" is no name for a workspace'],
    [[folder, '--bucket', 'b', '--plann'], "Unknown option '--plann'"],
    [[folder, '--bucket', 'b', '--minutes', '-1'], "Option '--minutes' argument is ambiguous. See npm run"],
    [[empty, '--bucket', 'b'], `${empty} has no manifest.yaml. Name a workspace's folder`],
    [[around, '--bucket', 'b'], 'Name one of the folders in it that have one: payments.'],
    [['/nowhere/at/all', '--bucket', 'b'], '/nowhere/at/all does not exist'],
    [[import.meta.filename, '--bucket', 'b', '--workspace', 'w'], 'is a file; name the folder around it'],
  ])('say what is wrong with %j', (args, message) => {
    expect(() => parse(args)).toThrow(message);
  });

  it('have a line of help each', () => {
    expect(parse(['--help'])).toBeUndefined();
    const options = ['workspace', 'bucket', 'local', 'data', 'plan', 'look', 'until-ready', 'allow-waiting'];
    for (const option of [...options, 'minutes', 'json', 'policy', 'help'])
      expect(help).toMatch(new RegExp(`^ {2}--${option}\\b`, 'm'));
  });
});

describe('what stands in the way of a push', () => {
  const failure = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more });

  it.each([
    [failure('CredentialsProviderError'), 'There are no AWS credentials'],
    [failure('NoSuchBucket'), 'There is no bucket specs. Was it deployed'],
    [failure('AccessDenied'), '--policy prints what is needed'],
    [failure('Unknown', { $metadata: { httpStatusCode: 403 } }), 'Access to specs was denied'],
    [failure('PermanentRedirect'), 'specs is in another Region'],
    [failure('Error', { code: 'ECONNREFUSED' }), 'Does npm start still run?'],
    [new Error('Region is missing'), 'Set AWS_REGION'],
  ])('is explained: %s', (error, message) => {
    expect(String(explainedError(error, 'specs'))).toContain(message);
  });

  it('is passed on where nobody can know what it means', () => {
    const error = new RangeError('a fault of our own');
    expect(explainedError(error, 'specs')).toBe(error);
  });
});
