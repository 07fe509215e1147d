import type { EmbeddedAws } from '../../local/embeddedAws.ts';
import { type Gateloop, SPEC_BUCKET } from '../../local/gateloop.ts';

/** A target as the service holds it. */
export interface StoredTarget {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  /** The version of the target in its workspace's model; undefined where another client wrote the configuration. */
  readonly version: number | undefined;
  /** The key of its schema in the spec bucket, where it has one. */
  readonly schemaKey: string | undefined;
}

/** A gateway as the service holds it. */
export interface StoredGateway {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly description: string;
  /** The workspace that its tag names. */
  readonly owner: string | undefined;
  readonly targets: readonly StoredTarget[];
}

/** A resource of another kind as the service holds it. */
export interface StoredResource {
  /** The section of the manifest that declares such a resource. */
  readonly section: string;
  readonly name: string;
  readonly status: string;
}

/** Everything that the service holds. */
export interface StoredState {
  readonly gateways: readonly StoredGateway[];
  readonly others: readonly StoredResource[];
}

/** Reads the emulator's state without a call that counts, that a rate limits, or that a fault strikes. */
export function storedState({ agentCore, aws }: Gateloop): StoredState {
  const read = (operation: string, input: object): Record<string, unknown> => {
    // The operations take requests that the dispatcher has checked; these have their only members.
    const answer = agentCore.service.operations[operation]?.(input as never, { accessKeyId: '' }) ?? {};
    return JSON.parse(JSON.stringify(answer));
  };
  const list = (operation: string, member: string) => {
    const items = read(operation, {})[member];
    return Array.isArray(items) ? items.map((item) => new Map<string, unknown>(Object.entries(item))) : [];
  };
  const gateways = list('ListGateways', 'items').map((gateway): StoredGateway => {
    const gatewayIdentifier = text(gateway.get('gatewayId'));
    const live = read('GetGateway', { gatewayIdentifier });
    const tags = Object(read('ListTagsForResource', { resourceArn: live.gatewayArn }).tags);
    const { items } = read('ListGatewayTargets', { gatewayIdentifier });
    return {
      id: gatewayIdentifier,
      name: text(live.name),
      status: text(live.status),
      description: text(live.description),
      owner: tags['gateloop:workspace'],
      targets: (Array.isArray(items) ? items : []).map(({ targetId }) => {
        const target = read('GetGatewayTarget', { gatewayIdentifier, targetId });
        return {
          id: text(targetId),
          name: text(target.name),
          status: text(target.status),
          ...schemaIn(JSON.stringify(target.targetConfiguration ?? {}), aws),
        };
      }),
    };
  });
  const others = OTHER_KINDS.flatMap(({ section, operation, member, name }) =>
    list(operation, member).map(
      (item): StoredResource => ({ section, name: text(item.get(name)), status: text(item.get('status')) }),
    ),
  );
  return { gateways, others };
}

const OTHER_KINDS = [
  {
    section: 'apiKeyCredentialProviders',
    operation: 'ListApiKeyCredentialProviders',
    member: 'credentialProviders',
    name: 'name',
  },
  {
    section: 'oauth2CredentialProviders',
    operation: 'ListOauth2CredentialProviders',
    member: 'credentialProviders',
    name: 'name',
  },
  { section: 'registries', operation: 'ListRegistries', member: 'registries', name: 'name' },
  { section: 'registries', operation: 'AgentRegistry.ListRegistries', member: 'registries', name: 'name' },
  {
    section: 'agentRuntimes',
    operation: 'ListAgentRuntimes',
    member: 'agentRuntimes',
    name: 'agentRuntimeName',
  },
  { section: 'harnesses', operation: 'ListHarnesses', member: 'harnesses', name: 'harnessName' },
] as const;

/** The version is the number in the names of tools, or at the end of the endpoint. */
function schemaIn(
  configuration: string,
  { buckets }: EmbeddedAws,
): Pick<StoredTarget, 'version' | 'schemaKey'> {
  const [, schemaKey] = new RegExp(`s3://${SPEC_BUCKET}/([^"]+)`).exec(configuration) ?? [];
  const schema = (schemaKey && keptText(buckets, schemaKey)) ?? configuration;
  const [, version] = /look_(\d+)/.exec(schema) ?? /mcp\.example\.com\/[^/"]+\/(\d+)"/.exec(schema) ?? [];
  return { version: version === undefined ? undefined : Number(version), schemaKey };
}

function keptText(buckets: EmbeddedAws['buckets'], key: string): string | undefined {
  const isKept = buckets.list(SPEC_BUCKET, { prefix: key, limit: 1 }).some((object) => object.key === key);
  return isKept ? buckets.text(SPEC_BUCKET, key) : undefined;
}

function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}
