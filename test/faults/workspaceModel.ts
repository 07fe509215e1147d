import type { JsonObject } from '../../core/json.ts';
import type { TargetKind, WorkspaceSpec } from './scenario.ts';

/** The secret that every provider is made with. It must show nowhere. */
export const PROVIDER_SECRET = { name: 'shared/provider', value: 'canary-value-of-the-provider-secret' };

const ROLE = 'arn:aws:iam::123456789012:role/gateway';

/** A target as its team last wrote it. `version` numbers its edits. */
export interface TargetModel {
  readonly name: string;
  readonly kind: TargetKind;
  readonly version: number;
}

/** What a team wants of a workspace: the source of its files, and of what the service must hold in the end. */
export interface WorkspaceModel {
  readonly name: string;
  readonly spec: WorkspaceSpec;
  readonly gatewayVersion: number;
  readonly targets: readonly TargetModel[];
}

export function newWorkspace(name: string, spec: WorkspaceSpec): WorkspaceModel {
  const targets = spec.targets.map((kind, index) => ({ name: `target-${index}`, kind, version: 1 }));
  return { name, spec, gatewayVersion: 1, targets };
}

/** The tools of a version of a target. One stays, so that an edit is an update, and one is replaced. */
function toolNames({ version }: TargetModel): string[] {
  return ['find', `look_${version}`];
}

/** @returns the schema of a target, by the path of its file; nothing for the targets of MCP servers */
export function schemaFile(
  target: TargetModel,
): { readonly path: string; readonly text: string } | undefined {
  const path = `schemas/${target.name}.json`;
  if (target.kind === 'lambda') return { path, text: lambdaSchema(toolNames(target)) };
  if (target.kind === 'openApi') return { path, text: openApiSchema(toolNames(target)) };
  return undefined;
}

function lambdaSchema(names: readonly string[]): string {
  const inputSchema = { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] };
  return JSON.stringify(names.map((name) => ({ name, description: `${name}s things.`, inputSchema })));
}

function openApiSchema(names: readonly string[]): string {
  const operation = (operationId: string) => ({
    get: { operationId, description: operationId, responses: { 200: { description: 'found' } } },
  });
  return JSON.stringify({
    openapi: '3.0.3',
    info: { title: 'things', version: '1' },
    servers: [{ url: 'https://api.example.com' }],
    paths: Object.fromEntries(names.map((name) => [`/${name}`, operation(name)])),
  });
}

export const endpointOf = ({ name, version }: TargetModel) => `https://mcp.example.com/${name}/${version}`;
export const descriptionOf = ({ gatewayVersion }: WorkspaceModel) => `Version ${gatewayVersion}`;

/** The text of the manifest: JSON, which is YAML. */
export function manifestText(model: WorkspaceModel): string {
  const { name, spec, targets } = model;
  const { prune, selfHeal, approve, resync } = spec;
  return JSON.stringify({
    owners: { default: { email: 'owner@example.com' }, escalation: { email: 'lead@example.com' } },
    settings: { prune, selfHeal, approve, resync },
    ...Object.fromEntries(
      resourcesBeside(model).map(({ section, name: own, config }) => [section, { [own]: config }]),
    ),
    gateways: {
      [name]: {
        description: descriptionOf(model),
        roleArn: ROLE,
        protocolType: 'MCP',
        protocolConfiguration: { mcp: { supportedVersions: ['2025-11-25'] } },
        authorizerType: 'CUSTOM_JWT',
        authorizerConfiguration: {
          customJWTAuthorizer: {
            discoveryUrl: 'https://login.example.com/.well-known/openid-configuration',
            allowedClients: ['agents'],
          },
        },
        targets: Object.fromEntries(
          targets.map((target) => [target.name, targetConfiguration(name, target)]),
        ),
      },
    },
  });
}

/** A resource of a workspace beside its gateway and targets. */
interface BesideResource {
  readonly section: string;
  readonly name: string;
  readonly config: JsonObject;
}

