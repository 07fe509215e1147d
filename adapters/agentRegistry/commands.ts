import { makeBuilder } from '@smithy/core/client';
import { getEndpointPlugin } from '@smithy/core/endpoints';
import type { MetadataBearer, StaticOperationSchema } from '@smithy/types';
import type { AgentRegistryControlClientResolvedConfig } from './agentRegistryControlClient.ts';
import type {
  ListRegistriesRequest,
  ListRegistriesResponse,
  ListRegistryRecordsRequest,
  ListRegistryRecordsResponse,
} from './lists.ts';
import {
  CreateRegistry$,
  CreateRegistryRecord$,
  DeleteRegistry$,
  DeleteRegistryRecord$,
  GetRegistry$,
  GetRegistryRecord$,
  ListRegistries$,
  ListRegistryRecords$,
  ListTagsForResource$,
  SubmitRegistryRecordForApproval$,
  TagResource$,
  UntagResource$,
  UpdateRegistry$,
  UpdateRegistryRecord$,
  UpdateRegistryRecordStatus$,
} from './operations.ts';
import type {
  CreateRegistryRecordRequest,
  CreateRegistryRecordResponse,
  DeleteRegistryRecordRequest,
  DeleteRegistryRecordResponse,
  GetRegistryRecordRequest,
  GetRegistryRecordResponse,
} from './records.ts';
import type {
  SubmitRegistryRecordForApprovalRequest,
  SubmitRegistryRecordForApprovalResponse,
  UpdateRegistryRecordRequest,
  UpdateRegistryRecordResponse,
  UpdateRegistryRecordStatusRequest,
  UpdateRegistryRecordStatusResponse,
} from './recordUpdates.ts';
import type {
  CreateRegistryRequest,
  CreateRegistryResponse,
  DeleteRegistryRequest,
  DeleteRegistryResponse,
  GetRegistryRequest,
  GetRegistryResponse,
} from './registries.ts';
import type { UpdateRegistryRequest, UpdateRegistryResponse } from './registryUpdates.ts';
import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  TagResourceResponse,
  UntagResourceRequest,
  UntagResourceResponse,
} from './tags.ts';

const build = makeBuilder<AgentRegistryControlClientResolvedConfig, object, MetadataBearer>(
  {
    Endpoint: { type: 'builtInParams', name: 'endpoint' },
    Region: { type: 'builtInParams', name: 'region' },
  },
  'AgentRegistryControl',
  'AgentRegistryControlClient',
  getEndpointPlugin,
);

/** The base class of the command of an operation. */
function command<I extends object, O extends MetadataBearer>(name: string, operation: StaticOperationSchema) {
  return build<I, O>({}, () => [], name, operation);
}

export interface CreateRegistryCommandInput extends CreateRegistryRequest {}
export interface CreateRegistryCommandOutput extends CreateRegistryResponse, MetadataBearer {}
export class CreateRegistryCommand extends command<CreateRegistryCommandInput, CreateRegistryCommandOutput>(
  'CreateRegistry',
  CreateRegistry$,
) {}

export interface CreateRegistryRecordCommandInput extends CreateRegistryRecordRequest {}
export interface CreateRegistryRecordCommandOutput extends CreateRegistryRecordResponse, MetadataBearer {}
export class CreateRegistryRecordCommand extends command<
  CreateRegistryRecordCommandInput,
  CreateRegistryRecordCommandOutput
>('CreateRegistryRecord', CreateRegistryRecord$) {}

export interface DeleteRegistryCommandInput extends DeleteRegistryRequest {}
export interface DeleteRegistryCommandOutput extends DeleteRegistryResponse, MetadataBearer {}
export class DeleteRegistryCommand extends command<DeleteRegistryCommandInput, DeleteRegistryCommandOutput>(
  'DeleteRegistry',
  DeleteRegistry$,
) {}

export interface DeleteRegistryRecordCommandInput extends DeleteRegistryRecordRequest {}
export interface DeleteRegistryRecordCommandOutput extends DeleteRegistryRecordResponse, MetadataBearer {}
export class DeleteRegistryRecordCommand extends command<
  DeleteRegistryRecordCommandInput,
  DeleteRegistryRecordCommandOutput
>('DeleteRegistryRecord', DeleteRegistryRecord$) {}

