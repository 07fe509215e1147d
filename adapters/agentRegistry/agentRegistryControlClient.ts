import type {
  BedrockAgentCoreControlClientConfig,
  BedrockAgentCoreControlClientResolvedConfig,
} from '@aws-sdk/client-bedrock-agentcore-control';
import {
  createDefaultUserAgentProvider,
  getHostHeaderPlugin,
  getLoggerPlugin,
  getRecursionDetectionPlugin,
  getUserAgentPlugin,
  NODE_APP_ID_CONFIG_OPTIONS,
  resolveHostHeaderConfig,
  resolveUserAgentConfig,
} from '@aws-sdk/core/client';
import {
  AwsSdkSigV4Signer,
  NODE_AUTH_SCHEME_PREFERENCE_OPTIONS,
  resolveAwsSdkSigV4Config,
} from '@aws-sdk/core/httpAuthSchemes';
import { AwsRestJsonProtocol } from '@aws-sdk/core/protocols';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import {
  DefaultIdentityProviderConfig,
  getHttpAuthSchemeEndpointRuleSetPlugin,
  getHttpSigningPlugin,
} from '@smithy/core';
import { Sha256 } from '@smithy/core/checksum';
import {
  Client,
  getSmithyContext,
  loadConfigsForDefaultMode,
  NoOpLogger,
  normalizeProvider,
} from '@smithy/core/client';
import {
  loadConfig,
  NODE_REGION_CONFIG_FILE_OPTIONS,
  NODE_REGION_CONFIG_OPTIONS,
  resolveDefaultsModeConfig,
  resolveRegionConfig,
} from '@smithy/core/config';
import { resolveEndpointConfig } from '@smithy/core/endpoints';
import { getContentLengthPlugin, parseUrl } from '@smithy/core/protocols';
import {
  DEFAULT_RETRY_MODE,
  getRetryPlugin,
  NODE_MAX_ATTEMPT_CONFIG_OPTIONS,
  NODE_RETRY_MODE_CONFIG_OPTIONS,
  resolveRetryConfig,
} from '@smithy/core/retry';
import { getSchemaSerdePlugin } from '@smithy/core/schema';
import { calculateBodyLength, fromBase64, fromUtf8, toBase64, toUtf8 } from '@smithy/core/serde';
import { NodeHttpHandler, streamCollector } from '@smithy/node-http-handler';
import type {
  AwsCredentialIdentityProvider,
  EndpointV2,
  HandlerExecutionContext,
  HttpHandlerOptions,
  MetadataBearer,
} from '@smithy/types';
import { errorTypeRegistries } from './errors.ts';
import { n0 } from './namespace.ts';

// Every client of the SDK repeats the types of its settings; those of a neighbor are the same.
/** The settings of the client, as of every client of the SDK. */
export type AgentRegistryControlClientConfig = Omit<
  BedrockAgentCoreControlClientConfig,
  'endpointProvider' | 'extensions' | 'httpAuthSchemeProvider' | 'httpAuthSchemes'
>;

export type AgentRegistryControlClientResolvedConfig = BedrockAgentCoreControlClientResolvedConfig;

/** The SDK makes of it the name of the variable `AWS_ENDPOINT_URL_AGENT_REGISTRY_CONTROL`. */
const SERVICE_ID = 'Agent Registry Control';
const SIGNING_NAME = 'agent-registry';
const API_VERSION = '2025-12-01';
const SIGV4 = 'aws.auth#sigv4';

/** The client of Agent Registry's control plane, with the middleware of the SDK's own clients. */
export class AgentRegistryControlClient extends Client<
  HttpHandlerOptions,
  object,
  MetadataBearer,
  AgentRegistryControlClientResolvedConfig
> {
  override readonly config: AgentRegistryControlClientResolvedConfig;

  constructor(configuration: AgentRegistryControlClientConfig = {}) {
    const initial = runtimeConfig(configuration);
    super(initial as never); // The SDK's clients hand over the settings before they are resolved, too.
    this.initConfig = initial;
    const identified = resolveRetryConfig(resolveUserAgentConfig(initial));
    const located = resolveEndpointConfig(resolveHostHeaderConfig(resolveRegionConfig(identified)));
    const signed = resolveAwsSdkSigV4Config(located);
    this.config = Object.assign(signed, {
      authSchemePreference: normalizeProvider(signed.authSchemePreference ?? []),
    }) as unknown as AgentRegistryControlClientResolvedConfig;
    this.middlewareStack.use(getSchemaSerdePlugin(this.config));
    this.middlewareStack.use(getUserAgentPlugin(this.config));
    this.middlewareStack.use(getRetryPlugin(this.config));
    this.middlewareStack.use(getContentLengthPlugin(this.config));
    this.middlewareStack.use(getHostHeaderPlugin(this.config));
    this.middlewareStack.use(getLoggerPlugin(this.config));
    this.middlewareStack.use(getRecursionDetectionPlugin(this.config));
    this.middlewareStack.use(
      getHttpAuthSchemeEndpointRuleSetPlugin(this.config, {
        httpAuthSchemeParametersProvider: authSchemeParameters,
        identityProviderConfigProvider: async (config) =>
          new DefaultIdentityProviderConfig({ [SIGV4]: config.credentials }),
      }),
    );
    this.middlewareStack.use(getHttpSigningPlugin(this.config));
  }
}

