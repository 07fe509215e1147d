import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OperationShape, Shape } from '../../core/api/shapes.ts';
import { operationNamed as findOperation } from './contract/operations.ts';
import { openSubject, type Subject } from './contract/subject.ts';
import { minimalValue, type ValuePath } from './minimalInput.ts';
import { sendRaw } from './rawRequest.ts';
import { validRecordInput } from './recordInput.ts';
import { locationsIn } from './violations.ts';

type Json = Readonly<Record<string, unknown>>;

/** How one kind of resource is created, updated and read. */
interface Kind {
  readonly create: string;
  readonly update: string;
  readonly get: string;
  /** The member of the create and update requests with the resource's name. */
  readonly nameMember: string;
  /** The identifiers for update and get. */
  readonly identify: (created: Json) => Json;
  /** Members that rules across fields require. */
  readonly complete?: (input: Json, isUpdate: boolean) => Json;
  /** The member of responses that contains the resource. */
  readonly wrapper?: string;
  /** The resource that has to exist before, whose identifiers every request has. */
  readonly parent?: 'gateway' | 'registry' | 'agentRegistry';
  /** The paths of members that the service refuses. */
  readonly refused?: RegExp;
}

const ROLE = 'arn:aws:iam::123456789012:role/gateway';
const DISCOVERY_URL = 'https://example.com/.well-known/openid-configuration';
const AUTHORIZER = {
  authorizerType: 'CUSTOM_JWT',
  authorizerConfiguration: {
    customJWTAuthorizer: { discoveryUrl: DISCOVERY_URL },
  },
};

/** The identifiers of the resources that requests refer to. */
const parents: Record<string, Json> = {};

/** The vendor of each member of the configuration union. */
function vendorOf(member: string): string {
  const name = member.replace('Oauth2ProviderConfig', '');
  return name === 'included' ? 'OktaOauth2' : `${name.charAt(0).toUpperCase()}${name.slice(1)}Oauth2`;
}

/** The kinds of targets that need credentials. */
const CREDENTIALED = [
  'mcp.lambda',
  'mcp.smithyModel',
  'mcp.apiGateway',
  'mcp.connector',
  'http.connector',
  'inference.connector',
];

const credentialsFor = (input: Json): Json => {
  const [[family, member]] = Object.entries(Object(input.targetConfiguration)) as [[string, object]];
  const needsRole = CREDENTIALED.includes(`${family}.${Object.keys(member)[0]}`);
  const given = Object(input.credentialProviderConfigurations)[0];
  const type = PROVIDER_TYPES[Object.keys(Object(given?.credentialProvider))[0] ?? ''];
  if (type !== undefined) {
    const [[member, provider]] = Object.entries(given.credentialProvider) as [[string, Json]];
    const credentialProvider = { [member]: { ...provider, ...parents[type] } };
    const credentials = [{ credentialProviderType: type, credentialProvider }];
    return { credentialProviderConfigurations: credentials, targetConfiguration: MCP_SERVER };
  }
  if (given) return { targetConfiguration: { mcp: { lambda: minimalTarget('lambda') } } };
  const role = [{ credentialProviderType: 'GATEWAY_IAM_ROLE' }];
  return needsRole ? { credentialProviderConfigurations: role } : {};
};

