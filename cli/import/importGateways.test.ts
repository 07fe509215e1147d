import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateApiKeyCredentialProviderCommand,
  CreateGatewayCommand,
  CreateGatewayTargetCommand,
  type CreateGatewayTargetCommandInput,
  CreateOauth2CredentialProviderCommand,
  type ToolDefinition,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type RunningExamples, startExamples } from '../../examples/startExamples.ts';
import { emulatorSettings, type System, startSystem, writesIn } from '../../test/system/system.ts';
import { screenOn } from '../display/screen.ts';
import { readCommandLine } from '../program.ts';
import { expectOutput } from '../testing/cliSchema.ts';
import { planIn } from '../testing/planning.ts';
import { recordedIo } from '../testing/recordedIo.ts';
import { importCommand } from './command.ts';
import { type ImportResult, importGateways } from './importGateways.ts';
import { importPorts } from './importPorts.ts';

const SMITHY = readFileSync('examples/workspaces/payments/schemas/schedules.smithy.json', 'utf8');
const OPEN_API = readFileSync('examples/workspaces/payments/schemas/ledger.openapi.yaml', 'utf8');
const SCHEMA_URI = 's3://schemas-of-a-team/schedules.json';
const RUNTIME_URL =
  'https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/arn%3Aaws%3Abedrock-agentcore%3Aus-east-1%3A123456789012%3Aruntime%2Fsearch-a1b2c3d4e5/invocations?qualifier=DEFAULT';
const LOGIN_ARN =
  'arn:aws:bedrock-agentcore:us-east-1:123456789012:token-vault/default/oauth2credentialprovider/team-login';
const TOOLS: ToolDefinition[] = [
  {
    name: 'refund',
    description: 'Refunds an order.',
    inputSchema: { type: 'object', properties: { order: { type: 'string' } }, required: ['order'] },
  },
];
const ROLE: CreateGatewayTargetCommandInput['credentialProviderConfigurations'] = [
  { credentialProviderType: 'GATEWAY_IAM_ROLE' },
];
let system: System;

let examples: RunningExamples;

beforeAll(async () => {
  examples = await startExamples();
  const issues = examples.endpoints['https://mcp.example.com/bank-details'] ?? '';
  system = await startSystem({
    secrets: { 'shared/github': '{"secret":"of-the-client"}' },
    agentCore: {
      endpoints: { [RUNTIME_URL]: issues, 'https://mcp.example.com/issues': issues },
      // Simulated time stands still while a command reads.
      quotas: { ratePerSecond: {} },
    },
  });
  await makeByHand();
  await makeHttpGateway();
  await system.settle();
});
afterAll(async () => {
  await system.close();
  await examples.close();
});

/** What a person makes in the console: a gateway with a target of each type, and their credential providers. */
async function makeByHand(): Promise<void> {
  const { control, gateloop } = system;
  gateloop.aws.buckets.create({ name: 'schemas-of-a-team' });
  gateloop.aws.buckets.put('schemas-of-a-team', 'schedules.json', SMITHY);
  const { credentialProviderArn: key } = await control.send(
    new CreateApiKeyCredentialProviderCommand({ name: 'ledger-key', apiKey: 'a key that AgentCore keeps' }),
  );
  const { credentialProviderArn: login } = await control.send(
    new CreateOauth2CredentialProviderCommand({
      name: 'team-login',
      credentialProviderVendor: 'GithubOauth2',
      oauth2ProviderConfigInput: {
        githubOauth2ProviderConfig: {
          clientId: 'abc',
          clientSecretSource: 'EXTERNAL',
          clientSecretConfig: { secretId: 'shared/github', jsonKey: 'secret' },
        },
      },
    }),
  );
  const { gatewayId } = await control.send(
    new CreateGatewayCommand({
      name: 'by-hand',
      description: 'Made in the console',
      roleArn: 'arn:aws:iam::123456789012:role/gateway',
      authorizerType: 'CUSTOM_JWT',
      authorizerConfiguration: {
        customJWTAuthorizer: {
          discoveryUrl: 'https://login.example.com/.well-known/openid-configuration',
          allowedClients: ['agents'],
        },
      },
      protocolType: 'MCP',
      protocolConfiguration: { mcp: { supportedVersions: ['2025-11-25'], searchType: 'SEMANTIC' } },
      tags: { team: 'payments' },
    }),
  );
  const targets: Readonly<Record<string, TargetInput>> = {
    ledger: {
      targetConfiguration: { mcp: { openApiSchema: { inlinePayload: OPEN_API } } },
      credentialProviderConfigurations: [
        {
          credentialProviderType: 'API_KEY',
          credentialProvider: {
            apiKeyCredentialProvider: {
              providerArn: key,
              credentialLocation: 'HEADER',
              credentialParameterName: 'X-Api-Key',
            },
          },
        },
      ],
    },
    schedules: {
      targetConfiguration: { mcp: { smithyModel: { s3: { uri: SCHEMA_URI } } } },
      credentialProviderConfigurations: ROLE,
    },
    refunds: {
      description: 'Refunds',
      targetConfiguration: {
        mcp: {
          lambda: {
            lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:refunds',
            toolSchema: { inlinePayload: TOOLS },
          },
        },
      },
      credentialProviderConfigurations: ROLE,
    },
    search: {
      targetConfiguration: { mcp: { mcpServer: { endpoint: RUNTIME_URL } } },
      credentialProviderConfigurations: [
        {
          credentialProviderType: 'GATEWAY_IAM_ROLE',
          credentialProvider: {
            iamCredentialProvider: { service: 'bedrock-agentcore', region: 'us-east-1' },
          },
        },
      ],
    },
    issues: {
      targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/issues' } } },
      credentialProviderConfigurations: [
        {
          credentialProviderType: 'OAUTH',
          credentialProvider: {
            oauthCredentialProvider: {
              providerArn: login,
              scopes: ['repo'],
              grantType: 'CLIENT_CREDENTIALS',
            },
          },
        },
      ],
    },
    orders: {
      targetConfiguration: {
        mcp: {
          apiGateway: {
            restApiId: 'a1b2c3d4e5',
            stage: 'live',
            apiGatewayToolConfiguration: { toolFilters: [{ filterPath: '/orders', methods: ['GET'] }] },
          },
        },
      },
      credentialProviderConfigurations: ROLE,
    },
    web: {
      targetConfiguration: {
        mcp: {
          connector: { source: { connectorId: 'web-search' }, configurations: [{ name: 'WebSearch' }] },
        },
      },
      credentialProviderConfigurations: ROLE,
    },
  };
  await makeTargets(gatewayId, targets);
}

