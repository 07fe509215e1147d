import type { StaticListSchema, StaticStructureSchema } from '@smithy/types';
import { n0 } from './namespace.ts';
import { type ProvenanceSummary, ProvenanceSummaryList } from './provenance.ts';
import {
  type AutoDetection,
  AutoDetection$,
  type DiscoveryConfiguration,
  DiscoveryConfiguration$,
} from './registries.ts';
import {
  type CustomMetadataSchemaComplianceStatus,
  Description,
  type RecordType,
  type RegistryRecordStatus,
  type RegistryStatus,
} from './shared.ts';

export interface ListRegistriesRequest {
  maxResults?: number | undefined;
  nextToken?: string | undefined;
  filters?: RegistryFilter[] | undefined;
}
export const ListRegistriesRequest$: StaticStructureSchema = [
  3,
  n0,
  'ListRegistriesRequest',
  0,
  ['maxResults', 'nextToken', 'filters'],
  [1, 0, () => RegistryFilterList],
];

export interface ListRegistriesResponse {
  registries: RegistrySummary[] | undefined;
  nextToken?: string | undefined;
}
export const ListRegistriesResponse$: StaticStructureSchema = [
  3,
  n0,
  'ListRegistriesResponse',
  0,
  ['registries', 'nextToken'],
  [() => RegistrySummaryList, 0],
  1,
];

export interface ListRegistryRecordsRequest {
  registryId: string | undefined;
  maxResults?: number | undefined;
  nextToken?: string | undefined;
  filters?: RegistryRecordFilter[] | undefined;
}
export const ListRegistryRecordsRequest$: StaticStructureSchema = [
  3,
  n0,
  'ListRegistryRecordsRequest',
  0,
  ['registryId', 'maxResults', 'nextToken', 'filters'],
  [[0, 1], 1, 0, () => RegistryRecordFilterList],
  1,
];

export interface ListRegistryRecordsResponse {
  registryRecords: RegistryRecordSummary[] | undefined;
  nextToken?: string | undefined;
}
export const ListRegistryRecordsResponse$: StaticStructureSchema = [
  3,
  n0,
  'ListRegistryRecordsResponse',
  0,
  ['registryRecords', 'nextToken'],
  [() => RegistryRecordSummaryList, 0],
  1,
];

export interface RegistryFilter {
  name: RegistryFilterName | undefined;
  values: string[] | undefined;
}
export const RegistryFilter$: StaticStructureSchema = [
  3,
  n0,
  'RegistryFilter',
  0,
  ['name', 'values'],
  [0, 64],
  2,
];

export const RegistryFilterList: StaticListSchema = [1, n0, 'RegistryFilterList', 0, () => RegistryFilter$];

export type RegistryFilterName = 'discoveryConfiguration.authorizerType' | 'status';

export interface RegistryRecordFilter {
  name: RegistryRecordFilterName | undefined;
  values: string[] | undefined;
}
export const RegistryRecordFilter$: StaticStructureSchema = [
  3,
  n0,
  'RegistryRecordFilter',
  0,
  ['name', 'values'],
  [0, 64],
  2,
];

export const RegistryRecordFilterList: StaticListSchema = [
  1,
  n0,
  'RegistryRecordFilterList',
  0,
  () => RegistryRecordFilter$,
];

export type RegistryRecordFilterName = 'name' | 'recordType' | 'status';

export interface RegistryRecordSummary {
  registryArn: string | undefined;
  recordArn: string | undefined;
  recordId: string | undefined;
  name: string | undefined;
  recordType: RecordType | undefined;
  recordVersion: string | undefined;
  status: RegistryRecordStatus | undefined;
  createdAt: Date | undefined;
  updatedAt: Date | undefined;
  displayName?: string | undefined;
  description?: string | undefined;
  createdByAutoDetection?: boolean | undefined;
  createdBy?: string | undefined;
  provenanceSummaryList?: ProvenanceSummary[] | undefined;
  customMetadataSchemaComplianceStatus?: CustomMetadataSchemaComplianceStatus | undefined;
}
export const RegistryRecordSummary$: StaticStructureSchema = [
  3,
  n0,
  'RegistryRecordSummary',
  0,
  [
    'registryArn',
    'recordArn',
    'recordId',
    'name',
    'recordType',
    'recordVersion',
    'status',
    'createdAt',
    'updatedAt',
    'displayName',
    'description',
    'createdByAutoDetection',
    'createdBy',
    'provenanceSummaryList',
    'customMetadataSchemaComplianceStatus',
  ],
  [0, 0, 0, 0, 0, 0, 0, 5, 5, 0, () => Description, 2, 0, () => ProvenanceSummaryList, 0],
  9,
];

export const RegistryRecordSummaryList: StaticListSchema = [
  1,
  n0,
  'RegistryRecordSummaryList',
  0,
  () => RegistryRecordSummary$,
];

export interface RegistrySummary {
  name: string | undefined;
  registryId: string | undefined;
  registryArn: string | undefined;
  status: RegistryStatus | undefined;
  createdAt: Date | undefined;
  updatedAt: Date | undefined;
  description?: string | undefined;
  discoveryConfiguration?: DiscoveryConfiguration | undefined;
  statusReason?: string | undefined;
  autoDetection?: AutoDetection | undefined;
}
export const RegistrySummary$: StaticStructureSchema = [
  3,
  n0,
  'RegistrySummary',
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
    'statusReason',
    'autoDetection',
  ],
  [0, 0, 0, 0, 5, 5, () => Description, () => DiscoveryConfiguration$, 0, () => AutoDetection$],
  6,
];

export const RegistrySummaryList: StaticListSchema = [
  1,
  n0,
  'RegistrySummaryList',
  0,
  () => RegistrySummary$,
];
