import { type Address, addressOf, parseAddress } from '../../address.ts';
import type { DesiredResource, DesiredState } from '../../desired/desired.ts';
import { fingerprint } from '../../desired/desired.ts';
import { resolveReferences } from '../../desired/resolveReferences.ts';
import { openGuardrails } from '../../guardrails/guardrails.ts';
import type { JsonObject } from '../../json.ts';
import { defaultSettings, type Settings } from '../../manifest/settings.ts';
import { defined } from '../../objects.ts';
import type { ObservedResource } from '../../resources/observe.ts';
import type { KindName } from '../../resources/resourceKind.ts';
import { resourceKinds } from '../../resources/resourceKinds.ts';
import type { Status } from '../../status.ts';
import type { ResourceRecord, RetryState } from '../ledgerRecord.ts';
import type { ReconcileInput } from '../plan.ts';

/** The time of the tests, in ms since the epoch. */
export const NOW = Date.UTC(2026, 0, 1);

/** The reference of targets to the ARN of the credential provider `github`. */
export const PROVIDER_REFERENCE = '${oauth2CredentialProviders.github.credentialProviderArn}';

export function gateway(name = 'payments', config: JsonObject = {}): DesiredResource {
  return resource('gateway', name, { name, authorizerType: 'AWS_IAM', ...config });
}

/** A target with a static tool schema, which needs no consent. */
export function target(name: string, version = 1): DesiredResource {
  const config = { name: localName(name), targetConfiguration: { mcp: { openApiSchema: { version } } } };
  return resource('gatewayTarget', name, config);
}

/** A target whose tools the gateway lists from an MCP server and synchronizes. */
export function serverTarget(name: string, version = 1): DesiredResource {
  return resource('gatewayTarget', name, serverConfig(name, version));
}

/** A target that needs a person's consent. */
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
  return { name: localName(name), targetConfiguration: { mcp: { mcpServer: { endpoint } } } };
}

function resource(kind: KindName, name: string, config: JsonObject): DesiredResource {
  const place = { file: 'manifest.yaml', line: 1, column: 1 };
  return {
    address: addressOf(kind, name),
    kind,
    name,
    config,
    references: [],
    settings: defaultSettings,
    location: place,
  };
}

function localName(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

export function desiredOf(
  resources: readonly DesiredResource[],
  settings: Partial<Settings> = {},
): DesiredState {
  const merged = { ...defaultSettings, ...settings };
  return {
    workspace: 'payments',
    revision: '1',
    settings: merged,
    owners: {},
    resources: resources.map((each) => ({ ...each, settings: { ...each.settings, resync: merged.resync } })),
    warnings: [],
    // Tests of deletions that a person must approve set their own.
    guardrails: { ...openGuardrails, deletions: 1000 },
  };
}

/** The outputs of a resource in the model. */
export function outputsOf(address: Address, id: string): Record<string, string> {
  const { kind } = parseAddress(address);
  return Object.fromEntries(resourceKinds[kind].outputs.map((output) => [output, `${output}:${id}`]));
}

/** The configuration that is sent once the provider exists. */
export function resolvedConfig({ config }: DesiredResource): JsonObject {
  const result = resolveReferences(
    config,
    (address, field) => outputsOf(address, parseAddress(address).name)[field],
  );
  return 'config' in result ? result.config : config;
}

/** The fingerprint of the resolved configuration. */
export function fingerprintFor(resource: DesiredResource): string {
  return fingerprint(resolvedConfig(resource));
}

export function observedAs(
  resource: DesiredResource,
  status: Status,
  overrides: Partial<ObservedResource> = {},
): ObservedResource {
  const { address } = resource;
  const id = overrides.id ?? resource.name;
  return {
    address,
    id,
    status,
    reasons: [],
    updatedAt: NOW - 3_600_000,
    outputs: outputsOf(address, id),
    ...overrides,
  };
}

/** The record of a resource that was applied an hour ago, as `observedAs` shows it. */
export function appliedRecord(
  resource: DesiredResource,
  overrides: Partial<ResourceRecord> = {},
): ResourceRecord {
  const { address } = resource;
  const fingerprint = fingerprintFor(resource);
  return {
    address,
    id: resource.name,
    outputs: outputsOf(address, resource.name),
    applied: { fingerprint, updatedAt: NOW - 3_600_000 },
    lastGood: fingerprint,
    snapshot: { model: '', members: {} },
    ...(resourceKinds[resource.kind].tags && { tags: { applied: {}, checkedAt: NOW - 60_000 } }),
    approvers: defined({ owner: resource.owner }),
    state: 'ready',
    reasons: [],
    since: NOW - 3_600_000,
    ...overrides,
  };
}

/** The retry state after failed attempts at a configuration, whose backoff has ended. */
export function failedAttempts(
  fingerprint: string,
  count: number,
  overrides: Partial<RetryState> = {},
): RetryState {
  const times = { firstAt: NOW - 100_000, nextAt: NOW - 1000 };
  return { fingerprint, count, deferrals: 0, reasons: ['It broke.'], ...times, ...overrides };
}

export interface WorkspaceSituation
  extends Pick<ReconcileInput, 'secretVersions' | 'runtimeUpdates' | 'tagsChangedAt'> {
  readonly resources: readonly DesiredResource[];
  readonly observed?: readonly ObservedResource[];
  readonly recorded?: readonly ResourceRecord[];
  readonly settings?: Partial<Settings>;
  readonly now?: number;
}

export function reconcileInput({
  resources,
  observed = [],
  recorded = [],
  settings,
  now = NOW,
  ...events
}: WorkspaceSituation): ReconcileInput {
  return {
    ...events,
    desired: desiredOf(resources, settings),
    observed: new Map(observed.map((each) => [each.address, each])),
    recorded: new Map(recorded.map((each) => [each.address, each])),
    now,
  };
}
