import { asText, isJsonObject, type JsonObject } from '../json.ts';
import type { Path } from '../problem.ts';
import { memberAt } from './memberAt.ts';
import { finding, noFindings, objectItems, type PlanRule, type RuleFinding } from './planRule.ts';

const SKILL: Path = ['descriptors', 'agentSkillsDefinition', 'additionalData'];
const SKILL_PARTS = ['skillMd', 'skillPackage'];
const PROVIDER: Path = [...SKILL, 'repositoryProvider'];

/** The descriptors of each type. Those of GATEWAY, and of a future type, are not stated, and pass. */
const DESCRIPTORS: Readonly<Record<string, readonly string[]>> = {
  MCP: ['mcpServer'],
  AGENT: ['a2aAgentCard', 'http', 'agui'],
  SKILL: ['agentSkillsDefinition'],
  CUSTOM: ['custom'],
  WEB_BOT: ['signatureAgentCard'],
};

/** A source of a record's content, where its URL is in the manifest. */
interface Source {
  /** The path of its `fromUrl`. */
  readonly path: Path;
  readonly url: string;
  readonly isSkill: boolean;
  readonly fromUrl: JsonObject;
}

/** Rules on the records of registries, which the shapes of single members do not express. */
export const recordRules: readonly PlanRule[] = [
  {
    id: 'record-descriptor',
    kind: 'registryRecord',
    severity: 'error',
    source: 'API reference, Descriptors: exactly one descriptor field, by the record type',
    find: ({ config: { recordType, descriptors } }) => {
      const given = Object.keys(isJsonObject(descriptors) ? descriptors : {});
      const type = asText(recordType);
      const allowed = Object.hasOwn(DESCRIPTORS, type) ? DESCRIPTORS[type] : undefined;
      if (!allowed || (given.length === 1 && allowed.includes(given[0] ?? ''))) return noFindings;
      return finding(
        ['descriptors'],
        `A record of the type ${type} has the one descriptor of its type.`,
        allowed.join(' or '),
      );
    },
  },
  {
    id: 'record-one-skill-source',
    kind: 'registryRecord',
    severity: 'error',
    source: 'API reference, AgentSkillsAdditionalData: not both skillMd.source and skillPackage.source',
    find: ({ config }) =>
      SKILL_PARTS.every((part) => memberAt(config, [...SKILL, part, 'source']) !== undefined)
        ? finding(
            [...SKILL, 'skillPackage', 'source'],
            'A skill is read from one source.',
            'skillPackage.source, or skillMd.source for SKILL.md alone',
          )
        : noFindings,
  },
  {
    id: 'record-repository-provider',
    kind: 'registryRecord',
    severity: 'error',
    source: 'API reference, AgentSkillsAdditionalData: GITHUB for a GitHub folder URL, none for Amazon S3',
    find: ({ config }) => {
      const [skill] = sourcesOf(config).filter(({ isSkill }) => isSkill);
      const provider = memberAt(config, PROVIDER);
      if (skill?.url.startsWith('s3://') && provider !== undefined)
        return finding(PROVIDER, 'A skill in Amazon S3 has no repository provider.', 'no such line');
      return skill?.url.startsWith('https://') && provider === undefined
        ? finding(
            [...skill.path, 'url'],
            'The service reads a skill from an https URL only with a repository provider.',
            'repositoryProvider: GITHUB, beside skillMd or skillPackage',
          )
        : noFindings;
    },
  },
  {
    id: 'record-source-url',
    kind: 'registryRecord',
    severity: 'error',
    source: 'API reference, DescriptorSourceUrl: s3:// URLs only for skill sources',
    find: ({ config }) =>
      sourcesOf(config).flatMap(({ url, isSkill, path }) =>
        !isSkill && url.startsWith('s3://')
          ? finding([...path, 'url'], 'Only skills are read from Amazon S3.', 'an https:// URL')
          : noFindings,
      ),
  },
  {
    id: 'record-grant-type',
    kind: 'registryRecord',
    severity: 'error',
    source:
      'API reference, RegistryRecordOAuthGrantType: AUTHORIZATION_CODE for GitHub skill sources, CLIENT_CREDENTIALS for others',
    find: ({ config }) => {
      const isGitHub = memberAt(config, PROVIDER) !== undefined;
      return sourcesOf(config).flatMap((source) =>
        grantMismatch(source, source.isSkill && isGitHub ? 'AUTHORIZATION_CODE' : 'CLIENT_CREDENTIALS'),
      );
    },
  },
];

function grantMismatch({ fromUrl, path }: Source, expected: string): readonly RuleFinding[] {
  const member = 'credentialProviderConfigurations';
  return objectItems(fromUrl[member]).flatMap((configuration, index) => {
    const within = ['credentialProvider', 'oauthCredentialProvider', 'grantType'];
    const grant = memberAt(configuration, within);
    return typeof grant === 'string' && grant !== expected
      ? finding(
          [...path, member, index, ...within],
          `The service reads this source with another grant.`,
          expected,
        )
      : noFindings;
  });
}

function sourcesOf({ descriptors }: JsonObject): Source[] {
  if (!isJsonObject(descriptors)) return [];
  const plain = Object.keys(descriptors).map((name): [Path, boolean] => [['descriptors', name], false]);
  const skills = SKILL_PARTS.map((part): [Path, boolean] => [[...SKILL, part], true]);
  return [...plain, ...skills].flatMap(([part, isSkill]) => {
    const path = [...part, 'source', 'fromUrl'];
    const fromUrl = memberAt({ descriptors }, path);
    return isJsonObject(fromUrl) ? [{ path, fromUrl, url: asText(fromUrl.url), isSkill }] : [];
  });
}