/** The providers that the targets need, and what the workspace has beside the gateway. */
export function resourcesBeside({ name, spec, targets }: WorkspaceModel): readonly BesideResource[] {
  const has = (wanted: TargetKind) => targets.some(({ kind }) => kind === wanted);
  const inUnderscores = name.replaceAll('-', '_');
  const all: readonly (BesideResource & { readonly isWanted: boolean })[] = [
    {
      section: 'apiKeyCredentialProviders',
      name: `${name}-key`,
      config: { apiKey: { secretsManager: PROVIDER_SECRET.name } },
      isWanted: has('openApi'),
    },
    {
      section: 'oauth2CredentialProviders',
      name: `${name}-login`,
      config: loginProvider(),
      isWanted: has('consent'),
    },
    {
      section: 'registries',
      name: `${name}-registry`,
      config: {},
      isWanted: spec.extras.includes('registry'),
    },
    {
      section: 'agentRuntimes',
      name: `${inUnderscores}_runtime`,
      config: runtime(),
      isWanted: spec.extras.includes('runtime'),
    },
    {
      section: 'harnesses',
      name: `${inUnderscores}_harness`,
      config: { executionRoleArn: ROLE },
      isWanted: spec.extras.includes('harness'),
    },
  ];
  return all.filter(({ isWanted }) => isWanted);
}

function loginProvider(): JsonObject {
  const clientSecret = { secretsManager: PROVIDER_SECRET.name };
  return {
    credentialProviderVendor: 'GithubOauth2',
    oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: 'abc', clientSecret } },
  };
}

function runtime(): JsonObject {
  return {
    agentRuntimeArtifact: {
      containerConfiguration: { containerUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/agent:1' },
    },
    roleArn: ROLE,
    networkConfiguration: { networkMode: 'PUBLIC' },
  };
}

/** The target that a rival wants on a gateway of another workspace. Gateloop must never make it. */
export const RIVAL_TARGET = 'of-the-rival';

/** A manifest of another workspace that names the gateway of this one. */
export function rivalManifestText(model: WorkspaceModel): string {
  const rival = newWorkspace(model.name, { ...model.spec, targets: ['mcpServer'], extras: [] });
  return manifestText({ ...rival, targets: [{ name: RIVAL_TARGET, kind: 'mcpServer', version: 1 }] });
}

const roleCredentials = [{ credentialProviderType: 'GATEWAY_IAM_ROLE' }];

function targetConfiguration(workspace: string, target: TargetModel): JsonObject {
  const file = `schemas/${target.name}.json`;
  switch (target.kind) {
    case 'lambda': {
      const lambdaArn = `arn:aws:lambda:us-east-1:123456789012:function:${target.name}`;
      return {
        targetConfiguration: { mcp: { lambda: { lambdaArn, toolSchema: { file } } } },
        credentialProviderConfigurations: roleCredentials,
      };
    }
    case 'openApi':
      return {
        targetConfiguration: { mcp: { openApiSchema: { file } } },
        credentialProviderConfigurations: [
          {
            credentialProviderType: 'API_KEY',
            credentialProvider: {
              apiKeyCredentialProvider: {
                providerArn: `\${apiKeyCredentialProviders.${workspace}-key.credentialProviderArn}`,
                credentialLocation: 'HEADER',
                credentialParameterName: 'X-Api-Key',
              },
            },
          },
        ],
      };
    case 'mcpServer':
      return { targetConfiguration: { mcp: { mcpServer: { endpoint: endpointOf(target) } } } };
    case 'consent':
      return {
        targetConfiguration: { mcp: { mcpServer: { endpoint: endpointOf(target) } } },
        credentialProviderConfigurations: [
          {
            credentialProviderType: 'OAUTH',
            credentialProvider: {
              oauthCredentialProvider: {
                providerArn: `\${oauth2CredentialProviders.${workspace}-login.credentialProviderArn}`,
                scopes: ['repo'],
                grantType: 'AUTHORIZATION_CODE',
              },
            },
          },
        ],
      };
  }
}
