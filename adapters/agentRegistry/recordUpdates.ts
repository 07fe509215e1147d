import type { DocumentType, StaticStructureSchema } from '@smithy/types';
import { type Descriptors, Descriptors$ } from './descriptors.ts';
import { type UpdatedDescriptors, UpdatedDescriptors$ } from './descriptorUpdates.ts';
import { n0 } from './namespace.ts';
import { type Provenance, ProvenanceList } from './provenance.ts';
import {
  type AuthorizationData,
  AuthorizationData$,
  CustomMetadataDocument,
  type RegistryRecordArtifactUpload,
  RegistryRecordArtifactUpload$,
} from './records.ts';
import {
  type CustomMetadataSchemaComplianceStatus,
  Description,
  type RecordType,
  type RegistryRecordStatus,
  type UpdatedDescription,
  UpdatedDescription$,
} from './shared.ts';

export interface SubmitRegistryRecordForApprovalRequest {
  registryId: string | undefined;
  recordId: string | undefined;
}
export const SubmitRegistryRecordForApprovalRequest$: StaticStructureSchema = [
  3,
  n0,
  'SubmitRegistryRecordForApprovalRequest',
  0,
  ['registryId', 'recordId'],
  [
    [0, 1],
    [0, 1],
  ],
  2,
];

export interface SubmitRegistryRecordForApprovalResponse {
  registryArn: string | undefined;
  recordArn: string | undefined;
  recordId: string | undefined;
  status: RegistryRecordStatus | undefined;
  updatedAt: Date | undefined;
}
export const SubmitRegistryRecordForApprovalResponse$: StaticStructureSchema = [
  3,
  n0,
  'SubmitRegistryRecordForApprovalResponse',
  0,
  ['registryArn', 'recordArn', 'recordId', 'status', 'updatedAt'],
  [0, 0, 0, 0, 5],
  5,
];

export interface UpdateRegistryRecordRequest {
  registryId: string | undefined;
  recordId: string | undefined;
  name?: string | undefined;
  displayName?: UpdatedDisplayName | undefined;
  description?: UpdatedDescription | undefined;
  recordType?: RecordType | undefined;
  descriptors?: UpdatedDescriptors | undefined;
  artifact?: UpdatedRegistryRecordArtifact | undefined;
  recordVersion?: string | undefined;
  customMetadata?: UpdatedCustomMetadataMap | undefined;
  triggerSynchronization?: boolean | undefined;
  forceAuthentication?: boolean | undefined;
  provenance?: Provenance[] | undefined;
}
export const UpdateRegistryRecordRequest$: StaticStructureSchema = [
  3,
  n0,
  'UpdateRegistryRecordRequest',
  0,
  [
    'registryId',
    'recordId',
    'name',
    'displayName',
    'description',
    'recordType',
    'descriptors',
    'artifact',
    'recordVersion',
    'customMetadata',
    'triggerSynchronization',
    'forceAuthentication',
    'provenance',
  ],
  [
    [0, 1],
    [0, 1],
    0,
    () => UpdatedDisplayName$,
    () => UpdatedDescription$,
    0,
    () => UpdatedDescriptors$,
    () => UpdatedRegistryRecordArtifact$,
    0,
    () => UpdatedCustomMetadataMap$,
    2,
    2,
    () => ProvenanceList,
  ],
  2,
];

export interface UpdateRegistryRecordResponse {
  registryArn: string | undefined;
  recordArn: string | undefined;
  recordId: string | undefined;
  name: string | undefined;
  recordType: RecordType | undefined;
  status: RegistryRecordStatus | undefined;
  createdAt: Date | undefined;
  updatedAt: Date | undefined;
  displayName?: string | undefined;
  description?: string | undefined;
  descriptors?: Descriptors | undefined;
  recordVersion?: string | undefined;
  statusReason?: string | undefined;
  provenance?: Provenance[] | undefined;
  createdByAutoDetection?: boolean | undefined;
  createdBy?: string | undefined;
  customMetadata?: DocumentType | undefined;
  customMetadataSchemaComplianceStatus?: CustomMetadataSchemaComplianceStatus | undefined;
  authorizationData?: AuthorizationData | undefined;
}
export const UpdateRegistryRecordResponse$: StaticStructureSchema = [
  3,
  n0,
  'UpdateRegistryRecordResponse',
  0,
  [
    'registryArn',
    'recordArn',
    'recordId',
    'name',
    'recordType',
    'status',
    'createdAt',
    'updatedAt',
    'displayName',
    'description',
    'descriptors',
    'recordVersion',
    'statusReason',
    'provenance',
    'createdByAutoDetection',
    'createdBy',
    'customMetadata',
    'customMetadataSchemaComplianceStatus',
    'authorizationData',
  ],
  [
    0,
    0,
    0,
    0,
    0,
    0,
    5,
    5,
    0,
    () => Description,
    () => Descriptors$,
    0,
    0,
    () => ProvenanceList,
    2,
    0,
    () => CustomMetadataDocument,
    0,
    () => AuthorizationData$,
  ],
  8,
];

export interface UpdateRegistryRecordStatusRequest {
  registryId: string | undefined;
  recordId: string | undefined;
  status: RegistryRecordStatus | undefined;
  statusReason: string | undefined;
}
export const UpdateRegistryRecordStatusRequest$: StaticStructureSchema = [
  3,
  n0,
  'UpdateRegistryRecordStatusRequest',
  0,
  ['registryId', 'recordId', 'status', 'statusReason'],
  [[0, 1], [0, 1], 0, 0],
  4,
];

export interface UpdateRegistryRecordStatusResponse {
  registryArn: string | undefined;
  recordArn: string | undefined;
  recordId: string | undefined;
  status: RegistryRecordStatus | undefined;
  statusReason: string | undefined;
  updatedAt: Date | undefined;
}
export const UpdateRegistryRecordStatusResponse$: StaticStructureSchema = [
  3,
  n0,
  'UpdateRegistryRecordStatusResponse',
  0,
  ['registryArn', 'recordArn', 'recordId', 'status', 'statusReason', 'updatedAt'],
  [0, 0, 0, 0, 0, 5],
  6,
];

export interface UpdatedCustomMetadataMap {
  optionalValue?: DocumentType | undefined;
}
export const UpdatedCustomMetadataMap$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedCustomMetadataMap',
  0,
  ['optionalValue'],
  [() => CustomMetadataDocument],
];

export interface UpdatedDisplayName {
  optionalValue?: string | undefined;
}
export const UpdatedDisplayName$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedDisplayName',
  0,
  ['optionalValue'],
  [0],
];

export interface UpdatedRegistryRecordArtifact {
  optionalValue?: RegistryRecordArtifactUpload | undefined;
}
export const UpdatedRegistryRecordArtifact$: StaticStructureSchema = [
  3,
  n0,
  'UpdatedRegistryRecordArtifact',
  0,
  ['optionalValue'],
  [() => RegistryRecordArtifactUpload$],
];
