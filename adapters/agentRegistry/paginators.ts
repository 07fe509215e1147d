import { createPaginator } from '@smithy/core';
import type { PaginationConfiguration, Paginator } from '@smithy/types';
import { AgentRegistryControlClient } from './agentRegistryControlClient.ts';
import {
  ListRegistriesCommand,
  type ListRegistriesCommandInput,
  type ListRegistriesCommandOutput,
  ListRegistryRecordsCommand,
  type ListRegistryRecordsCommandInput,
  type ListRegistryRecordsCommandOutput,
} from './commands.ts';

export interface AgentRegistryControlPaginationConfiguration extends PaginationConfiguration {
  client: AgentRegistryControlClient;
}

type Paginate<I, O> = (config: AgentRegistryControlPaginationConfiguration, input: I) => Paginator<O>;

export const paginateListRegistries: Paginate<ListRegistriesCommandInput, ListRegistriesCommandOutput> =
  createPaginator(AgentRegistryControlClient, ListRegistriesCommand, 'nextToken', 'nextToken', 'maxResults');

export const paginateListRegistryRecords: Paginate<
  ListRegistryRecordsCommandInput,
  ListRegistryRecordsCommandOutput
> = createPaginator(
  AgentRegistryControlClient,
  ListRegistryRecordsCommand,
  'nextToken',
  'nextToken',
  'maxResults',
);
