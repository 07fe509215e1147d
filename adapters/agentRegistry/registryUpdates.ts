import type { StaticStructureSchema } from '@smithy/types';
import { type AuthorizerConfiguration, AuthorizerConfiguration$ } from './authorizers.ts';
import { n0 } from './namespace.ts';
import {
  type ApprovalConfiguration,
  ApprovalConfiguration$,
  type AutoDetection,
  AutoDetection$,
  type AutoDetectionConfiguration,
  AutoDetectionConfiguration$,
  type CustomMetadataSchemaConfiguration,
  CustomMetadataSchemaConfiguration$,
  type DiscoveryConfiguration,
  DiscoveryConfiguration$,
  type EncryptionConfiguration,
  EncryptionConfiguration$,
} from './registries.ts';
import { Description, type RegistryStatus, type UpdatedDescription, UpdatedDescription$ } from './shared.ts';

export interface UpdateRegistryRequest {
  registryId: string | undefined;
  name?: string | undefined;
  description?: UpdatedDescription | undefined;
  discoveryConfiguration?: UpdatedDiscoveryConfiguration | undefined;
  approvalConfiguration?: UpdatedApprovalConfiguration | undefined;
  customMetadataSchemaConfiguration?: UpdatedCustomMetadataSchemaConfiguration | undefined;
  autoDetectionConfiguration?: UpdatedAutoDetectionConfiguration | undefined;
}
export const UpdateRegistryRequest$: StaticStructureSchema = [
  3,
  n0,
  'UpdateRegistryRequest',
  0,
  [
    'registryId',
    'name',
    'description',
    'discoveryConfiguration',
    'approvalConfiguration',
    'customMetadataSchemaConfiguration',
    'autoDetectionConfiguration',
  ],
  [
    [0, 1],
    0,
    () => UpdatedDescription$,
    () => UpdatedDiscoveryConfiguration$,
    () => UpdatedApprovalConfiguration$,
    () => UpdatedCustomMetadataSchemaConfiguration$,
    () => UpdatedAutoDetectionConfiguration$,
  ],
  1,
];

export interface UpdateRegistryResponse {
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
export const UpdateRegistryResponse$: StaticStructureSchema = [
  3,
  n0,
  'UpdateRegistryResponse',
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

export interface UpdatedApprovalConfiguration {
  optionalValue?: ApprovalConfiguration | undefined;
}
export const UpdatedApprovalConfiguration$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedApprovalConfiguration',
  0,
  ['optionalValue'],
  [() => ApprovalConfiguration$],
];

export interface UpdatedAuthorizerConfiguration {
  optionalValue?: AuthorizerConfiguration | undefined;
}
export const UpdatedAuthorizerConfiguration$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedAuthorizerConfiguration',
  0,
  ['optionalValue'],
  [() => AuthorizerConfiguration$],
];

export interface UpdatedAutoDetectionConfiguration {
  optionalValue?: AutoDetectionConfiguration | undefined;
}
export const UpdatedAutoDetectionConfiguration$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedAutoDetectionConfiguration',
  0,
  ['optionalValue'],
  [() => AutoDetectionConfiguration$],
];

export interface UpdatedCustomMetadataSchemaConfiguration {
  optionalValue?: CustomMetadataSchemaConfiguration | undefined;
}
export const UpdatedCustomMetadataSchemaConfiguration$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedCustomMetadataSchemaConfiguration',
  0,
  ['optionalValue'],
  [() => CustomMetadataSchemaConfiguration$],
];

export interface UpdatedDiscoveryConfiguration {
  authorizerConfiguration?: UpdatedAuthorizerConfiguration | undefined;
}
export const UpdatedDiscoveryConfiguration$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedDiscoveryConfiguration',
  0,
  ['authorizerConfiguration'],
  [() => UpdatedAuthorizerConfiguration$],
];
