import type { Address } from '../address.ts';
import type { DesiredResource } from '../desired/desired.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { memberAt } from '../manifest/memberAt.ts';
import { defined } from '../objects.ts';
import type { RecordId } from '../ports/registryRecords.ts';
import type { RecordDiff } from '../registry/diffRecords.ts';
import type { RecordFacts } from '../registry/recordFacts.ts';
import { recordSources } from '../resources/registryRecord.ts';
import type { ToolChange } from '../toolContracts/compareTools.ts';
import { hashId } from './hashId.ts';

/** What a request asks a person to decide. It contains no secret. */
export type RequestSubject = AuthorizationSubject | ApprovalSubject | DeletionSubject | RecordSubject;

/** The operation that needs the authorization. */
export type AuthorizationReason = 'create' | 'update' | 'sync';

/**
 * The authorization of a target that acts on a person's behalf, or of a registry to read the source of a record: the person
 * consents on the provider's login page.
 */
export interface AuthorizationSubject {
  readonly kind: 'authorization';
  /** Empty for a record. */
  readonly gateway: string;
  /** The name of the target, or of the record. */
  readonly target: string;
  /** It is about a record, whose source a registry reads. Absent for a target. */
  readonly of?: 'registryRecord';
  /** The URL of the target's MCP server, or of the record's source. */
  readonly endpoint?: string;
  /** The name of the credential provider in the manifest. */
  readonly provider?: string;
  /** Where the person logs in, such as `GitHub` or `login.example.com`; absent where the manifest does not say. */
  readonly loginAt?: string;
  readonly scopes: readonly string[];
  readonly reason: AuthorizationReason;
  /** Where the manifest has the browser return to after the consent, in place of Gateloop's pages. */
  readonly returnUrl?: string;
}

/** The approval of a change of the tools that a target offers. */
export interface ApprovalSubject {
  readonly kind: 'approval';
  readonly gateway: string;
  readonly target: string;
  /** Of the configuration that would be applied: the approval is for this configuration only. The digest of a list. */
  readonly fingerprint: string;
  /** The target's MCP server lists other tools by itself. Absent for a new schema. */
  readonly listedBy?: 'server';
  /** The first changes without their values, for messages; the breaking ones come first. */
  readonly changes: readonly ToolChange[];
  /** The number of all changes. */
  readonly total: number;
  /** The number of all changes that may break agents. */
  readonly breaking?: number;
  /** Where all changes are; absent in requests that an earlier version opened. */
  readonly details?: DetailsReference;
  /** Why Gateloop cannot tell what changes, in a person's words. */
  readonly unknown?: string;
}

/** The approval of the deletions of one upload. */
export interface DeletionSubject {
  readonly kind: 'deletion';
  /** Names the deletions: the approval is for these only. */
  readonly fingerprint: string;
  /** The first resources that go, for messages. */
  readonly resources: readonly DeletionSummary[];
  /** The number of all resources that go. */
  readonly total: number;
  /** The number of all tools that go, as far as they are known. */
  readonly tools: number;
  /** Where all of this is. */
  readonly details: DetailsReference;
}

/** A resource that goes, without the names of its tools. */
export interface DeletionSummary {
  readonly address: Address;
  /** The number of its tools, as far as they are known. */
  readonly tools: number;
}

/** A resource that a deletion takes from agents. */
export interface DeletedResource {
  readonly address: Address;
  /** The names of its tools, without the prefix of the target. */
  readonly tools: readonly string[];
  /** Why its tools are not known, in a person's words. */
  readonly unknown?: string;
  /** The target that takes its place, and is created first. */
  readonly replacedBy?: Address;
}

/** The approval of a record of a registry. */
export interface RecordSubject {
  readonly kind: 'record';
  readonly registryId: string;
  readonly recordId: string;
  readonly name: string;
  readonly description?: string;
  readonly descriptorType: string;
  /** The most important parts of the record. */
  readonly facts: RecordFacts;
  /** The workspaces that import the record as a target as soon as it is approved. */
  readonly importedBy: readonly string[];
  /** The first differences from the version that was approved last, for messages; absent where none was. */
  readonly difference?: RecordDiff;
  /** Where the whole submission is; absent in requests that an earlier version opened. */
  readonly details?: DetailsReference;
}

