import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { omit } from '../../core/objects.ts';
import type { ValuePath } from '../agentcore/minimalInput.ts';

/** The descriptors of a record, and a type that each belongs to. */
const TYPES = {
  mcpServer: 'MCP',
  a2aAgentCard: 'AGENT',
  agentSkillsDefinition: 'SKILL',
  custom: 'CUSTOM',
  http: 'AGENT',
  agui: 'AGENT',
  signatureAgentCard: 'WEB_BOT',
} as const;
type Descriptor = keyof typeof TYPES;
const DESCRIPTORS = Object.keys(TYPES) as Descriptor[];

const PROVIDER = '${oauth2CredentialProviders.github.credentialProviderArn}';

/** A record in a registry of its manifest, with the one descriptor of its type, and values of the forms that the service asks for. */
export function recordConfiguration(config: JsonObject, focus: ValuePath): JsonObject {
  const given = asObject(config.descriptors);
  const descriptor = descriptorOf(config, given, focus);
  const part = asObject(given[descriptor]);
  return {
    ...config,
    registryId: '${registries.front.registryId}',
    recordType: TYPES[descriptor],
    descriptors: { [descriptor]: asObject(plausible(partOf(descriptor, part, focus), descriptor)) },
    ...(config.customMetadata !== undefined && { customMetadata: metadata(config.customMetadata) }),
  };
}

/** The one that a test is about; else one of those that are there. */
function descriptorOf(config: JsonObject, given: JsonObject, [, focus]: ValuePath): Descriptor {
  const names = DESCRIPTORS.filter((name) => given[name] !== undefined);
  const chosen = names[String(config.displayName ?? '').length % Math.max(names.length, 1)];
  return DESCRIPTORS.find((name) => name === focus) ?? chosen ?? 'custom';
}

function partOf(descriptor: Descriptor, part: JsonObject, focus: ValuePath): JsonObject {
  if (descriptor === 'agentSkillsDefinition') return skill(part, focus);
  if (descriptor === 'custom') return { data: part.data ?? 'text' };
  const { source, ...others } = part;
  return source === undefined ? others : { ...others, source: sourceOf(source, focus, 'server') };
}

/** A skill has one source at most: a folder of GitHub, which a person has to consent to, or an object of S3. */
function skill(part: JsonObject, focus: ValuePath): JsonObject {
  const { additionalData, ...others } = part;
  if (additionalData === undefined) return others;
  const { skillMd, skillPackage, repositoryProvider, sourceConfiguration } = asObject(additionalData);
  const [md, bundle] = [asObject(skillMd), asObject(skillPackage)];
  const isPackage =
    focus.includes('skillPackage') || (!focus.includes('skillMd') && bundle.source !== undefined);
  const given = isPackage ? bundle.source : md.source;
  const isGitHub =
    focus.includes('repositoryProvider') ||
    focus.includes('oauthCredentialProvider') ||
    (!focus.includes('sourceConfiguration') &&
      !focus.includes('iamCredentialProvider') &&
      repositoryProvider !== undefined);
  const isSourced = given !== undefined || isGitHub || sourceConfiguration !== undefined;
  const source = isSourced ? sourceOf(given ?? {}, focus, isGitHub ? 'gitHub' : 's3') : undefined;
  const own = omit(md, 'source');
  return {
    ...others,
    additionalData: {
      ...(skillMd !== undefined && { skillMd: { ...own, ...(source && !isPackage && { source }) } }),
      ...(skillMd === undefined && source && !isPackage && { skillMd: { source } }),
      ...(isPackage && source && { skillPackage: { source } }),
      ...(isGitHub && { repositoryProvider: 'GITHUB' }),
      ...(isSourced &&
        !isGitHub && { sourceConfiguration: { s3: { bucketOwnerAccountId: '123456789012' } } }),
    },
  };
}

type SourceKind = 'server' | 'gitHub' | 's3';

const URLS: Readonly<Record<SourceKind, string>> = {
  server: 'https://mcp.example.com/',
  gitHub: 'https://github.com/example/skills/tree/main/',
  s3: 's3://example/skills/',
};

function sourceOf(source: JsonValue, focus: ValuePath, kind: SourceKind): JsonObject {
  const fromUrl = asObject(asObject(source).fromUrl);
  const url = `${URLS[kind]}${String(fromUrl.url).length % 7}`;
  const [given] = Array.isArray(fromUrl.credentialProviderConfigurations)
    ? fromUrl.credentialProviderConfigurations
    : [];
  const provider = asObject(asObject(given).credentialProvider);
  const isOauth =
    kind === 'gitHub' ||
    (kind === 'server' &&
      !focus.includes('iamCredentialProvider') &&
      provider.oauthCredentialProvider !== undefined);
  if (given === undefined && kind !== 'gitHub') return { fromUrl: { url } };
  const oauth = {
    ...asObject(provider.oauthCredentialProvider),
    providerArn: PROVIDER,
    grantType: kind === 'gitHub' ? 'AUTHORIZATION_CODE' : 'CLIENT_CREDENTIALS',
  };
  const iam = asObject(provider.iamCredentialProvider);
  const configuration = isOauth
    ? { credentialProviderType: 'OAUTH', credentialProvider: { oauthCredentialProvider: oauth } }
    : { credentialProviderType: 'IAM', credentialProvider: { iamCredentialProvider: iam } };
  return { fromUrl: { url, credentialProviderConfigurations: [configuration] } };
}

/** Texts of the forms that the service reads. */
function plausible(value: JsonValue, descriptor: Descriptor): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => plausible(item, descriptor));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]): [string, JsonValue] => {
      if (name === 'data') return [name, JSON.stringify({ size: String(member).length % 7 })];
      if (name === 'returnUrl') return [name, `https://pages.example.com/${String(member).length % 7}`];
      return [name, plausible(member, descriptor)];
    }),
  );
}

/** Values are texts or booleans. */
function metadata(given: JsonValue): JsonObject {
  const size = JSON.stringify(given).length;
  return { team: `team${size % 3}`, ...(size % 2 === 0 && { internal: size % 4 === 0 }) };
}

function asObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
