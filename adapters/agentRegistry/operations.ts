import type { StaticOperationSchema } from '@smithy/types';
import {
  ListRegistriesRequest$,
  ListRegistriesResponse$,
  ListRegistryRecordsRequest$,
  ListRegistryRecordsResponse$,
} from './lists.ts';
import { n0 } from './namespace.ts';
import {
  CreateRegistryRecordRequest$,
  CreateRegistryRecordResponse$,
  DeleteRegistryRecordRequest$,
  DeleteRegistryRecordResponse$,
  GetRegistryRecordRequest$,
  GetRegistryRecordResponse$,
} from './records.ts';
import {
  SubmitRegistryRecordForApprovalRequest$,
  SubmitRegistryRecordForApprovalResponse$,
  UpdateRegistryRecordRequest$,
  UpdateRegistryRecordResponse$,
  UpdateRegistryRecordStatusRequest$,
  UpdateRegistryRecordStatusResponse$,
} from './recordUpdates.ts';
import {
  CreateRegistryRequest$,
  CreateRegistryResponse$,
  DeleteRegistryRequest$,
  DeleteRegistryResponse$,
  GetRegistryRequest$,
  GetRegistryResponse$,
} from './registries.ts';
import { UpdateRegistryRequest$, UpdateRegistryResponse$ } from './registryUpdates.ts';
import {
  ListTagsForResourceRequest$,
  ListTagsForResourceResponse$,
  TagResourceRequest$,
  TagResourceResponse$,
  UntagResourceRequest$,
  UntagResourceResponse$,
} from './tags.ts';

export const CreateRegistry$: StaticOperationSchema = [
  9,
  n0,
  'CreateRegistry',
  { http: ['POST', '/registries', 202] },
  () => CreateRegistryRequest$,
  () => CreateRegistryResponse$,
];

export const CreateRegistryRecord$: StaticOperationSchema = [
  9,
  n0,
  'CreateRegistryRecord',
  { http: ['POST', '/registries/{registryId}/records', 202] },
  () => CreateRegistryRecordRequest$,
  () => CreateRegistryRecordResponse$,
];

export const DeleteRegistry$: StaticOperationSchema = [
  9,
  n0,
  'DeleteRegistry',
  { http: ['DELETE', '/registries/{registryId}', 202] },
  () => DeleteRegistryRequest$,
  () => DeleteRegistryResponse$,
];

export const DeleteRegistryRecord$: StaticOperationSchema = [
  9,
  n0,
  'DeleteRegistryRecord',
  { http: ['DELETE', '/registries/{registryId}/records/{recordId}', 200] },
  () => DeleteRegistryRecordRequest$,
  () => DeleteRegistryRecordResponse$,
];

export const GetRegistry$: StaticOperationSchema = [
  9,
  n0,
  'GetRegistry',
  { http: ['GET', '/registries/{registryId}', 200] },
  () => GetRegistryRequest$,
  () => GetRegistryResponse$,
];

export const GetRegistryRecord$: StaticOperationSchema = [
  9,
  n0,
  'GetRegistryRecord',
  { http: ['GET', '/registries/{registryId}/records/{recordId}', 200] },
  () => GetRegistryRecordRequest$,
  () => GetRegistryRecordResponse$,
];

export const ListRegistries$: StaticOperationSchema = [
  9,
  n0,
  'ListRegistries',
  { http: ['POST', '/registries-list', 200] },
  () => ListRegistriesRequest$,
  () => ListRegistriesResponse$,
];

export const ListRegistryRecords$: StaticOperationSchema = [
  9,
  n0,
  'ListRegistryRecords',
  { http: ['POST', '/registries/{registryId}/records-list', 200] },
  () => ListRegistryRecordsRequest$,
  () => ListRegistryRecordsResponse$,
];

export const ListTagsForResource$: StaticOperationSchema = [
  9,
  n0,
  'ListTagsForResource',
  { http: ['GET', '/tags/{resourceArn+}', 200] },
  () => ListTagsForResourceRequest$,
  () => ListTagsForResourceResponse$,
];

export const SubmitRegistryRecordForApproval$: StaticOperationSchema = [
  9,
  n0,
  'SubmitRegistryRecordForApproval',
  { http: ['POST', '/registries/{registryId}/records/{recordId}/submit-for-approval', 202] },
  () => SubmitRegistryRecordForApprovalRequest$,
  () => SubmitRegistryRecordForApprovalResponse$,
];

export const TagResource$: StaticOperationSchema = [
  9,
  n0,
  'TagResource',
  { http: ['POST', '/tags/{resourceArn+}', 204] },
  () => TagResourceRequest$,
  () => TagResourceResponse$,
];

export const UntagResource$: StaticOperationSchema = [
  9,
  n0,
  'UntagResource',
  { http: ['DELETE', '/tags/{resourceArn+}', 204] },
  () => UntagResourceRequest$,
  () => UntagResourceResponse$,
];

export const UpdateRegistry$: StaticOperationSchema = [
  9,
  n0,
  'UpdateRegistry',
  { http: ['PATCH', '/registries/{registryId}', 202] },
  () => UpdateRegistryRequest$,
  () => UpdateRegistryResponse$,
];

export const UpdateRegistryRecord$: StaticOperationSchema = [
  9,
  n0,
  'UpdateRegistryRecord',
  { http: ['PATCH', '/registries/{registryId}/records/{recordId}', 202] },
  () => UpdateRegistryRecordRequest$,
  () => UpdateRegistryRecordResponse$,
];

export const UpdateRegistryRecordStatus$: StaticOperationSchema = [
  9,
  n0,
  'UpdateRegistryRecordStatus',
  { http: ['PATCH', '/registries/{registryId}/records/{recordId}/status', 202] },
  () => UpdateRegistryRecordStatusRequest$,
  () => UpdateRegistryRecordStatusResponse$,
];