/** The given settings, and for the others what the environment and the shared files say. */
function runtimeConfig(config: AgentRegistryControlClientConfig) {
  const defaultsMode = resolveDefaultsModeConfig(config);
  const defaults = () => defaultsMode().then(loadConfigsForDefaultMode);
  const logger = config.logger ?? new NoOpLogger();
  const files = { ...(config.profile !== undefined && { profile: config.profile }), logger };
  return {
    apiVersion: API_VERSION,
    base64Decoder: fromBase64,
    base64Encoder: toBase64,
    disableHostPrefix: false,
    extensions: [],
    protocol: AwsRestJsonProtocol,
    protocolSettings: {
      defaultNamespace: n0,
      errorTypeRegistries,
      version: API_VERSION,
      serviceTarget: 'AgentRegistryControl',
    },
    sha256: Sha256,
    urlParser: parseUrl,
    utf8Decoder: fromUtf8,
    utf8Encoder: toUtf8,
    bodyLengthChecker: calculateBodyLength,
    credentialDefaultProvider: defaultProvider as unknown as (
      input: unknown,
    ) => AwsCredentialIdentityProvider,
    defaultUserAgentProvider: createDefaultUserAgentProvider({
      serviceId: SERVICE_ID,
      clientVersion: API_VERSION,
    }),
    maxAttempts: loadConfig(NODE_MAX_ATTEMPT_CONFIG_OPTIONS, config),
    region: loadConfig(NODE_REGION_CONFIG_OPTIONS, { ...NODE_REGION_CONFIG_FILE_OPTIONS, ...files }),
    retryMode: loadConfig(
      {
        ...NODE_RETRY_MODE_CONFIG_OPTIONS,
        default: async () => (await defaults()).retryMode || DEFAULT_RETRY_MODE,
      },
      config,
    ),
    streamCollector,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    authSchemePreference: loadConfig(NODE_AUTH_SCHEME_PREFERENCE_OPTIONS, files),
    userAgentAppId: loadConfig(NODE_APP_ID_CONFIG_OPTIONS, files),
    ...config,
    runtime: 'node',
    serviceId: SERVICE_ID,
    defaultSigningName: SIGNING_NAME,
    defaultsMode,
    logger,
    requestHandler: NodeHttpHandler.create(config.requestHandler ?? defaults),
    endpointProvider,
    httpAuthSchemeProvider,
    httpAuthSchemes: [
      {
        schemeId: SIGV4,
        identityProvider: (providers: IdentityProviders) => providers.getIdentityProvider(SIGV4),
        signer: new AwsSdkSigV4Signer(),
      },
    ],
  };
}

interface IdentityProviders {
  getIdentityProvider(schemeId: string): AwsCredentialIdentityProvider | undefined;
}

/** The rules of the service: an endpoint that is set, or else the one of the Region. */
function endpointProvider({ Endpoint, Region }: { Endpoint?: string; Region?: string }): EndpointV2 {
  if (Endpoint === undefined && Region === undefined) {
    throw new Error(
      'Agent Registry Control has no endpoint without a Region. Set AWS_REGION, or AWS_ENDPOINT_URL_AGENT_REGISTRY_CONTROL.',
    );
  }
  return { url: new URL(Endpoint ?? `https://agent-registry-control.${Region}.api.aws`) };
}

async function authSchemeParameters(
  config: AgentRegistryControlClientResolvedConfig,
  context: HandlerExecutionContext,
) {
  return { operation: getSmithyContext(context).operation as string, region: await config.region() };
}

function httpAuthSchemeProvider({ region }: { readonly region?: string }) {
  return [
    {
      schemeId: SIGV4,
      signingProperties: { name: SIGNING_NAME, region },
      propertiesExtractor: (config: object, context: object) => ({ signingProperties: { config, context } }),
    },
  ];
}