export interface GetRegistryCommandInput extends GetRegistryRequest {}
export interface GetRegistryCommandOutput extends GetRegistryResponse, MetadataBearer {}
export class GetRegistryCommand extends command<GetRegistryCommandInput, GetRegistryCommandOutput>(
  'GetRegistry',
  GetRegistry$,
) {}

export interface GetRegistryRecordCommandInput extends GetRegistryRecordRequest {}
export interface GetRegistryRecordCommandOutput extends GetRegistryRecordResponse, MetadataBearer {}
export class GetRegistryRecordCommand extends command<
  GetRegistryRecordCommandInput,
  GetRegistryRecordCommandOutput
>('GetRegistryRecord', GetRegistryRecord$) {}

export interface ListRegistriesCommandInput extends ListRegistriesRequest {}
export interface ListRegistriesCommandOutput extends ListRegistriesResponse, MetadataBearer {}
export class ListRegistriesCommand extends command<ListRegistriesCommandInput, ListRegistriesCommandOutput>(
  'ListRegistries',
  ListRegistries$,
) {}

export interface ListRegistryRecordsCommandInput extends ListRegistryRecordsRequest {}
export interface ListRegistryRecordsCommandOutput extends ListRegistryRecordsResponse, MetadataBearer {}
export class ListRegistryRecordsCommand extends command<
  ListRegistryRecordsCommandInput,
  ListRegistryRecordsCommandOutput
>('ListRegistryRecords', ListRegistryRecords$) {}

export interface ListTagsForResourceCommandInput extends ListTagsForResourceRequest {}
export interface ListTagsForResourceCommandOutput extends ListTagsForResourceResponse, MetadataBearer {}
export class ListTagsForResourceCommand extends command<
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput
>('ListTagsForResource', ListTagsForResource$) {}

export interface SubmitRegistryRecordForApprovalCommandInput extends SubmitRegistryRecordForApprovalRequest {}
export interface SubmitRegistryRecordForApprovalCommandOutput
  extends SubmitRegistryRecordForApprovalResponse,
    MetadataBearer {}
export class SubmitRegistryRecordForApprovalCommand extends command<
  SubmitRegistryRecordForApprovalCommandInput,
  SubmitRegistryRecordForApprovalCommandOutput
>('SubmitRegistryRecordForApproval', SubmitRegistryRecordForApproval$) {}

export interface TagResourceCommandInput extends TagResourceRequest {}
export interface TagResourceCommandOutput extends TagResourceResponse, MetadataBearer {}
export class TagResourceCommand extends command<TagResourceCommandInput, TagResourceCommandOutput>(
  'TagResource',
  TagResource$,
) {}

export interface UntagResourceCommandInput extends UntagResourceRequest {}
export interface UntagResourceCommandOutput extends UntagResourceResponse, MetadataBearer {}
export class UntagResourceCommand extends command<UntagResourceCommandInput, UntagResourceCommandOutput>(
  'UntagResource',
  UntagResource$,
) {}

export interface UpdateRegistryCommandInput extends UpdateRegistryRequest {}
export interface UpdateRegistryCommandOutput extends UpdateRegistryResponse, MetadataBearer {}
export class UpdateRegistryCommand extends command<UpdateRegistryCommandInput, UpdateRegistryCommandOutput>(
  'UpdateRegistry',
  UpdateRegistry$,
) {}

export interface UpdateRegistryRecordCommandInput extends UpdateRegistryRecordRequest {}
export interface UpdateRegistryRecordCommandOutput extends UpdateRegistryRecordResponse, MetadataBearer {}
export class UpdateRegistryRecordCommand extends command<
  UpdateRegistryRecordCommandInput,
  UpdateRegistryRecordCommandOutput
>('UpdateRegistryRecord', UpdateRegistryRecord$) {}

export interface UpdateRegistryRecordStatusCommandInput extends UpdateRegistryRecordStatusRequest {}
export interface UpdateRegistryRecordStatusCommandOutput
  extends UpdateRegistryRecordStatusResponse,
    MetadataBearer {}
export class UpdateRegistryRecordStatusCommand extends command<
  UpdateRegistryRecordStatusCommandInput,
  UpdateRegistryRecordStatusCommandOutput
>('UpdateRegistryRecordStatus', UpdateRegistryRecordStatus$) {}
