/** A request about a record of Agent Registry, or a part of one. */
type Json = Readonly<Record<string, unknown>>;

/** The record type of each descriptor. */
const RECORD_TYPES: Readonly<Record<string, string>> = {
  mcpServer: 'MCP',
  a2aAgentCard: 'AGENT',
  http: 'AGENT',
  agui: 'AGENT',
  agentSkillsDefinition: 'SKILL',
  custom: 'CUSTOM',
  signatureAgentCard: 'WEB_BOT',
};

const SERVER_URL = 'https://mcp.example.com/mcp';
const GITHUB_URL = 'https://github.com/acme/skills/tree/main/refunds';
const RETURN_URL = 'https://example.com/return';

/**
 * Adds what the rules across fields demand of a request to create or update a record: the type of its descriptor, data that is
 * JSON, and sources with the credentials that their kind takes.
 *
 * @param providerArn an OAuth2 credential provider that exists
 */
export function validRecordInput(input: Json, isUpdate: boolean, providerArn: unknown): Json {
  const given: Json = Object(isUpdate ? Object(input.descriptors).optionalValue : input.descriptors);
  const [name = 'custom'] = Object.keys(given);
  const recordType = RECORD_TYPES[name];
  if (Object.keys(given).length === 0) {
    const descriptors = { custom: { data: '{}' } };
    return isUpdate
      ? { ...input, ...(input.recordType !== undefined && { recordType }) }
      : { ...input, recordType, descriptors };
  }
  const isSkill = name === 'agentSkillsDefinition';
  const descriptor = Object(withValidMembers(given[name], isSkill, providerArn));
  if (isSkill) addRepositoryProvider(descriptor, isUpdate);
  if (!isUpdate) return { ...input, recordType, descriptors: { [name]: descriptor } };
  // The record has a custom descriptor so far, and may have one descriptor only.
  return { ...input, recordType, descriptors: { optionalValue: { custom: {}, [name]: descriptor } } };
}

function withValidMembers(value: unknown, isSkill: boolean, providerArn: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      if (key === 'data') return [key, typeof member === 'string' ? '{}' : { optionalValue: '{}' }];
      if (key === 'fromUrl') return [key, validSource(Object(member), isSkill, providerArn)];
      return [key, withValidMembers(member, isSkill, providerArn)];
    }),
  );
}

function validSource(source: Json, isSkill: boolean, providerArn: unknown): Json {
  const [given] = [source.credentialProviderConfigurations ?? []].flat();
  const provider = Object(Object(given).credentialProvider);
  const grantType = isSkill ? 'AUTHORIZATION_CODE' : 'CLIENT_CREDENTIALS';
  const oauth = {
    ...provider.oauthCredentialProvider,
    providerArn,
    grantType,
    ...(provider.oauthCredentialProvider?.returnUrl && { returnUrl: RETURN_URL }),
  };
  const isOauth = isSkill || provider.oauthCredentialProvider !== undefined;
  const credentials = {
    credentialProviderType: isOauth ? 'OAUTH' : 'IAM',
    credentialProvider: isOauth ? { oauthCredentialProvider: oauth } : provider,
  };
  return {
    url: isSkill ? GITHUB_URL : SERVER_URL,
    ...((isSkill || given) && { credentialProviderConfigurations: [credentials] }),
  };
}

/** An https source of a skill needs the provider next to it. */
function addRepositoryProvider(descriptor: Record<string, unknown>, isUpdate: boolean): void {
  const unwrapped: Record<string, unknown> = isUpdate ? Object(descriptor.optionalValue) : descriptor;
  const outer: Record<string, unknown> = Object(unwrapped.additionalData);
  const data: Record<string, unknown> = isUpdate ? Object(outer.optionalValue) : outer;
  if (JSON.stringify(data).includes(GITHUB_URL))
    data.repositoryProvider = isUpdate ? { optionalValue: 'GITHUB' } : 'GITHUB';
}
