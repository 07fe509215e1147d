import type { DescriptorSource, Descriptors } from '../../../adapters/agentRegistry/index.ts';
import type { Checked } from '../operation.ts';

export type RecordDescriptors = Checked<Descriptors>;

type FromUrl = NonNullable<Checked<DescriptorSource>['fromUrl']>;

/** How the registry reads a source: as an MCP server, as a JSON document, as any answer, or as a skill. */
export type SourceKind = 'mcpServer' | 'document' | 'answer' | 'gitHubSkill' | 's3Skill' | 'unknownSkill';

/** The source from which a record's content is synchronized. */
export interface RecordSource {
  readonly kind: SourceKind;
  readonly url: string;
  /** The field in errors. */
  readonly field: string;
  readonly credentials: NonNullable<FromUrl['credentialProviderConfigurations']>;
}

/** The descriptors whose source is a member of their own, with how it is read. */
const PLAIN_SOURCES = {
  mcpServer: 'mcpServer',
  a2aAgentCard: 'document',
  signatureAgentCard: 'document',
  http: 'answer',
  agui: 'answer',
} as const satisfies Partial<Record<keyof RecordDescriptors, SourceKind>>;

const GITHUB_PROVIDER = 'GITHUB';

/** All sources of the descriptors. A valid record has one at most. */
export function sourcesOf(descriptors: RecordDescriptors): readonly RecordSource[] {
  const plain = Object.entries(PLAIN_SOURCES).map(([name, kind]) =>
    // Object.entries loses the keys' types.
    recordSource(descriptors[name as keyof typeof PLAIN_SOURCES]?.source, `descriptors.${name}`, kind),
  );
  const { skillMd, skillPackage, repositoryProvider } =
    descriptors.agentSkillsDefinition?.additionalData ?? {};
  const place = 'descriptors.agentSkillsDefinition.additionalData';
  const skills = [
    [skillMd?.source, `${place}.skillMd`] as const,
    [skillPackage?.source, `${place}.skillPackage`] as const,
  ].map(([source, field]) => recordSource(source, field, skillKind(source, repositoryProvider)));
  return [...plain, ...skills].filter((source) => source !== undefined);
}

function recordSource(
  source: Checked<DescriptorSource> | undefined,
  place: string,
  kind: SourceKind,
): RecordSource | undefined {
  if (!source?.fromUrl) return undefined;
  const { url, credentialProviderConfigurations: credentials = [] } = source.fromUrl;
  return { kind, url, field: `${place}.source.fromUrl`, credentials };
}

/** Shape AgentSkillsAdditionalData: an https URL is a GitHub source only with the repository provider. */
function skillKind(source: Checked<DescriptorSource> | undefined, provider: string | undefined): SourceKind {
  if (source?.fromUrl?.url.startsWith('s3://')) return 's3Skill';
  return provider === GITHUB_PROVIDER ? 'gitHubSkill' : 'unknownSkill';
}

/** The OAuth credentials with which a GitHub user has to consent. */
export function consentOf(source: RecordSource | undefined) {
  if (source?.kind !== 'gitHubSkill') return undefined;
  const oauth = source.credentials[0]?.credentialProvider.oauthCredentialProvider;
  return oauth?.grantType === 'AUTHORIZATION_CODE' ? oauth : undefined;
}
