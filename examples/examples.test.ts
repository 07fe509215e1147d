import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resourceShapes } from '../adapters/resourceShapes.ts';
import type { DesiredState } from '../core/desired/desired.ts';
import { desiredState } from '../core/desired/desiredState.ts';
import { sharingProblems } from '../core/desired/sharingProblems.ts';
import { guardrailsFor } from '../core/guardrails/guardrails.ts';
import { parseGuardrails } from '../core/guardrails/parseGuardrails.ts';
import { referencedFiles } from '../core/manifest/manifest.ts';
import { parseManifest } from '../core/manifest/parseManifest.ts';
import type { Problem } from '../core/problem.ts';
import local from './local.json' with { type: 'json' };

const { guardrails, problems: guardrailsProblems } = parseGuardrails(
  new Uint8Array(readFileSync(join(import.meta.dirname, 'guardrails.yaml'))),
);

/** Reads a workspace as the poll step does, but from a folder. */
function read(folder: string): { desired?: DesiredState; problems: readonly Problem[] } {
  const root = join(import.meta.dirname, folder);
  const bytesOf = (path: string) => new Uint8Array(readFileSync(join(root, path)));
  const {
    readable: manifest,
    faults: manifestFaults,
    problems,
  } = parseManifest(bytesOf('manifest.yaml'), 'manifest.yaml', resourceShapes);
  if (!manifest || !manifestFaults) return { problems };
  const present = referencedFiles(manifest).filter(({ path }) => existsSync(join(root, path)));
  const files = new Map(
    present.map(({ path }) => [path, { size: bytesOf(path).byteLength, bytes: bytesOf(path) }]),
  );
  const workspace = folder.split('/').at(-1) ?? folder;
  return desiredState({
    guardrails: guardrailsFor(workspace, guardrails),
    workspace,
    manifest,
    manifestProblems: problems,
    manifestFaults,
    files,
    revision: 'test',
    appliedUri: (hash) => `s3://spec/applied/${hash}`,
  });
}

const places = (folder: string) =>
  read(folder).problems.map(({ severity, file, line, path }) => `${file}:${line} ${severity} ${path}`);

describe('example files', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' });

  it.each(files.filter((file) => /(manifest|guardrails)\.yaml$/.test(file)))(
    'examples/%s: leads editors to its JSON Schema',
    (file) => {
      const text = readFileSync(join(import.meta.dirname, file), 'utf8');
      const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)$/m.exec(text) ?? [];
      const found = join(import.meta.dirname, file, '..', schema);
      const title = file.endsWith('manifest.yaml') ? 'Gateloop manifest' : 'Gateloop guardrails';
      expect(JSON.parse(readFileSync(found, 'utf8'))).toMatchObject({ title });
    },
  );
});

describe('example of a shared gateway', () => {
  it('examples/shared: has no problems, and both workspaces agree', () => {
    const names = readdirSync(join(import.meta.dirname, 'shared'));
    const workspaces = names.map((name) => ({ name, ...read(`shared/${name}`) }));
    expect(workspaces.flatMap(({ problems }) => problems)).toEqual([]);
    const problems = sharingProblems(new Map(workspaces.map(({ name, desired }) => [name, desired])));
    expect([...problems.values()].flat()).toEqual([]);
    expect(workspaces.flatMap(({ desired }) => desired?.shared ?? [])).toHaveLength(1);
  });
});

describe('example of a rollout', () => {
  it('examples/rollout: has no problems, both workspaces agree, and have the same schema', () => {
    const names = readdirSync(join(import.meta.dirname, 'rollout'));
    const workspaces = names.map((name) => ({ name, ...read(`rollout/${name}`) }));
    expect(workspaces.flatMap(({ problems }) => problems)).toEqual([]);
    const problems = sharingProblems(new Map(workspaces.map(({ name, desired }) => [name, desired])));
    expect([...problems.values()].flat()).toEqual([]);
    const schemas = workspaces.flatMap(({ desired }) =>
      desired?.resources.flatMap(({ schema }) => schema ?? []),
    );
    expect(new Set(schemas.map((schema) => schema?.sha256)).size).toBe(1);
    expect(schemas).toHaveLength(2);
  });
});