const PROVIDER_TYPES: Readonly<Record<string, string>> = {
  oauthCredentialProvider: 'OAUTH',
  apiKeyCredentialProvider: 'API_KEY',
  iamCredentialProvider: 'GATEWAY_IAM_ROLE',
};
const MCP_SERVER = { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/mcp' } } };

function minimalTarget(name: string): unknown {
  const path = ['targetConfiguration', 'mcp', name];
  const input = minimalValue(operationNamed('CreateGatewayTarget').input, undefined, path);
  return Object(Object(input).targetConfiguration).mcp[name];
}

const KINDS: readonly Kind[] = [
  {
    create: 'CreateGateway',
    update: 'UpdateGateway',
    get: 'GetGateway',
    nameMember: 'name',
    identify: ({ gatewayId }) => ({ gatewayIdentifier: gatewayId }),
    complete: (input) => ({ ...AUTHORIZER, ...input, authorizerType: 'CUSTOM_JWT' }),
  },
  {
    create: 'CreateGatewayTarget',
    update: 'UpdateGatewayTarget',
    get: 'GetGatewayTarget',
    nameMember: 'name',
    identify: ({ targetId }) => ({ targetId }),
    complete: (input) => ({ ...input, ...credentialsFor(input) }),
    parent: 'gateway',
  },
  {
    create: 'CreateAgentRuntime',
    update: 'UpdateAgentRuntime',
    get: 'GetAgentRuntime',
    nameMember: 'agentRuntimeName',
    identify: ({ agentRuntimeId }) => ({ agentRuntimeId }),
  },
  {
    create: 'CreateHarness',
    update: 'UpdateHarness',
    get: 'GetHarness',
    nameMember: 'harnessName',
    identify: ({ harness }) => ({ harnessId: Object(harness).harnessId }),
    wrapper: 'harness',
  },
  {
    create: 'CreateOauth2CredentialProvider',
    update: 'UpdateOauth2CredentialProvider',
    get: 'GetOauth2CredentialProvider',
    nameMember: 'name',
    identify: ({ name }) => ({ name }),
    complete: (input) => {
      const [[member, config]] = Object.entries(Object(input.oauth2ProviderConfigInput)) as [[string, Json]];
      const source = config.clientSecretConfig ? { clientSecretSource: 'EXTERNAL' } : {};
      return {
        ...input,
        credentialProviderVendor: vendorOf(member),
        oauth2ProviderConfigInput: { [member]: { ...config, ...source } },
      };
    },
  },
  {
    create: 'CreateApiKeyCredentialProvider',
    update: 'UpdateApiKeyCredentialProvider',
    get: 'GetApiKeyCredentialProvider',
    nameMember: 'name',
    identify: ({ name }) => ({ name }),
    complete: (input) =>
      input.apiKeySecretConfig ? { ...input, apiKeySecretSource: 'EXTERNAL' } : { apiKey: 'hush', ...input },
  },
  {
    create: 'CreateRegistry',
    update: 'UpdateRegistry',
    get: 'GetRegistry',
    nameMember: 'name',
    identify: ({ registryArn }) => ({ registryId: registryArn }),
    complete: (input, isUpdate) =>
      isUpdate ? input : { ...AUTHORIZER, ...input, authorizerType: 'CUSTOM_JWT' },
  },
  {
    create: 'CreateRegistryRecord',
    update: 'UpdateRegistryRecord',
    get: 'GetRegistryRecord',
    nameMember: 'name',
    identify: ({ recordArn }) => ({ recordId: recordArn }),
    parent: 'registry',
  },
  {
    create: 'AgentRegistry.CreateRegistry',
    update: 'AgentRegistry.UpdateRegistry',
    get: 'AgentRegistry.GetRegistry',
    nameMember: 'name',
    identify: ({ registryArn }) => ({ registryId: registryArn }),
    complete: completeRegistry,
  },
  {
    create: 'AgentRegistry.CreateRegistryRecord',
    update: 'AgentRegistry.UpdateRegistryRecord',
    get: 'AgentRegistry.GetRegistryRecord',
    nameMember: 'name',
    identify: ({ recordArn }) => ({ recordId: recordArn }),
    complete: (input, isUpdate) => validRecordInput(input, isUpdate, parents.OAUTH?.providerArn),
    parent: 'agentRegistry',
    // Packages are not emulated, the lineage is the service's own, a GitHub source takes no role, and this record has no source.
    refused: /^(artifact|provenance|triggerSync|forceAuth)|agentSkillsDefinition.*iamCredentialProvider/,
  },
];

/** The schemas and the authorizer of a registry of Agent Registry, as the rules across fields demand them. */
function completeRegistry(input: Json, isUpdate: boolean): Json {
  const schema = JSON.stringify({ type: 'object', properties: {} });
  const schemas = Object(input.customMetadataSchemaConfiguration);
  const configuration = schemas.optionalValue ?? schemas;
  if (configuration.defaultSchema) configuration.defaultSchema = schema;
  for (const override of configuration.recordTypeSchemaOverrides ?? []) override.schema = schema;
  const { customJWTAuthorizer } = Object(Object(authorizerConfigurationOf(input)).optionalValue);
  if (customJWTAuthorizer) customJWTAuthorizer.discoveryUrl = DISCOVERY_URL;
  if (isUpdate) return input;
  const discovery = { ...AUTHORIZER, ...Object(input.discoveryConfiguration), authorizerType: 'CUSTOM_JWT' };
  return { ...input, discoveryConfiguration: discovery };
}

/** The names of a member in requests and responses, where they differ. */
const RESPONSE_NAMES: Readonly<Record<string, string>> = {
  oauth2ProviderConfigInput: 'oauth2ProviderConfigOutput',
};

const operationNamed = (name: string): OperationShape => findOperation(name).operation;

/** The path of a request's member in responses: PATCH wraps members, and some names differ. */
function responsePath(path: ValuePath): ValuePath {
  return path.filter((step) => step !== 'optionalValue').map((step) => RESPONSE_NAMES[step] ?? step);
}

/** Members of requests that responses do not repeat. */
const NOT_REPEATED: readonly string[] = [
  // The model: "Read-only on Get, ignored on Create/Update input".
  'CreateHarness memory.managedMemoryConfiguration.arn',
  'UpdateHarness memory.managedMemoryConfiguration.arn',
  // The version that the update expects; the response has the next one.
  'UpdateRegistryRecord recordVersion',
];

/** The shape at a path, if the shape has the path. */
function shapeAt(shape: Shape | undefined, [step, ...rest]: ValuePath): Shape | undefined {
  if (step === undefined || !shape) return shape;
  if ('members' in shape) return shapeAt(shape.members.get(step)?.shape, rest);
  if ('element' in shape) return step === '*' ? shapeAt(shape.element, rest) : undefined;
  return 'value' in shape ? shapeAt(shape.value, rest) : undefined;
}

function valueAt(value: unknown, [step, ...rest]: ValuePath): unknown {
  if (step === undefined) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return valueAt(value[0], rest);
  const name = step === 'key' && !('key' in value) ? Object.keys(value)[0] : step;
  return valueAt(Object(value)[name ?? ''], rest);
}

/** The paths of all simple members in the body of a request. */
function leavesOf(operation: OperationShape): ValuePath[] {
  return locationsIn(operation.input, [], [])
    .filter(({ shape, path }) => {
      const location = operation.input.members.get(path[0] ?? '')?.location;
      return !('members' in shape) && !('element' in shape) && !('value' in shape) && !location;
    })
    .map(({ path }) => path)
    .filter((path) => !NOT_REPEATED.includes(`${operation.name} ${responsePath(path).join('.')}`));
}

let subject: Subject;

async function send(operation: string, input: Json) {
  const response = await sendRaw(String(subject.emulator?.agentCore.url), operationNamed(operation), input);
  return { ...response, isAccepted: response.status < 300 };
}

const settle = () => subject.emulator?.clock.advance(120_000);

beforeAll(async () => {
  const unlimited = {
    gatewaysPerAccount: Infinity,
    targetsPerGateway: Infinity,
    oauth2CredentialProvidersPerAccount: Infinity,
    apiKeyCredentialProvidersPerAccount: Infinity,
    registriesPerAccount: Infinity,
    concurrentOperationsPerGateway: Infinity,
  };
  subject = await openSubject({ quotas: unlimited });
  const gateway = await send('CreateGateway', { name: 'parent', roleArn: ROLE, ...AUTHORIZER });
  const registry = await send('CreateRegistry', { name: 'parent' });
  const agentRegistry = await send('AgentRegistry.CreateRegistry', { name: 'parent' });
  const provider = await send('CreateOauth2CredentialProvider', {
    name: 'parent',
    credentialProviderVendor: 'GithubOauth2',
    oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: 'abc', clientSecret: 'hush' } },
  });
  await settle();
  const apiKey = await send('CreateApiKeyCredentialProvider', { name: 'parent', apiKey: 'hush' });
  parents.API_KEY = { providerArn: apiKey.body.credentialProviderArn };
  parents.OAUTH = { providerArn: provider.body.credentialProviderArn };
  parents.gateway = { gatewayIdentifier: gateway.body.gatewayId };
  parents.registry = { registryId: registry.body.registryArn };
  parents.agentRegistry = { registryId: agentRegistry.body.registryArn };
});
afterAll(() => subject.close());

