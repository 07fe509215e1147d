import { asText, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { ResourceKind } from './resourceKind.ts';

/** What a manifest wants a record to be in its registry. The first one is the default. */
export const publications = ['submitted', 'draft', 'deprecated'] as const;

/**
 * - `submitted`: each revision is submitted for approval
 * - `draft`: nobody is asked to approve it
 * - `deprecated`: it can be discovered no more
 */
export type Publication = (typeof publications)[number];

export const registryRecord: ResourceKind = {
  kind: 'registryRecord',
  service: 'agentRegistry',
  section: 'registryRecords',
  operations: {
    create: 'CreateRegistryRecord',
    get: 'GetRegistryRecord',
    list: 'ListRegistryRecords',
    update: 'UpdateRegistryRecord',
    delete: 'DeleteRegistryRecord',
  },
  arn: { resource: 'registry/*/record/*' },
  servesAgents: true,
  nameMember: 'name',
  // An ARN names the registry as well: it alone identifies a record, whichever workspace has the registry.
  idMember: 'recordArn',
  idRequestMember: 'recordId',
  arnMember: 'recordArn',
  container: { member: 'registryId', inId: /:registry\/([^/]+)\/record\// },
  updatedAtMember: 'updatedAt',
  reasonMember: 'statusReason',
  listMember: 'registryRecords',
  update: 'patch',
  tags: 'changeable',
  createOnlyMembers: [{ member: 'registryId', reason: 'the service moves no record to another registry' }],
  // The service gives a version to a record that names none, and keeps it at an edit.
  revisedMembers: ['recordVersion'],
  // A record has the one descriptor of its type, and one source at most.
  alternatives: [
    'descriptors',
    'descriptors.agentSkillsDefinition.additionalData',
    'descriptors.agentSkillsDefinition.additionalData.skillMd',
  ],
  // Shape AgentSkillsAdditionalData: "the registry sets skillMd.data from the SKILL.md in that package or source".
  sourced: { member: 'descriptors', read: ['data', 'dataSchemaVersion'] },
  refusedMembers: {
    provenance: "Only the service's own detection of gateways and runtimes sets this field. Remove the line.",
    triggerSynchronization: 'Gateloop sets this field. Remove the line.',
    forceAuthentication: 'Gateloop sets this field. Remove the line.',
    artifact:
      'Gateloop uploads no skill packages. Name where the package is under descriptors.agentSkillsDefinition.additionalData.skillPackage.source.',
  },
  // Gateloop's own pages, to which the browser returns after a consent.
  providedMembers: [
    'descriptors.agentSkillsDefinition.additionalData.skillMd.source.fromUrl.credentialProviderConfigurations.credentialProvider.oauthCredentialProvider.returnUrl',
    'descriptors.agentSkillsDefinition.additionalData.skillPackage.source.fromUrl.credentialProviderConfigurations.credentialProvider.oauthCredentialProvider.returnUrl',
  ],
  clientToken: ['create'],
  outputs: ['recordId', 'recordArn', 'recordVersion'],
};

/** A place from which the service reads a part of a record. */
export interface RecordSource {
  readonly url: string;
  /** The OAuth settings with which the service reads it; absent for other credentials. */
  readonly oauth?: JsonObject;
}

/** @returns the sources of a record, wherever its descriptors have one */
export function recordSources(config: JsonObject): RecordSource[] {
  return sourcesIn(config.descriptors);
}

function sourcesIn(value: JsonValue | undefined): RecordSource[] {
  if (!isJsonObject(value)) return [];
  const fromUrl = member(value.source, 'fromUrl');
  const own = isJsonObject(fromUrl) ? [sourceOf(fromUrl)] : [];
  return [...own, ...Object.values(value).flatMap(sourcesIn)];
}

function sourceOf(fromUrl: JsonObject): RecordSource {
  const configurations = fromUrl.credentialProviderConfigurations;
  const [first] = Array.isArray(configurations) ? configurations : [];
  const oauth = member(member(first, 'credentialProvider'), 'oauthCredentialProvider');
  return { url: asText(fromUrl.url), ...(isJsonObject(oauth) && { oauth }) };
}

/** Whether the service reads a part of the record from a source that a person has to give it access to. */
export function readsWithConsent(config: JsonObject): boolean {
  return recordSources(config).some(({ oauth }) => oauth?.grantType === 'AUTHORIZATION_CODE');
}

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}
