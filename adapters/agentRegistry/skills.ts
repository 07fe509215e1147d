import type { StaticStructureSchema, StaticUnionSchema } from '@smithy/types';
import { n0 } from './namespace.ts';
import {
  DescriptorData,
  type DescriptorSource,
  DescriptorSource$,
  type UpdatedDataSchemaVersion,
  UpdatedDataSchemaVersion$,
  type UpdatedDescriptorData,
  UpdatedDescriptorData$,
  type UpdatedDescriptorSource,
  UpdatedDescriptorSource$,
} from './sources.ts';

export interface AgentSkillsAdditionalData {
  skillMd?: AgentSkillsMdDescriptor | undefined;
  skillPackage?: AgentSkillsPackageDescriptor | undefined;
  repositoryProvider?: AgentSkillsRepositoryProvider | undefined;
  sourceConfiguration?: AgentSkillsSourceConfiguration | undefined;
}
export const AgentSkillsAdditionalData$: StaticStructureSchema = [
  3,
  n0,
  'AgentSkillsAdditionalData',
  0,
  ['skillMd', 'skillPackage', 'repositoryProvider', 'sourceConfiguration'],
  [
    () => AgentSkillsMdDescriptor$,
    () => AgentSkillsPackageDescriptor$,
    0,
    () => AgentSkillsSourceConfiguration$,
  ],
];

export interface AgentSkillsDefinitionDescriptor {
  data?: string | undefined;
  dataSchemaVersion?: string | undefined;
  additionalData?: AgentSkillsAdditionalData | undefined;
}
export const AgentSkillsDefinitionDescriptor$: StaticStructureSchema = [
  3,
  n0,
  'AgentSkillsDefinitionDescriptor',
  0,
  ['data', 'dataSchemaVersion', 'additionalData'],
  [() => DescriptorData, 0, () => AgentSkillsAdditionalData$],
];

export interface AgentSkillsMdDescriptor {
  data?: string | undefined;
  dataSchemaVersion?: string | undefined;
  source?: DescriptorSource | undefined;
}
export const AgentSkillsMdDescriptor$: StaticStructureSchema = [
  3,
  n0,
  'AgentSkillsMdDescriptor',
  0,
  ['data', 'dataSchemaVersion', 'source'],
  [() => DescriptorData, 0, () => DescriptorSource$],
];

export interface AgentSkillsPackageDescriptor {
  source?: DescriptorSource | undefined;
}
export const AgentSkillsPackageDescriptor$: StaticStructureSchema = [
  3,
  n0,
  'AgentSkillsPackageDescriptor',
  0,
  ['source'],
  [() => DescriptorSource$],
];

export type AgentSkillsRepositoryProvider = 'GITHUB';

export type AgentSkillsSourceConfiguration =
  | AgentSkillsSourceConfiguration.S3Member
  | AgentSkillsSourceConfiguration.$UnknownMember;
export declare namespace AgentSkillsSourceConfiguration {
  interface S3Member {
    s3: S3SourceConfiguration;
    $unknown?: never;
  }
  interface $UnknownMember {
    s3?: never;
    $unknown: [string, unknown];
  }
}
export const AgentSkillsSourceConfiguration$: StaticUnionSchema = [
  4,
  n0,
  'AgentSkillsSourceConfiguration',
  0,
  ['s3'],
  [() => S3SourceConfiguration$],
];

export interface S3SourceConfiguration {
  bucketOwnerAccountId?: string | undefined;
}
export const S3SourceConfiguration$: StaticStructureSchema = [
  3,
  n0,
  'S3SourceConfiguration',
  0,
  ['bucketOwnerAccountId'],
  [0],
];

export interface UpdatedAgentSkillsAdditionalData {
  optionalValue?: UpdatedAgentSkillsAdditionalDataFields | undefined;
}
export const UpdatedAgentSkillsAdditionalData$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedAgentSkillsAdditionalData',
  0,
  ['optionalValue'],
  [() => UpdatedAgentSkillsAdditionalDataFields$],
];