let names = 0;

/** A name that every pattern allows. */
function newName(): string {
  names += 1;
  return `name${names}`;
}

/** At the top of a request, or in the configuration of discovery. */
function authorizerConfigurationOf(input: Json) {
  return Object(
    input.authorizerConfiguration ?? Object(input.discoveryConfiguration).authorizerConfiguration,
  );
}

/** Gives a custom claim with a list of values the type and the operator that compare lists. */
function withListOperator(input: Json): Json {
  const { customJWTAuthorizer, optionalValue } = authorizerConfigurationOf(input);
  const [claim] = (customJWTAuthorizer ?? optionalValue?.customJWTAuthorizer)?.customClaims ?? [];
  const match = claim?.authorizingClaimMatchValue;
  if (match?.claimMatchValue.matchValueStringList) {
    claim.inboundTokenClaimValueType = 'STRING_ARRAY';
    match.claimMatchOperator = 'CONTAINS_ANY';
  }
  return input;
}

/** The input with one member, as the service accepts it. */
function inputWith(kind: Kind, operation: OperationShape, path: ValuePath, name: string): Json {
  const minimal = withListOperator(structuredClone(Object(minimalValue(operation.input, undefined, path))));
  const completed = kind.complete?.(minimal, kind.update.endsWith(operation.name)) ?? minimal;
  const parent = kind.parent === undefined ? {} : parents[kind.parent];
  const named = operation.input.members.has(kind.nameMember) ? { [kind.nameMember]: name } : {};
  return { ...completed, ...named, ...parent };
}

