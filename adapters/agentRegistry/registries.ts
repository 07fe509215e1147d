import type { StaticListSchema, StaticSimpleSchema, StaticStructureSchema } from '@smithy/types';
import { type AuthorizerConfiguration, AuthorizerConfiguration$ } from './authorizers.ts';
import { n0 } from './namespace.ts';
import { Description, type RecordType, type RegistryStatus } from './shared.ts';

export interface ApprovalConfiguration {
  autoApprovalRules?: AutoApprovalRule[] | undefined;
}
export const ApprovalConfiguration$: StaticStructureSchema = [
  3,
  n0,
  'ApprovalConfiguration',
  0,
  ['autoApprovalRules'],
  [64],
];

export type AutoApprovalRule = 'APPROVE_ALL';

export interface AutoDetection {
  configuration: AutoDetectionConfiguration | undefined;
  status: AutoDetectionStatus | undefined;
  statusReason?: string | undefined;
}
export const AutoDetection$: StaticStructureSchema = [
  3,
  n0,
  'AutoDetection',
  0,
  ['configuration', 'status', 'statusReason'],
  [() => AutoDetectionConfiguration$, 0, 0],
  2,
];

export interface AutoDetectionConfiguration {
  scope: AutoDetectionScope | undefined;
  enabled: boolean | undefined;
}
export const AutoDetectionConfiguration$: StaticStructureSchema = [
  3,
  n0,
  'AutoDetectionConfiguration',
  0,
  ['scope', 'enabled'],
  [0, 2],
  2,
];

export type AutoDetectionScope = 'ORGANIZATION';

export type AutoDetectionStatus = 'ACTIVE' | 'INACTIVE';

export interface CreateRegistryRequest {
  name: string | undefined;
  description?: string | undefined;
  encryptionConfiguration?: EncryptionConfiguration | undefined;
  discoveryConfiguration?: DiscoveryConfiguration | undefined;
  clientToken?: string | undefined;
  tags?: Record<string, string> | undefined;
  approvalConfiguration?: ApprovalConfiguration | undefined;
  customMetadataSchemaConfiguration?: CustomMetadataSchemaConfiguration | undefined;
  autoDetectionConfiguration?: AutoDetectionConfiguration | undefined;
}
export const CreateRegistryRequest$: StaticStructureSchema = [
  3,
  n0,
  'CreateRegistryRequest',
  0,
  [
    'name',
    'description',
    'encryptionConfiguration',
    'discoveryConfiguration',
    'clientToken',
    'tags',
    'approvalConfiguration',
    'customMetadataSchemaConfiguration',
    'autoDetectionConfiguration',
  ],
  [
    0,
    () => Description,
    () => EncryptionConfiguration$,
    () => DiscoveryConfiguration$,
    [0, 4],
    128,
    () => ApprovalConfiguration$,
    () => CustomMetadataSchemaConfiguration$,
    () => AutoDetectionConfiguration$,
  ],
  1,
];

export interface CreateRegistryResponse {
  registryArn: string | undefined;
}
export const CreateRegistryResponse$: StaticStructureSchema = [
  3,
  n0,
  'CreateRegistryResponse',
  0,
  ['registryArn'],
  [0],
  1,
];

export interface CustomMetadataSchemaConfiguration {
  defaultSchema?: string | undefined;
  recordTypeSchemaOverrides?: RecordTypeSchemaOverride[] | undefined;
}
export const CustomMetadataSchemaConfiguration$: StaticStructureSchema = [
  3,
  n0,
  'CustomMetadataSchemaConfiguration',
  0,
  ['defaultSchema', 'recordTypeSchemaOverrides'],
  [() => CustomMetadataSchemaDefinition, () => RecordTypeSchemaOverrideList],
];

export const CustomMetadataSchemaDefinition: StaticSimpleSchema = [
  0,
  n0,
  'CustomMetadataSchemaDefinition',
  8,
  0,
];

export interface DeleteRegistryRequest {
  registryId: string | undefined;
}
export const DeleteRegistryRequest$: StaticStructureSchema = [
  3,
  n0,
  'DeleteRegistryRequest',
  0,
  ['registryId'],
  [[0, 1]],
  1,
];

export interface DeleteRegistryResponse {
  status: RegistryStatus | undefined;
}
export const DeleteRegistryResponse$: StaticStructureSchema = [
  3,
  n0,
  'DeleteRegistryResponse',
  0,
  ['status'],
  [0],
  1,
];

export interface DiscoveryConfiguration {
  authorizerConfiguration?: AuthorizerConfiguration | undefined;
  authorizerType?: RegistryAuthorizerType | undefined;
}
export const DiscoveryConfiguration$: StaticStructureSchema = [
  3,
  n0,
  'DiscoveryConfiguration',
  0,
  ['authorizerConfiguration', 'authorizerType'],
  [() => AuthorizerConfiguration$, 0],
];

export interface EncryptionConfiguration {
  kmsKeyArn: string | undefined;
}
export const EncryptionConfiguration$: StaticStructureSchema = [
  3,
  n0,
  'EncryptionConfiguration',
  0,
  ['kmsKeyArn'],
  [0],
  1,
];

export interface GetRegistryRequest {
  registryId: string | undefined;
}
export const GetRegistryRequest$: StaticStructureSchema = [
  3,
  n0,
  'GetRegistryRequest',
  0,
  ['registryId'],
  [[0, 1]],
  1,
];

export interface GetRegistryResponse {
  name: string | undefined;
  registryId: string | undefined;
  registryArn: string | undefined;
  status: RegistryStatus | undefined;
  createdAt: Date | undefined;
  updatedAt: Date | undefined;
  description?: string | undefined;
  discoveryConfiguration?: DiscoveryConfiguration | undefined;
  encryptionConfiguration?: EncryptionConfiguration | undefined;
  approvalConfiguration?: ApprovalConfiguration | undefined;
  customMetadataSchemaConfiguration?: CustomMetadataSchemaConfiguration | undefined;
  statusReason?: string | undefined;
  autoDetection?: AutoDetection | undefined;
}
export const GetRegistryResponse$: StaticStructureSchema = [
  3,
  n0,
  'GetRegistryResponse',
  0,
  [
    'name',
    'registryId',
    'registryArn',
    'status',
    'createdAt',
    'updatedAt',
    'description',
    'discoveryConfiguration',
    'encryptionConfiguration',
    'approvalConfiguration',
    'customMetadataSchemaConfiguration',
    'statusReason',
    'autoDetection',
  ],
  [
    0,
    0,
    0,
    0,
    5,
    5,
    () => Description,
    () => DiscoveryConfiguration$,
    () => EncryptionConfiguration$,
    () => ApprovalConfiguration$,
    () => CustomMetadataSchemaConfiguration$,
    0,
    () => AutoDetection$,
  ],
  6,
];

export interface RecordTypeSchemaOverride {
  recordType: RecordType | undefined;
  schema: string | undefined;
}
export const RecordTypeSchemaOverride$: StaticStructureSchema = [
  3,
  n0,
  'RecordTypeSchemaOverride',
  0,
  ['recordType', 'schema'],
  [0, () => CustomMetadataSchemaDefinition],
  2,
];

export const RecordTypeSchemaOverrideList: StaticListSchema = [
  1,
  n0,
  'RecordTypeSchemaOverrideList',
  0,
  () => RecordTypeSchemaOverride$,
];

export type RegistryAuthorizerType = 'AWS_IAM' | 'CUSTOM_JWT';