/** @returns the alias that points to the latest request about a record */
export function recordAlias({ registryId, recordId }: RecordId): string {
  return hashId(`record ${registryId} ${recordId}`);
}

/** Names the document with everything that an answer covers. */
export interface DetailsReference {
  /** SHA-256 of the document. */
  readonly digest: string;
  /** The size of the document. */
  readonly bytes: number;
}

/**
 * Builds the subject from the manifest, which contains no secrets.
 *
 * @param resources of the manifest: one of them may be the credential provider
 */
export function authorizationSubject(
  { kind, name, config }: DesiredResource,
  reason: AuthorizationReason,
  resources: readonly DesiredResource[] = [],
): AuthorizationSubject {
  const isRecord = kind === 'registryRecord';
  const [gateway = '', target = ''] = isRecord ? ['', name] : name.split('/');
  const source = recordSources(config).find(({ oauth }) => oauth?.grantType === 'AUTHORIZATION_CODE');
  const endpoint = source?.url ?? memberAt(config, ['targetConfiguration', 'mcp', 'mcpServer', 'endpoint']);
  const oauth = source?.oauth ?? authorizationCodeProvider(config);
  const returnUrl = oauth.defaultReturnUrl ?? oauth.returnUrl;
  const provider = providerName(oauth.providerArn);
  const providerConfig = resources.find(
    ({ address }) => address === `oauth2CredentialProvider/${provider}`,
  )?.config;
  return {
    kind: 'authorization',
    gateway,
    target,
    ...(isRecord && { of: 'registryRecord' as const }),
    ...defined({
      endpoint: typeof endpoint === 'string' ? endpoint : undefined,
      provider,
      loginAt: providerConfig && loginPlace(providerConfig),
      returnUrl: typeof returnUrl === 'string' ? returnUrl : undefined,
    }),
    scopes: Array.isArray(oauth.scopes) ? oauth.scopes.map(String) : [],
    reason,
  };
}

/** @returns the OAuth settings of the target with the grant type AUTHORIZATION_CODE; empty where it has none */
function authorizationCodeProvider(config: JsonObject): JsonObject {
  const configurations = config.credentialProviderConfigurations;
  const list: readonly JsonValue[] = Array.isArray(configurations) ? configurations : [];
  const providers = list
    .filter(isJsonObject)
    .map((each) => memberAt(each, ['credentialProvider', 'oauthCredentialProvider']))
    .filter(isJsonObject);
  return providers.find(({ grantType }) => grantType === 'AUTHORIZATION_CODE') ?? {};
}

/** @returns the provider's name in the manifest, from a reference `${oauth2CredentialProviders.github.…}` or an ARN */
function providerName(arn: JsonValue | undefined): string | undefined {
  if (typeof arn !== 'string') return undefined;
  const [, referenced] = /^\$\{oauth2CredentialProviders\.([^.}]+)\./.exec(arn) ?? [];
  return referenced ?? arn.slice(arn.lastIndexOf('/') + 1);
}

/** Vendors whose own spelling differs from the name of AWS. */
const VENDOR_NAMES: Readonly<Record<string, string>> = {
  GithubOauth2: 'GitHub',
  LinkedinOauth2: 'LinkedIn',
  HubspotOauth2: 'HubSpot',
  PingOneOauth2: 'PingOne',
};

/** @returns the vendor of a credential provider, or the host of the login page of one without a vendor */
function loginPlace({ credentialProviderVendor: vendor, ...config }: JsonObject): string | undefined {
  if (typeof vendor === 'string' && vendor !== 'CustomOauth2')
    return VENDOR_NAMES[vendor] ?? vendor.replace(/Oauth2$/, '');
  const discovery = ['oauth2ProviderConfigInput', 'customOauth2ProviderConfig', 'oauthDiscovery'];
  const url =
    memberAt(config, [...discovery, 'authorizationServerMetadata', 'authorizationEndpoint']) ??
    memberAt(config, [...discovery, 'discoveryUrl']);
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).host : undefined;
}