/** A gateway without a protocol, which has the targets of the other types. */
async function makeHttpGateway(): Promise<void> {
  const roleArn = 'arn:aws:iam::123456789012:role/gateway';
  const input = { name: 'plain', roleArn, authorizerType: 'AWS_IAM' } as const;
  const { gatewayId } = await system.control.send(new CreateGatewayCommand(input));
  const runtime = 'arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/search-a1b2c3d4e5';
  await makeTargets(gatewayId, {
    'another-issues': {
      targetConfiguration: {
        http: { passthrough: { endpoint: 'https://issues.example.com', protocolType: 'CUSTOM' } },
      },
      credentialProviderConfigurations: [
        {
          credentialProviderType: 'OAUTH',
          credentialProvider: {
            oauthCredentialProvider: {
              providerArn: LOGIN_ARN,
              scopes: ['repo'],
              grantType: 'CLIENT_CREDENTIALS',
            },
          },
        },
      ],
    },
    'agent-runtime': {
      targetConfiguration: { http: { agentcoreRuntime: { arn: runtime, qualifier: 'DEFAULT' } } },
      credentialProviderConfigurations: ROLE,
    },
    'any-model': {
      targetConfiguration: { inference: { connector: { source: { connectorId: 'bedrock-mantle' } } } },
      credentialProviderConfigurations: ROLE,
    },
    pages: {
      targetConfiguration: {
        http: { passthrough: { endpoint: 'https://pages.example.com', protocolType: 'CUSTOM' } },
      },
    },
  });
}

type TargetInput = Omit<CreateGatewayTargetCommandInput, 'gatewayIdentifier' | 'name'>;

async function makeTargets(
  gatewayIdentifier: string | undefined,
  targets: Readonly<Record<string, TargetInput>>,
): Promise<void> {
  for (const [name, input] of Object.entries(targets)) {
    await system.advance(12_000);
    await system.control.send(new CreateGatewayTargetCommand({ gatewayIdentifier, name, ...input }));
  }
  await system.advance(60_000);
}

function outFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gateloop-import-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function run(line: string, out = outFolder()): Promise<ImportResult> {
  const options = readCommandLine(importCommand, [...line.split(' '), '--out', out], recordedIo());
  const client = new S3Client({
    ...emulatorSettings(system.gateloop.aws.environment.AWS_ENDPOINT_URL_S3 ?? ''),
    forcePathStyle: true,
  });
  const ports = importPorts(system.control, client);
  const result = await importGateways(options, ports, screenOn(recordedIo().stdout));
  return expectOutput('import', `${JSON.stringify(result)}\n`);
}

function filesOf({ imported: [first] }: ImportResult, paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    paths.map((path) => [path, readFileSync(join(first?.folder ?? '', path), 'utf8')]),
  );
}