describe('example workspaces', () => {
  const workspaces = ['workspaces', 'kinds', 'registry'].flatMap((folder) =>
    readdirSync(join(import.meta.dirname, folder)).map((name) => `${folder}/${name}`),
  );

  it('examples/guardrails.yaml: has no problems', () => {
    expect(guardrailsProblems).toEqual([]);
  });

  it.each(workspaces)('%s: has no problems', (name) => {
    expect(read(name).problems).toEqual([]);
  });

  it('contain one target of each of the five types, and one that needs consent', () => {
    const targets = workspaces
      .filter((name) => name.startsWith('workspaces/'))
      .flatMap((name) => read(name).desired?.resources ?? [])
      .filter(({ kind }) => kind === 'gatewayTarget')
      .map(({ name, config }) => [name, JSON.stringify(config)] as const);
    const types = targets.map(([name, config]) => [
      name,
      /"mcp":\{"(\w+)"/.exec(config)?.[1],
      config.includes('AUTHORIZATION_CODE'),
    ]);
    expect(types).toEqual([
      ['payments/ledger', 'openApiSchema', false],
      ['payments/schedules', 'smithyModel', false],
      ['payments/refunds', 'lambda', false],
      ['payments/bank-details', 'mcpServer', false],
      ['payments/orders', 'apiGateway', false],
      ['repositories/issues', 'mcpServer', true],
    ]);
  });

  it('name exactly the endpoints and secrets that local.json provides', () => {
    const configs = workspaces.map((name) => JSON.stringify(read(name).desired?.resources)).join();
    const named = (member: string) =>
      new Set([...configs.matchAll(new RegExp(`"${member}":"([^"]+)"`, 'g'))].map(([, name]) => name));
    expect(named('endpoint')).toEqual(new Set(Object.keys(local.endpoints)));
    expect(named('secretsManager')).toEqual(new Set(Object.keys(local.secrets)));
  });

  it('reference each schema by the URI of its applied copy', () => {
    const configs =
      read('workspaces/payments')
        .desired?.resources.map(({ config }) => JSON.stringify(config))
        .join() ?? '';
    expect(configs.match(/s3:\/\/spec\/applied\/[0-9a-f]{64}/g)).toHaveLength(3);
    expect(configs).not.toContain('"file"');
  });
});

describe('refused example workspaces', () => {
  it('manifest-mistakes: reports all problems of the manifest at once', () => {
    const provider = 'oauth2CredentialProviders.github.oauth2ProviderConfigInput.githubOauth2ProviderConfig';
    const mcp = 'targetConfiguration.mcp';
    const targets = 'gateways.books.targets';
    const consent = `${targets}.issues.credentialProviderConfigurations[0].credentialProvider.oauthCredentialProvider`;
    expect(places('refused/manifest-mistakes').toSorted()).toEqual(
      [
        'manifest.yaml:7 error owners.second.email',
        'manifest.yaml:11 error settings.resync',
        'manifest.yaml:13 error settings.approve',
        'manifest.yaml:16 error gatewayz',
        `manifest.yaml:25 error ${provider}.clientSecret`,
        'manifest.yaml:29 error gateways.payments.roleArn',
        'manifest.yaml:30 error gateways.payments.authoriserType',
        'manifest.yaml:36 error gateways.cards.authorizerType',
        'manifest.yaml:39 error gateways.cards.protocolConfiguration.mcp.supportedVersions',
        'manifest.yaml:40 error gateways.cards.protocolConfiguration.mcp.sessionConfiguration.sessionTimeoutInSeconds',
        'manifest.yaml:43 error gateways.Cards',
        `manifest.yaml:53 error ${targets}.general_ledger`,
        `manifest.yaml:58 error ${targets}.escape.${mcp}.openApiSchema.file`,
        `manifest.yaml:63 error ${targets}.both.${mcp}`,
        `manifest.yaml:65 warning ${targets}.both.${mcp}.openApiSchema.s3`,
        `manifest.yaml:68 error ${targets}.function`,
        `manifest.yaml:73 warning ${targets}.function.${mcp}.lambda.toolSchema.s3`,
        `manifest.yaml:77 error ${targets}.plain.${mcp}.mcpServer.endpoint`,
        `manifest.yaml:88 error ${targets}.orders.${mcp}.apiGateway.apiGatewayToolConfiguration.toolOverrides[0]`,
        `manifest.yaml:92 error ${targets}.issues.owner`,
        `manifest.yaml:98 error ${consent}.providerArn`,
        `manifest.yaml:100 error ${consent}.grantType`,
        `manifest.yaml:100 error ${consent}.grantType`,
        `manifest.yaml:104 error ${targets}.hen.description`,
        'manifest.yaml:110 error ',
      ].toSorted(),
    );
  });

  it('schema-mistakes: reports all problems of the schemas at once, at their positions in the schema files', () => {
    const targets = 'gateways.payments.targets';
    const ledger = `${targets}.ledger.targetConfiguration.mcp.openApiSchema.file`;
    const cards = `${targets}.cards.targetConfiguration.mcp.smithyModel.file`;
    const refunds = `${targets}.refunds.targetConfiguration.mcp.lambda.toolSchema.file`;
    expect(places('refused/schema-mistakes').toSorted()).toEqual(
      [
        ...[
          '5 error',
          '8 error',
          '8 warning',
          '12 error',
          '21 error',
          '22 warning',
          '25 error',
          '28 warning',
          '35 error',
          '35 error',
          '44 warning',
          '46 error',
        ].map((place) => `schemas/ledger.openapi.yaml:${place} ${ledger}`),
        `schemas/archive.swagger.yaml:2 error ${targets}.archive.targetConfiguration.mcp.openApiSchema.file`,
        ...['4 error', '4 warning', '13 error', '15 error', '22 error'].map(
          (place) => `schemas/cards.smithy.json:${place} ${cards}`,
        ),
        ...['8 error', '10 error', '13 error', '14 warning'].map(
          (place) => `schemas/refunds.tools.yaml:${place} ${refunds}`,
        ),
        `schemas/broken.openapi.json:4 error ${targets}.broken.targetConfiguration.mcp.openApiSchema.file`,
        `manifest.yaml:28 error ${targets}.missing.targetConfiguration.mcp.openApiSchema.file`,
      ].toSorted(),
    );
  });

  it('unreadable: reports the line with the bracket that is not closed', () => {
    expect(places('refused/unreadable')).toEqual(['manifest.yaml:3 error ']);
  });

  it.each(['manifest-mistakes', 'unreadable'])('%s: has no desired state to apply', (name) => {
    expect(read(`refused/${name}`).desired).toBeUndefined();
  });

  it('schema-mistakes: refuses the targets with mistakes alone', () => {
    const { desired } = read('refused/schema-mistakes');
    expect(desired?.resources.map(({ address }) => address)).toEqual(['gateway/payments']);
    expect(desired?.faulty?.map(({ address }) => address).toSorted()).toEqual(
      ['archive', 'broken', 'cards', 'ledger', 'missing', 'refunds'].map(
        (name) => `gatewayTarget/payments/${name}`,
      ),
    );
  });
});
