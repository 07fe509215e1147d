import type { RecordType } from '../../../adapters/agentRegistry/index.ts';
import { isJsonObject } from '../../../core/json.ts';
import type { Rule } from '../rules.ts';
import { type RecordDescriptors, type RecordSource, sourcesOf } from './recordSources.ts';

/** What the rules judge: a record as a request leaves it. */
export interface JudgedRecord {
  readonly recordType: RecordType;
  readonly descriptors: RecordDescriptors;
}

/** The descriptors of each type (shape Descriptors; those of GATEWAY are not stated). */
const DESCRIPTORS_OF: Readonly<Record<RecordType, readonly (keyof RecordDescriptors)[]>> = {
  MCP: ['mcpServer'],
  AGENT: ['a2aAgentCard', 'http', 'agui'],
  SKILL: ['agentSkillsDefinition'],
  CUSTOM: ['custom'],
  GATEWAY: ['mcpServer', 'http'],
  WEB_BOT: ['signatureAgentCard'],
};

/** The form of GitHub folder URLs (shape DescriptorSourceFromUrl). */
const GITHUB_FOLDER = /^https:\/\/[^/]+\/[^/]+\/[^/]+\/tree\/.+$/;

/** Shape OAuthReturnUrl. */
const RETURN_URL =
  /^(https:\/\/(?!\d+\.\d+\.\d+\.\d+[:/]|\[)[^@#]+|http:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/][^@#]*)?)$/;

const SKILLS: readonly RecordSource['kind'][] = ['gitHubSkill', 's3Skill', 'unknownSkill'];

/** The texts in descriptors that must be JSON (shapes of the descriptors: "validated against the … schema"). */
const jsonTextsOf = ({ descriptors }: JudgedRecord): readonly (string | undefined)[] => [
  descriptors.mcpServer?.data,
  descriptors.mcpServer?.additionalData?.tools?.data,
  descriptors.a2aAgentCard?.data,
  descriptors.signatureAgentCard?.data,
  descriptors.agentSkillsDefinition?.data,
];

const oauthOf = ({ credentials }: RecordSource) => credentials[0]?.credentialProvider.oauthCredentialProvider;

/** A rule that holds for each source. */
const sourceRule = (
  message: string,
  isViolated: (source: RecordSource, record: JudgedRecord) => boolean,
) => ({
  field: 'descriptors',
  message,
  isViolated: (record: JudgedRecord) =>
    sourcesOf(record.descriptors).some((source) => isViolated(source, record)),
});

/** The rules across fields of CreateRegistryRecord and UpdateRegistryRecord. The texts are guesses. */
export const RECORD_RULES: readonly Rule<JudgedRecord>[] = [
  {
    field: 'descriptors',
    message: 'Descriptors must have the one member that belongs to the record type',
    isViolated: ({ recordType, descriptors }) => {
      const given = Object.keys(descriptors);
      return (
        given.length > 1 || given.some((name) => !DESCRIPTORS_OF[recordType].some((known) => known === name))
      );
    },
  },
  {
    field: 'descriptors',
    message: 'The data of this descriptor must be a JSON object or list',
    isViolated: (record) => jsonTextsOf(record).some((text) => text !== undefined && !isJsonDocument(text)),
  },
  {
    field: 'descriptors',
    message: 'A skill has skillMd.source or skillPackage.source, not both',
    isViolated: ({ descriptors }) => sourcesOf(descriptors).length > 1,
  },
  sourceRule('The source needs a valid URL', ({ url }) => !URL.canParse(url)),
  sourceRule(
    'An https URL of a skill needs repositoryProvider GITHUB',
    ({ kind }) => kind === 'unknownSkill',
  ),
  {
    field: 'descriptors.agentSkillsDefinition.additionalData.repositoryProvider',
    message: 'An Amazon S3 source has no repositoryProvider',
    isViolated: ({ descriptors }) =>
      descriptors.agentSkillsDefinition?.additionalData?.repositoryProvider !== undefined &&
      sourcesOf(descriptors).some(({ kind }) => kind === 's3Skill'),
  },
  sourceRule(
    'A GitHub source is a folder URL: https://host/owner/repo/tree/branch-or-tag/path',
    ({ kind, url }) => kind === 'gitHubSkill' && !GITHUB_FOLDER.test(url),
  ),
  sourceRule(
    'Only skills have s3:// sources',
    ({ kind, url }) => !SKILLS.includes(kind) && !url.startsWith('https://'),
  ),
  sourceRule('The type of a credential provider must match its member', ({ credentials }) =>
    credentials.some(
      ({ credentialProviderType, credentialProvider }) =>
        (credentialProviderType === 'OAUTH') !== (credentialProvider.oauthCredentialProvider !== undefined),
    ),
  ),
  sourceRule(
    'A GitHub source needs one OAuth credential provider with the grant AUTHORIZATION_CODE',
    (source) => source.kind === 'gitHubSkill' && oauthOf(source)?.grantType !== 'AUTHORIZATION_CODE',
  ),
  sourceRule(
    'Only GitHub sources have the grant AUTHORIZATION_CODE',
    (source) => source.kind !== 'gitHubSkill' && oauthOf(source)?.grantType === 'AUTHORIZATION_CODE',
  ),
  sourceRule('An Amazon S3 source has no OAuth credential provider', (source) => {
    return source.kind === 's3Skill' && oauthOf(source) !== undefined;
  }),
  sourceRule(
    'An Amazon S3 source without a role needs sourceConfiguration.s3.bucketOwnerAccountId',
    ({ kind, credentials }, { descriptors }) =>
      kind === 's3Skill' &&
      credentials.length === 0 &&
      descriptors.agentSkillsDefinition?.additionalData?.sourceConfiguration?.s3?.bucketOwnerAccountId ===
        undefined,
  ),
  sourceRule('A return URL uses https and a domain name, or http and this machine', (source) => {
    const { returnUrl } = oauthOf(source) ?? {};
    return returnUrl !== undefined && !RETURN_URL.test(returnUrl);
  }),
];

function isJsonDocument(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) || Array.isArray(value);
  } catch {
    return false;
  }
}