describe('gateloop import', () => {
  it('writes a manifest whose plan only adopts, for a target of each type', async () => {
    const result = await run('gateway by-hand --owner payments@example.com');
    expect(result.imported).toMatchObject([
      { gateway: 'by-hand', notes: [expect.stringContaining('ledger-key stays outside')] },
    ]);
    const files = filesOf(result, ['manifest.yaml']);
    expect(files['manifest.yaml']).toContain('${oauth2CredentialProviders.team-login.credentialProviderArn}');
    const { plan, problems } = await planIn(system, 'by-hand', files);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(plan?.resources.map(({ address, action }) => [address, action])).toEqual([
      ['gateway/by-hand', 'adopt'],
      ...['issues', 'ledger', 'orders', 'refunds', 'schedules', 'search', 'web'].map((name) => [
        `gatewayTarget/by-hand/${name}`,
        'adopt',
      ]),
      ['oauth2CredentialProvider/team-login', 'adopt'],
    ]);
    const changing = plan?.resources.flatMap(({ differences, tools, asks }) => [
      ...differences,
      ...tools,
      ...asks,
    ]);
    expect(changing).toEqual([{ path: 'tags.gateloop:workspace', to: 'by-hand' }]);
  });

  it('--all: gives a provider that two gateways use to one of the manifests', async () => {
    const { imported } = await run('gateway --all');
    expect(imported.map(({ gateway, notes }) => [gateway, notes.length])).toEqual([
      ['by-hand', 1],
      ['plain', 1],
    ]);
    expect(imported[1]?.notes[0]).toContain('the manifest of another gateway holds it');
  });

  it('writes the targets of a gateway without a protocol', async () => {
    const files = filesOf(await run('gateway plain'), ['manifest.yaml']);
    const { plan, problems } = await planIn(system, 'plain', files);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(plan?.resources.map(({ address, action }) => [address, action])).toEqual([
      ['gateway/plain', 'adopt'],
      ...['agent-runtime', 'another-issues', 'any-model', 'pages'].map((name) => [
        `gatewayTarget/plain/${name}`,
        'adopt',
      ]),
      ['oauth2CredentialProvider/team-login', 'adopt'],
    ]);
    expect(plan?.resources.flatMap(({ differences }) => differences)).toEqual([
      { path: 'tags.gateloop:workspace', to: 'plain' },
    ]);
  });

  it('--files: writes the schemas to files, in their own formats', async () => {
    const result = await run('gateway by-hand --files');
    const schemas = [
      'schemas/ledger.openapi.yaml',
      'schemas/refunds.tools.json',
      'schemas/schedules.smithy.json',
    ];
    const files = filesOf(result, ['manifest.yaml', ...schemas]);
    expect(files['schemas/ledger.openapi.yaml']).toBe(OPEN_API);
    expect(files['schemas/schedules.smithy.json']).toBe(SMITHY);
    expect(JSON.parse(files['schemas/refunds.tools.json'] ?? '')).toEqual(TOOLS);
    const { plan } = await planIn(system, 'by-hand', files);
    const moved = plan?.resources.filter(({ differences }) =>
      differences.some(({ path }) => /s3|inlinePayload/.test(path)),
    );
    expect(moved?.map(({ address, action }) => [address, action])).toEqual(
      ['ledger', 'refunds', 'schedules'].map((name) => [`gatewayTarget/by-hand/${name}`, 'adopt']),
    );
    expect(plan?.resources.flatMap(({ tools }) => tools)).toEqual([]);
  });

  it('refuses a gateway that does not exist, and a folder with files', async () => {
    await expect(run('gateway nowhere')).rejects.toThrow('There is no gateway nowhere');
    const out = outFolder();
    await run('gateway by-hand', out);
    await expect(run('gateway by-hand', out)).rejects.toThrow('is there already, with 1 file');
  });

  it('writes a manifest that is applied without a change but tags, after which a workspace owns the gateway', async () => {
    const files = filesOf(await run('gateway by-hand'), ['manifest.yaml']);
    const calls = await system.callsDuring(async () => {
      system.upload('by-hand', 'manifest.yaml', files['manifest.yaml'] ?? '');
      await system.settle();
    });
    expect(system.outcome('by-hand').outcome).toBe('ready');
    expect(writesIn(calls)).toEqual({ TagResource: 1 });
    await expect(run('gateway by-hand')).rejects.toThrow('The workspace by-hand owns the gateway by-hand');
    expect(await run('gateway --all')).toMatchObject({
      imported: [{ gateway: 'plain' }],
      owned: { 'by-hand': 'by-hand' },
    });
  });

  it.each([
    ['gateway', 'No gateway is named'],
    ['gateway front --all', 'exclude each other'],
    ['runtime front', 'Allowed choices are gateway'],
  ])('refuses the command line %s', async (line, message) => {
    await expect(run(line)).rejects.toThrow(message);
  });
});
