import type { ConstraintTable } from './constraintTable.ts';

/**
 * The constraints of agent runtimes.
 *
 * Source: the service model of `bedrock-agentcore-control`, API version 2023-06-05, as in botocore 1.44.8: shapes
 * reachable from the inputs of CreateAgentRuntime, GetAgentRuntime, UpdateAgentRuntime, DeleteAgentRuntime,
 * ListAgentRuntimes, ListAgentRuntimeVersions. The reference page `API_<structure>.html` of each structure says the
 * same.
 */
export const agentRuntimes: ConstraintTable = {
  values: {
    AgentManagedRuntimeType: {
      enum: ['PYTHON_3_10', 'PYTHON_3_11', 'PYTHON_3_12', 'PYTHON_3_13', 'PYTHON_3_14', 'NODE_22'],
    },
    AgentRuntimeId: { pattern: '[a-zA-Z][a-zA-Z0-9_]{0,99}-[a-zA-Z0-9]{10}' },
    AgentRuntimeName: { pattern: '[a-zA-Z][a-zA-Z0-9_]{0,47}' },
    AgentRuntimeVersion: { pattern: '([1-9][0-9]{0,4})', min: 1, max: 5 },
    CapacityProviderArn: {
      pattern:
        'arn:aws(-[^:]+)?:bedrock-agentcore:[a-z0-9-]+:[0-9]{12}:capacity-provider/[a-zA-Z][a-zA-Z0-9_]{0,47}-[a-zA-Z0-9]{10}',
    },
    CodeConfigurationEntryPointList: { min: 1, max: 2, element: 'entryPoint' },
    HeaderName: { pattern: '[A-Za-z][A-Za-z0-9_-]{0,255}', min: 1, max: 256 },
    PlatformVersion: { pattern: '[^\\s]+', min: 1, max: 128 },
    RequestHeaderAllowlist: { min: 1, max: 20, element: 'HeaderName' },
    S3LocationBucketString: { pattern: '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]' },
    S3LocationPrefixString: { min: 1, max: 1024 },
    S3LocationVersionIdString: { min: 3, max: 1024 },
    ServerProtocol: { enum: ['MCP', 'HTTP', 'A2A', 'AGUI'] },
    entryPoint: { min: 1, max: 128 },
  },
  members: {
    CapacityProviderConfiguration: { capacityProviderArn: 'CapacityProviderArn' },
    CodeConfiguration: { runtime: 'AgentManagedRuntimeType', entryPoint: 'CodeConfigurationEntryPointList' },
    CreateAgentRuntimeRequest: {
      agentRuntimeName: 'AgentRuntimeName',
      roleArn: 'RoleArn',
      clientToken: 'ClientToken',
      description: 'Description',
      environmentVariables: 'EnvironmentVariablesMap',
      filesystemConfigurations: 'FilesystemConfigurations',
      tags: 'TagsMap',
      platformVersion: 'PlatformVersion',
    },
    DeleteAgentRuntimeRequest: {
      agentRuntimeId: 'AgentRuntimeId',
      agentRuntimeVersion: 'AgentRuntimeVersion',
      clientToken: 'ClientToken',
    },
    GetAgentRuntimeRequest: { agentRuntimeId: 'AgentRuntimeId', agentRuntimeVersion: 'AgentRuntimeVersion' },
    ListAgentRuntimeVersionsRequest: {
      agentRuntimeId: 'AgentRuntimeId',
      maxResults: 'MaxResults',
      nextToken: 'NextToken',
    },
    ListAgentRuntimesRequest: { maxResults: 'MaxResults', nextToken: 'NextToken' },
    ProtocolConfiguration: { serverProtocol: 'ServerProtocol' },
    RequestHeaderConfiguration: { requestHeaderAllowlist: 'RequestHeaderAllowlist' },
    S3Location: {
      bucket: 'S3LocationBucketString',
      prefix: 'S3LocationPrefixString',
      versionId: 'S3LocationVersionIdString',
    },
    UpdateAgentRuntimeRequest: {
      agentRuntimeId: 'AgentRuntimeId',
      roleArn: 'RoleArn',
      description: 'Description',
      environmentVariables: 'EnvironmentVariablesMap',
      filesystemConfigurations: 'FilesystemConfigurations',
      platformVersion: 'PlatformVersion',
      clientToken: 'ClientToken',
    },
  },
};
