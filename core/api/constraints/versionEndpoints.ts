import type { ConstraintTable } from './constraintTable.ts';

/**
 * The constraints of the endpoints of agent runtimes and harnesses.
 *
 * Source: the service model of `bedrock-agentcore-control`, API version 2023-06-05, as in botocore 1.44.8: shapes
 * reachable from the inputs of the operations with `AgentRuntimeEndpoint` and `HarnessEndpoint` in their names.
 */
export const versionEndpoints: ConstraintTable = {
  values: {
    AgentEndpointDescription: { min: 1, max: 256 },
    EndpointName: { pattern: '[a-zA-Z][a-zA-Z0-9_]{0,47}' },
    HarnessEndpointDescription: { min: 1, max: 256 },
    HarnessEndpointName: { pattern: '[a-zA-Z][a-zA-Z0-9_]{0,47}' },
  },
  members: {
    CreateAgentRuntimeEndpointRequest: {
      agentRuntimeId: 'AgentRuntimeId',
      name: 'EndpointName',
      agentRuntimeVersion: 'AgentRuntimeVersion',
      description: 'AgentEndpointDescription',
      clientToken: 'ClientToken',
      tags: 'TagsMap',
    },
    GetAgentRuntimeEndpointRequest: { agentRuntimeId: 'AgentRuntimeId', endpointName: 'EndpointName' },
    ListAgentRuntimeEndpointsRequest: {
      agentRuntimeId: 'AgentRuntimeId',
      maxResults: 'MaxResults',
      nextToken: 'NextToken',
    },
    UpdateAgentRuntimeEndpointRequest: {
      agentRuntimeId: 'AgentRuntimeId',
      endpointName: 'EndpointName',
      agentRuntimeVersion: 'AgentRuntimeVersion',
      description: 'AgentEndpointDescription',
      clientToken: 'ClientToken',
    },
    DeleteAgentRuntimeEndpointRequest: {
      agentRuntimeId: 'AgentRuntimeId',
      endpointName: 'EndpointName',
      clientToken: 'ClientToken',
    },
    CreateHarnessEndpointRequest: {
      harnessId: 'HarnessId',
      endpointName: 'HarnessEndpointName',
      targetVersion: 'HarnessVersion',
      description: 'HarnessEndpointDescription',
      clientToken: 'ClientToken',
      tags: 'TagsMap',
    },
    GetHarnessEndpointRequest: { harnessId: 'HarnessId', endpointName: 'HarnessEndpointName' },
    ListHarnessEndpointsRequest: { harnessId: 'HarnessId', maxResults: 'MaxResults', nextToken: 'NextToken' },
    UpdateHarnessEndpointRequest: {
      harnessId: 'HarnessId',
      endpointName: 'HarnessEndpointName',
      targetVersion: 'HarnessVersion',
      description: 'HarnessEndpointDescription',
      clientToken: 'ClientToken',
    },
    DeleteHarnessEndpointRequest: {
      harnessId: 'HarnessId',
      endpointName: 'HarnessEndpointName',
      clientToken: 'ClientToken',
    },
  },
};
