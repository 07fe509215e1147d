import { BedrockAgentCoreClient, CompleteResourceTokenAuthCommand } from '@aws-sdk/client-bedrock-agentcore';
import { BedrockAgentCoreControl } from '@aws-sdk/client-bedrock-agentcore-control';
import { onTestFinished } from 'vitest';
import {
  AgentRegistryControl,
  type CreateRegistryRecordRequest,
} from '../../../adapters/agentRegistry/index.ts';
import { SimulatedClock } from '../../simulation/clock.ts';
import { Store } from '../../simulation/store.ts';
import type { AgentCoreOptions } from '../options.ts';
import { type AgentCore, startAgentCore } from '../server.ts';

export interface TestEmulator {
  readonly agentCore: AgentCore;
  readonly clock: SimulatedClock;
  readonly store: Store;
  readonly control: BedrockAgentCoreControl;
  readonly data: BedrockAgentCoreClient;
  readonly registry: AgentRegistryControl;
}

/** Example credentials from the AWS documentation. */
export const CREDENTIALS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'example' };

/** Starts an emulator in memory, with clients that do not retry. All of it closes with the test. */
export async function startEmulator(options: Partial<AgentCoreOptions> = {}): Promise<TestEmulator> {
  const clock = new SimulatedClock();
  const store = options.store ?? new Store(':memory:');
  const agentCore = await startAgentCore({ clock, seed: 1, ...options, store });
  const client = { endpoint: agentCore.url, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1 };
  const control = new BedrockAgentCoreControl(client);
  const data = new BedrockAgentCoreClient(client);
  const registry = new AgentRegistryControl(client);
  onTestFinished(async () => {
    control.destroy();
    data.destroy();
    registry.destroy();
    await agentCore.close();
    if (!options.store) store.close();
  });
  return { agentCore, clock, store, control, data, registry };
}

export const ROLE = 'arn:aws:iam::123456789012:role/gateway';

/** The authorizer of a gateway whose targets may need a person's consent: the service requires CUSTOM_JWT for them. */
export const JWT_AUTHORIZER = {
  authorizerType: 'CUSTOM_JWT' as const,
  authorizerConfiguration: {
    customJWTAuthorizer: {
      discoveryUrl: 'https://login.example.com/.well-known/openid-configuration',
      allowedClients: ['agents'],
    },
  },
};

/** Creates a gateway and waits until it is READY. @returns its id */
export async function readyGateway(
  { control, clock }: Pick<TestEmulator, 'control' | 'clock'>,
  name = 'payments',
): Promise<string> {
  const { gatewayId = '' } = await control.createGateway({
    name,
    roleArn: ROLE,
    ...JWT_AUTHORIZER,
    protocolType: 'MCP',
  });
  await clock.until(async () => {
    const { status } = await control.getGateway({ gatewayIdentifier: gatewayId });
    return status === 'READY';
  });
  return gatewayId;
}

/** A target that settles without contacting a server. */
export const LAMBDA_TARGET = {
  targetConfiguration: {
    mcp: {
      lambda: {
        lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:ledger',
        toolSchema: {
          inlinePayload: [
            {
              name: 'balance',
              description: 'Balance of an account',
              inputSchema: { type: 'object' as const },
            },
          ],
        },
      },
    },
  },
  credentialProviderConfigurations: [{ credentialProviderType: 'GATEWAY_IAM_ROLE' as const }],
};

/** A target whose tools the service fetches from a server. */
export const MCP_TARGET = {
  targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/mcp' } } },
};

/** Creates a credential provider. @returns an MCP server target that needs a user's consent */
export async function createConsentTarget(
  { control }: Pick<TestEmulator, 'control'>,
  defaultReturnUrl = 'https://example.com/return',
) {
  const { credentialProviderArn: providerArn = '' } = await control.createOauth2CredentialProvider({
    name: 'github',
    credentialProviderVendor: 'GithubOauth2',
    oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: 'abc', clientSecret: 'hush' } },
  });
  const grantType = 'AUTHORIZATION_CODE' as const;
  const oauthCredentialProvider = { providerArn, scopes: ['repo'], grantType, defaultReturnUrl };
  const credentials = {
    credentialProviderType: 'OAUTH' as const,
    credentialProvider: { oauthCredentialProvider },
  };
  return { ...MCP_TARGET, credentialProviderConfigurations: [credentials] };
}

/** Completes a consent, as the client of the gateway does after the browser has returned. */
export async function completeConsent(
  { data }: Pick<TestEmulator, 'data'>,
  userId: string,
  sessionUri: string,
): Promise<void> {
  await data.send(new CompleteResourceTokenAuthCommand({ userIdentifier: { userId }, sessionUri }));
}

export const GITHUB_FOLDER = 'https://github.com/acme/skills/tree/main/refunds';

/** Creates a credential provider. @returns a record that needs the consent of a GitHub user */
export async function gitHubSkill({
  control,
}: TestEmulator): Promise<Omit<CreateRegistryRecordRequest, 'registryId'>> {
  const { credentialProviderArn: providerArn = '' } = await control.createOauth2CredentialProvider({
    name: 'github',
    credentialProviderVendor: 'GithubOauth2',
    oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: 'abc', clientSecret: 'hush' } },
  });
  const credentialProvider = {
    oauthCredentialProvider: {
      providerArn,
      grantType: 'AUTHORIZATION_CODE' as const,
      scopes: ['repo'],
      returnUrl: 'https://example.com/return?from=registry',
    },
  };
  const source = {
    fromUrl: {
      url: GITHUB_FOLDER,
      credentialProviderConfigurations: [{ credentialProviderType: 'OAUTH' as const, credentialProvider }],
    },
  };
  return {
    name: 'refunds',
    recordType: 'SKILL',
    descriptors: {
      agentSkillsDefinition: { additionalData: { skillMd: { source }, repositoryProvider: 'GITHUB' } },
    },
  };
}