export interface UpdatedAgentSkillsAdditionalDataFields {
  skillMd?: UpdatedAgentSkillsMdDescriptor | undefined;
  skillPackage?: UpdatedAgentSkillsPackageDescriptor | undefined;
  repositoryProvider?: UpdatedAgentSkillsRepositoryProvider | undefined;
  sourceConfiguration?: UpdatedAgentSkillsSourceConfiguration | undefined;
}
export const UpdatedAgentSkillsAdditionalDataFields$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedAgentSkillsAdditionalDataFields',
  0,
  ['skillMd', 'skillPackage', 'repositoryProvider', 'sourceConfiguration'],
  [
    () => UpdatedAgentSkillsMdDescriptor$,
    () => UpdatedAgentSkillsPackageDescriptor$,
    () => UpdatedAgentSkillsRepositoryProvider$,
    () => UpdatedAgentSkillsSourceConfiguration$,
  ],
];

export interface UpdatedAgentSkillsDefinitionDescriptor {
  optionalValue?: UpdatedAgentSkillsDefinitionDescriptorFields | undefined;
}
export const UpdatedAgentSkillsDefinitionDescriptor$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedAgentSkillsDefinitionDescriptor',
  0,
  ['optionalValue'],
  [() => UpdatedAgentSkillsDefinitionDescriptorFields$],
];

export interface UpdatedAgentSkillsDefinitionDescriptorFields {
  data?: UpdatedDescriptorData | undefined;
  dataSchemaVersion?: UpdatedDataSchemaVersion | undefined;
  additionalData?: UpdatedAgentSkillsAdditionalData | undefined;
}
export const UpdatedAgentSkillsDefinitionDescriptorFields$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedAgentSkillsDefinitionDescriptorFields',
  0,
  ['data', 'dataSchemaVersion', 'additionalData'],
  [() => UpdatedDescriptorData$, () => UpdatedDataSchemaVersion$, () => UpdatedAgentSkillsAdditionalData$],
];

export interface UpdatedAgentSkillsMdDescriptor {
  optionalValue?: UpdatedAgentSkillsMdDescriptorFields | undefined;
}
export const UpdatedAgentSkillsMdDescriptor$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedAgentSkillsMdDescriptor',
  0,
  ['optionalValue'],
  [() => UpdatedAgentSkillsMdDescriptorFields$],
];

export interface UpdatedAgentSkillsMdDescriptorFields {
  data?: UpdatedDescriptorData | undefined;
  dataSchemaVersion?: UpdatedDataSchemaVersion | undefined;
  source?: UpdatedDescriptorSource | undefined;
}
export const UpdatedAgentSkillsMdDescriptorFields$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedAgentSkillsMdDescriptorFields',
  0,
  ['data', 'dataSchemaVersion', 'source'],
  [() => UpdatedDescriptorData$, () => UpdatedDataSchemaVersion$, () => UpdatedDescriptorSource$],
];

export interface UpdatedAgentSkillsPackageDescriptor {
  optionalValue?: AgentSkillsPackageDescriptor | undefined;
}
export const UpdatedAgentSkillsPackageDescriptor$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedAgentSkillsPackageDescriptor',
  0,
  ['optionalValue'],
  [() => AgentSkillsPackageDescriptor$],
];

export interface UpdatedAgentSkillsRepositoryProvider {
  optionalValue?: AgentSkillsRepositoryProvider | undefined;
}
export const UpdatedAgentSkillsRepositoryProvider$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedAgentSkillsRepositoryProvider',
  0,
  ['optionalValue'],
  [0],
];

export interface UpdatedAgentSkillsSourceConfiguration {
  optionalValue?: AgentSkillsSourceConfiguration | undefined;
}
export const UpdatedAgentSkillsSourceConfiguration$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedAgentSkillsSourceConfiguration',
  0,
  ['optionalValue'],
  [() => AgentSkillsSourceConfiguration$],
];
