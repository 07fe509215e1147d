import type { Desired, DesiredResource } from '../../desired/desired.ts';
import { fingerprint } from '../../desired/fingerprint.ts';
import { resolveReferences } from '../../desired/resolveReferences.ts';
import type { JsonObject } from '../../manifest/json.ts';
import { defaultSettings, type Settings } from '../../manifest/settings.ts';
import { type Address, addressOf, parseAddress } from '../../resources/address.ts';
import type { KindName } from '../../resources/resourceKind.ts';
import { resourceKinds } from '../../resources/resourceKinds.ts';
import type { Status } from '../../status.ts';
import type { World } from '../decide.ts';
import type { Memory } from '../memory.ts';
import type { Observed } from '../observed.ts';

/** A moment; every test counts from it. */
export const NOW = Date.UTC(2026, 0, 1);

/** The ARN by which targets name the credential provider `github`, and what it resolves to. */
export const PROVIDER_REFERENCE = '${oauth2CredentialProviders.github.credentialProviderArn}';

export function gateway(name = 'payments', config: JsonObject = {}): DesiredResource {
  return resource('gateway', name, { name, authorizerType: 'AWS_IAM', ...config });
}

/** A target with a tool schema, ready without anyone's consent. */
export function target(name: string, version = 1): DesiredResource {
  const config = { name: ownName(name), targetConfiguration: { mcp: { openApiSchema: { version } } } };
  return resource('gatewayTarget', name, config);
}

/** A target whose tools the gateway lists from an MCP server, and synchronises. */
export function serverTarget(name: string, version = 1): DesiredResource {
  return resource('gatewayTarget', name, serverConfig(name, version));
}

/** A target whose tools are listed only after a person's consent. */
export function consentTarget(name: string, version = 1): DesiredResource {
  const oauthCredentialProvider = { providerArn: PROVIDER_REFERENCE, grantType: 'AUTHORIZATION_CODE' };
  const config = {
    ...serverConfig(name, version),
    credentialProviderConfigurations: [
      { credentialProviderType: 'OAUTH', credentialProvider: { oauthCredentialProvider } },
    ],
  };
  const reference = {
    text: PROVIDER_REFERENCE,
    kind: 'oauth2CredentialProvider' as const,
    name: 'github',
    field: 'credentialProviderArn',
    path: [],
  };
  return { ...resource('gatewayTarget', name, config), references: [reference] };
}

export function provider(name = 'github'): DesiredResource {
  return resource('oauth2CredentialProvider', name, { name, credentialProviderVendor: 'GithubOauth2' });
}

function serverConfig(name: string, version: number): JsonObject {
  const endpoint = `https://mcp.example.com/v${version}`;
  return { name: ownName(name), targetConfiguration: { mcp: { mcpServer: { endpoint } } } };
}

function resource(kind: KindName, name: string, config: JsonObject): DesiredResource {
  const place = { file: 'manifest.yaml', line: 1, column: 1 };
  return { kind, name, config, references: [], settings: defaultSettings, place };
}

function ownName(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

export function desiredOf(resources: readonly DesiredResource[], settings: Partial<Settings> = {}): Desired {
  const merged = { ...defaultSettings, ...settings };
  return {
    workspace: 'payments',
    revision: '1',
    settings: merged,
    owners: {},
    resources: resources.map((each) => ({ ...each, settings: { ...each.settings, resync: merged.resync } })),
    warnings: [],
  };
}

export function addressFor({ kind, name }: DesiredResource): Address {
  return addressOf(kind, name);
}

/** What the model gives to those that refer to a resource. */
export function outputsOf(address: Address, id: string): Record<string, string> {
  const { kind } = parseAddress(address);
  return Object.fromEntries(resourceKinds[kind].outputs.map((output) => [output, `${output}:${id}`]));
}

/** The configuration as it is sent, once the provider stands. */
export function resolvedConfig({ config }: DesiredResource): JsonObject {
  const result = resolveReferences(
    config,
    (kind, name, field) => outputsOf(addressOf(kind, name), name)[field],
  );
  return 'config' in result ? result.config : config;
}

/** The fingerprint under which attempts at this resource are counted. */
export function fingerprintFor(resource: DesiredResource): string {
  return fingerprint(resolvedConfig(resource));
}

export function observedAs(
  resource: DesiredResource,
  status: Status,
  more: Partial<Observed> = {},
): Observed {
  const address = addressFor(resource);
  const id = more.id ?? resource.name;
  return {
    address,
    id,
    status,
    reasons: [],
    updatedAt: NOW - 3_600_000,
    outputs: outputsOf(address, id),
    ...more,
  };
}

/** The memory of a resource that was applied and settled an hour ago, as `observedAs` shows it. */
export function appliedMemory(resource: DesiredResource, more: Partial<Memory> = {}): Memory {
  const address = addressFor(resource);
  const wanted = fingerprintFor(resource);
  return {
    address,
    id: resource.name,
    outputs: outputsOf(address, resource.name),
    applied: { fingerprint: wanted, updatedAt: NOW - 3_600_000 },
    lastGood: wanted,
    state: 'ready',
    reasons: [],
    since: NOW - 3_600_000,
    ...more,
  };
}

export interface Situation {
  readonly resources: readonly DesiredResource[];
  readonly observed?: readonly Observed[];
  readonly memory?: readonly Memory[];
  readonly settings?: Partial<Settings>;
  readonly now?: number;
}

export function worldOf({ resources, observed = [], memory = [], settings, now = NOW }: Situation): World {
  return {
    desired: desiredOf(resources, settings),
    observed: new Map(observed.map((each) => [each.address, each])),
    memory: new Map(memory.map((each) => [each.address, each])),
    latencies: {},
    now,
  };
}