/** Says which response lacks the member that the request set; undefined if none does. */
function dropped(
  kind: Kind,
  operation: string,
  path: ValuePath,
  input: Json,
  body: Json,
): string | undefined {
  const [at, output] = [responsePath(path), operationNamed(operation).output];
  const wrapped = kind.wrapper === undefined ? at : [kind.wrapper, ...at];
  if (!shapeAt(output, wrapped)) return undefined;
  const [expected, actual] = [valueAt(input, path), valueAt(body, wrapped)];
  const isSame = JSON.stringify(expected) === JSON.stringify(actual);
  return isSame
    ? undefined
    : `${operation} answers ${JSON.stringify(actual)} for ${path.join('.')} ${JSON.stringify(expected)}`;
}

async function checkLeaf(kind: Kind, path: ValuePath, isUpdate: boolean): Promise<(string | undefined)[]> {
  const name = newName();
  const creation = inputWith(kind, operationNamed(kind.create), isUpdate ? [] : path, name);
  const created = await send(kind.create, creation);
  if (!created.isAccepted) return [`${kind.create} refuses ${path.join('.')}: ${created.body.message}`];
  await settle();
  const parent = kind.parent === undefined ? {} : parents[kind.parent];
  const ids = { ...parent, ...kind.identify(created.body) };
  if (!isUpdate) {
    const { body } = await send(kind.get, ids);
    return [
      dropped(kind, kind.create, path, creation, created.body),
      dropped(kind, kind.get, path, creation, body),
    ];
  }
  const change = { ...inputWith(kind, operationNamed(kind.update), path, name), ...ids };
  const updated = await send(kind.update, change);
  if (!updated.isAccepted) return [`${kind.update} refuses ${path.join('.')}: ${updated.body.message}`];
  await settle();
  const { body } = await send(kind.get, ids);
  return [
    dropped(kind, kind.update, path, change, updated.body),
    dropped(kind, kind.get, path, change, body),
  ];
}

describe.each(KINDS)('$create, $update and $get', (kind) => {
  it.each([
    [kind.create, false],
    [kind.update, true],
  ])(
    '%s: the responses contain every member of the request that their shapes have',
    async (operation, isUpdate) => {
      const leaves = leavesOf(operationNamed(operation));
      expect(leaves.length).toBeGreaterThan(2);
      const problems: string[] = [];
      for (const path of leaves.filter((path) => !kind.refused?.test(responsePath(path).join('.')))) {
        const found = await checkLeaf(kind, path, isUpdate);
        problems.push(...found.filter((problem) => problem !== undefined));
      }
      expect(problems).toEqual([]);
    },
    120_000,
  );
});

/** All texts in a value, without its secrets. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Object.entries(Object(value)).flatMap(([name, entry]) =>
    name.startsWith('clientSecret') ? [] : textsOf(entry),
  );
}

describe('CreateOauth2CredentialProvider', () => {
  const { input } = operationNamed('CreateOauth2CredentialProvider');
  const configurations = shapeAt(input, ['oauth2ProviderConfigInput']);
  const members = configurations && 'members' in configurations ? [...configurations.members.values()] : [];

  it.each(members.map(({ name, shape }) => [name, shape] as const))(
    'responds with every value of %s except the secret, also where response and request name it differently',
    async (name, shape) => {
      const texts = 'members' in shape ? [...shape.members.keys()] : [];
      expect(texts).toContain('clientId');
      const config = Object.fromEntries(
        texts
          .filter(
            (member) => !member.startsWith('clientSecret') && shapeAt(shape, [member])?.type === 'string',
          )
          .map((member) => [
            member,
            member === 'clientAuthenticationMethod' ? 'CLIENT_SECRET_BASIC' : `own-${member}`,
          ]),
      );
      const discovery = texts.includes('oauthDiscovery')
        ? { oauthDiscovery: { discoveryUrl: DISCOVERY_URL } }
        : {};
      const request = {
        name: newName(),
        credentialProviderVendor: vendorOf(name),
        oauth2ProviderConfigInput: { [name]: { ...config, ...discovery, clientSecret: 'hush' } },
      };
      for (const operation of ['CreateOauth2CredentialProvider', 'UpdateOauth2CredentialProvider']) {
        const { isAccepted, body } = await send(operation, request);
        expect(isAccepted).toBe(true);
        const response = JSON.stringify(body.oauth2ProviderConfigOutput);
        for (const text of textsOf(request.oauth2ProviderConfigInput)) expect(response).toContain(text);
        expect(response).not.toContain('hush');
      }
    },
  );
});
