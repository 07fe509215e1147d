import type { Address } from '../address.ts';
import type { DesiredResource } from '../desired/desired.ts';
import { asText, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { memberAt } from '../manifest/memberAt.ts';
import { objectItems } from '../manifest/planRule.ts';
import type { Path } from '../problem.ts';
import { parentOf, resourceKinds } from '../resources/resourceKinds.ts';
import { type Place, type RoleNames, type RoleUse, roleUses } from './roleNeeds.ts';
import type { Statement } from './statement.ts';

/** What the role of one resource must be allowed. */
export interface RoleNeeds {
  readonly address: Address;
  readonly roleArn: string;
  readonly statements: readonly Statement[];
}

interface NeededUse extends Omit<RoleNames, 'owner'> {
  readonly use: RoleUse;
}

const CREDENTIALS = 'credentialProviderConfigurations';

/**
 * @param region where the resources are to be
 * @returns the needs of every role that the resources name by an ARN, in their order
 */
export function manifestRoles(resources: readonly DesiredResource[], region: string): readonly RoleNeeds[] {
  return resources.flatMap((resource): RoleNeeds[] => {
    const { address, kind, config } = resource;
    const roleArn = asText(config[resourceKinds[kind].roleMember ?? '']);
    const { partition, account } =
      /^arn:(?<partition>[^:]+):iam::(?<account>\d{12}):role\//.exec(roleArn)?.groups ?? {};
    if (partition === undefined || account === undefined) return [];
    const place: Place = { partition, region, account };
    const targets = resources.filter((each) => parentOf(each.address) === address);
    const uses = [...usesOf(resource), ...targets.flatMap((target) => targetUses(target.config, resources))];
    const name = asText(config[resourceKinds[kind].nameMember ?? '']);
    // The id of a gateway is its name in lower case with a suffix; that of a runtime keeps the case.
    const owner = kind === 'gateway' ? name.toLowerCase() : name;
    const statements = uses.flatMap(({ use, ...names }) =>
      roleUses[use].statements(place, { owner, ...names }),
    );
    return [{ address, roleArn, statements }];
  });
}

function usesOf({ kind, config }: DesiredResource): readonly NeededUse[] {
  if (kind === 'gateway') return gatewayUses(config);
  if (kind === 'browser') return recordingUses(config);
  if (kind === 'onlineEvaluationConfig') return evaluationUses(config);
  if (kind !== 'agentRuntime' && kind !== 'harness') return [];
  const container = asText(
    memberAt(config, ['agentRuntimeArtifact', 'containerConfiguration', 'containerUri']) ??
      memberAt(config, ['environmentArtifact', 'containerConfiguration', 'containerUri']),
  );
  const repository = /^\d{12}\.dkr\.ecr\.[^/]+\/([^:@]+)/.exec(container)?.[1];
  const ofContainer: readonly NeededUse[] = repository ? [{ use: 'container', subject: repository }] : [];
  if (kind === 'agentRuntime') return [{ use: 'runtime', subject: '' }, ...ofContainer];
  return [
    { use: 'harness', subject: modelOf(config) },
    ...memoryUses(config),
    ...hookUses(config),
    ...ofContainer,
  ];
}

function recordingUses({ recording }: JsonObject): readonly NeededUse[] {
  const { enabled, s3Location } = isJsonObject(recording) ? recording : {};
  if (enabled !== true || !isJsonObject(s3Location)) return [];
  return [{ use: 'browserRecording', subject: `${asText(s3Location.bucket)}/${asText(s3Location.prefix)}` }];
}

function evaluationUses(config: JsonObject): readonly NeededUse[] {
  const listed = (member: string) => {
    const value = memberAt(config, ['dataSourceConfig', 'cloudWatchLogs', member]);
    return Array.isArray(value) ? value.map((item: JsonValue) => asText(item)) : [];
  };
  const groups = [
    ...listed('logGroupNames'),
    ...listed('logGroupNamePrefixes').map((prefix) => `${prefix}*`),
  ];
  return groups.map((subject) => ({ use: 'evaluation', subject }));
}

function modelOf(config: JsonObject): string {
  return asText(memberAt(config, ['model', 'bedrockModelConfig', 'modelId'])) || '*';
}

/** A harness without a memory of its own choice gets one, whose id begins with its name. */
function memoryUses(config: JsonObject): readonly NeededUse[] {
  if (memberAt(config, ['memory', 'disabled'])) return [];
  const memory = asText(memberAt(config, ['memory', 'agentCoreMemoryConfiguration', 'arn']));
  const name = asText(config.harnessName);
  return [{ use: 'harnessMemory', subject: /memory\/(.+)$/.exec(memory)?.[1] ?? `${name}*` }];
}

function hookUses({ hooks }: JsonObject): readonly NeededUse[] {
  return objectItems(hooks).flatMap((hook) =>
    Object.values(hook).flatMap((point): NeededUse[] => {
      const subject = isJsonObject(point) ? asText(memberAt(point, ['target', 'lambda', 'arn'])) : '';
      return subject ? [{ use: 'lambda', subject }] : [];
    }),
  );
}

function gatewayUses(config: JsonObject): readonly NeededUse[] {
  const engine = asText(memberAt(config, ['policyEngineConfiguration', 'arn']));
  const key = asText(config.kmsKeyArn);
  return [
    ...objectItems(config.interceptorConfigurations).flatMap((each): NeededUse[] => {
      const subject = asText(memberAt(each, ['interceptor', 'lambda', 'arn']));
      return subject ? [{ use: 'interceptor', subject }] : [];
    }),
    ...(engine ? [{ use: 'policyEngine', subject: engine } as const] : []),
    ...(key ? [{ use: 'gatewayKey', subject: key } as const] : []),
  ];
}

const TARGET = ['targetConfiguration'] as const;

function targetUses(config: JsonObject, resources: readonly DesiredResource[]): readonly NeededUse[] {
  const text = (...path: Path) => asText(memberAt(config, [...TARGET, ...path]));
  const credentials = objectItems(config[CREDENTIALS]);
  const usesRole = credentials.some((each) => each.credentialProviderType === 'GATEWAY_IAM_ROLE');
  const lambda = text('mcp', 'lambda', 'lambdaArn');
  const api = text('mcp', 'apiGateway', 'restApiId');
  const runtime =
    text('http', 'agentcoreRuntime', 'arn') || runtimeBehind(text('mcp', 'mcpServer', 'endpoint'));
  return [
    ...(lambda ? [{ use: 'lambda', subject: lambda } as const] : []),
    ...(api && usesRole
      ? [{ use: 'apiGateway', subject: `${api}/${text('mcp', 'apiGateway', 'stage')}` } as const]
      : []),
    ...(runtime && usesRole ? [{ use: 'agentcoreRuntime', subject: runtime } as const] : []),
    ...credentials.flatMap((each) => credentialUses(each, resources)),
  ];
}

/** @returns the ARN of the runtime that an endpoint of AgentCore names; empty for any other endpoint */
function runtimeBehind(endpoint: string): string {
  const encoded = /\/runtimes\/(arn%3A[^/]+)\//i.exec(endpoint)?.[1];
  return encoded === undefined ? '' : decodeURIComponent(encoded);
}

/** The members that name the provider of a credential, and the kind of it, by the use. */
const providers = {
  oauth: { member: 'oauthCredentialProvider', kind: 'oauth2CredentialProvider' },
  apiKey: { member: 'apiKeyCredentialProvider', kind: 'apiKeyCredentialProvider' },
} as const;

function credentialUses(credential: JsonObject, resources: readonly DesiredResource[]): readonly NeededUse[] {
  return (['oauth', 'apiKey'] as const).flatMap((use): NeededUse[] => {
    const { member, kind } = providers[use];
    const arn = asText(memberAt(credential, ['credentialProvider', member, 'providerArn']));
    if (!arn) return [];
    // A reference names the provider by its key; its name in AgentCore is in its own configuration.
    const key = /^\$\{\w+\.([^.}]+)\./.exec(arn)?.[1];
    const declared = resources.find((each) => each.kind === kind && each.name === key);
    const subject = asText(declared?.config.name) || (key ?? arn.slice(arn.lastIndexOf('/') + 1));
    const secret = declared && externalSecret(declared.config);
    return [{ use, subject, ...(secret && { secret }) }];
  });
}

/** @returns the ARN of a secret of the team's own that a provider names, if it does */
function externalSecret(value: JsonValue): string | undefined {
  if (!isJsonObject(value)) return undefined;
  const named = value.clientSecretConfig ?? value.apiKeySecretConfig;
  if (isJsonObject(named)) {
    const id = asText(named.secretId);
    return id.startsWith('arn:') ? id : undefined;
  }
  return Object.values(value)
    .map((member) => externalSecret(member))
    .find((found) => found !== undefined);
}
