import type { ConstraintTable } from './constraintTable.ts';

/**
 * The constraints of registries and their records.
 *
 * Source: the service model of `bedrock-agentcore-control`, API version 2023-06-05, as in botocore 1.44.8: shapes
 * reachable from the inputs of CreateRegistry, GetRegistry, UpdateRegistry, DeleteRegistry, ListRegistries,
 * CreateRegistryRecord, GetRegistryRecord, UpdateRegistryRecord, DeleteRegistryRecord, ListRegistryRecords,
 * SubmitRegistryRecordForApproval, UpdateRegistryRecordStatus. The reference page `API_<structure>.html` of each
 * structure says the same.
 */
export const registries: ConstraintTable = {
  values: {
    CredentialProviderArn: {
      pattern: 'arn:aws(-[^:]+)?:bedrock-agentcore:[a-z0-9-]+:[0-9]{12}:.*',
      min: 1,
      max: 2048,
    },
    DescriptorType: { enum: ['MCP', 'A2A', 'CUSTOM', 'AGENT_SKILLS'] },
    IamRoleArn: { pattern: 'arn:aws(-[^:]+)?:iam::[0-9]{12}:role/.+', min: 20, max: 2048 },
    IamSigningRegion: { pattern: '[a-z0-9-]+', min: 1, max: 64 },
    IamSigningServiceName: { pattern: '[a-zA-Z0-9_-]+', min: 1, max: 128 },
    InlineContent: { min: 1, max: 102400 },
    McpServerUrl: { pattern: 'https://.*', min: 1, max: 2048 },
    RecordIdentifier: {
      pattern:
        '(arn:aws(-[^:]+)?:bedrock-agentcore:[a-z0-9-]+:[0-9]{12}:registry/[a-zA-Z0-9]{12,16}/record/)?[a-zA-Z0-9]{12}',
      min: 1,
      max: 2048,
    },
    RegistryAuthorizerType: { enum: ['CUSTOM_JWT', 'AWS_IAM'] },
    RegistryIdentifier: {
      pattern: '(arn:aws(-[^:]+)?:bedrock-agentcore:[a-z0-9-]+:[0-9]{12}:registry/)?[a-zA-Z0-9]{12,16}',
      min: 1,
      max: 2048,
    },
    RegistryName: { pattern: '[a-zA-Z0-9][a-zA-Z0-9_\\-\\.\\/]*', min: 1, max: 64 },
    RegistryRecordCredentialProviderConfigurationList: { max: 1 },
    RegistryRecordCredentialProviderType: { enum: ['OAUTH', 'IAM'] },
    RegistryRecordName: { pattern: '[a-zA-Z0-9][a-zA-Z0-9_\\-\\.\\/]*', min: 1, max: 255 },
    RegistryRecordOAuthGrantType: { enum: ['CLIENT_CREDENTIALS'] },
    RegistryRecordStatus: {
      enum: [
        'DRAFT',
        'PENDING_APPROVAL',
        'APPROVED',
        'REJECTED',
        'DEPRECATED',
        'CREATING',
        'UPDATING',
        'CREATE_FAILED',
        'UPDATE_FAILED',
      ],
    },
    RegistryRecordVersion: { pattern: '[a-zA-Z0-9.-]+', min: 1, max: 255 },
    RegistryStatus: {
      enum: ['CREATING', 'READY', 'UPDATING', 'CREATE_FAILED', 'UPDATE_FAILED', 'DELETING', 'DELETE_FAILED'],
    },
    SchemaVersion: { min: 1, max: 255 },
    SynchronizationType: { enum: ['URL'] },
    UpdateRegistryRecordStatusRequestStatusReasonString: { max: 255 },
  },
  members: {
    AgentCardDefinition: { schemaVersion: 'SchemaVersion', inlineContent: 'InlineContent' },
    CreateRegistryRecordRequest: {
      registryId: 'RegistryIdentifier',
      name: 'RegistryRecordName',
      description: 'Description',
      descriptorType: 'DescriptorType',
      recordVersion: 'RegistryRecordVersion',
      synchronizationType: 'SynchronizationType',
      clientToken: 'ClientToken',
    },
    CreateRegistryRequest: {
      name: 'RegistryName',
      description: 'Description',
      authorizerType: 'RegistryAuthorizerType',
      clientToken: 'ClientToken',
    },
    CustomDescriptor: { inlineContent: 'InlineContent' },
    DeleteRegistryRecordRequest: { registryId: 'RegistryIdentifier', recordId: 'RecordIdentifier' },
    DeleteRegistryRequest: { registryId: 'RegistryIdentifier' },
    FromUrlSynchronizationConfiguration: {
      url: 'McpServerUrl',
      credentialProviderConfigurations: 'RegistryRecordCredentialProviderConfigurationList',
    },
    GetRegistryRecordRequest: { registryId: 'RegistryIdentifier', recordId: 'RecordIdentifier' },
    GetRegistryRequest: { registryId: 'RegistryIdentifier' },
    ListRegistriesRequest: {
      maxResults: 'MaxResults',
      nextToken: 'NextToken',
      status: 'RegistryStatus',
      authorizerType: 'RegistryAuthorizerType',
    },
    ListRegistryRecordsRequest: {
      registryId: 'RegistryIdentifier',
      maxResults: 'MaxResults',
      nextToken: 'NextToken',
      name: 'RegistryRecordName',
      status: 'RegistryRecordStatus',
      descriptorType: 'DescriptorType',
    },
    RegistryRecordCredentialProviderConfiguration: {
      credentialProviderType: 'RegistryRecordCredentialProviderType',
    },
    RegistryRecordIamCredentialProvider: {
      roleArn: 'IamRoleArn',
      service: 'IamSigningServiceName',
      region: 'IamSigningRegion',
    },
    RegistryRecordOAuthCredentialProvider: {
      providerArn: 'CredentialProviderArn',
      grantType: 'RegistryRecordOAuthGrantType',
    },
    ServerDefinition: { schemaVersion: 'SchemaVersion', inlineContent: 'InlineContent' },
    SkillDefinition: { schemaVersion: 'SchemaVersion', inlineContent: 'InlineContent' },
    SkillMdDefinition: { inlineContent: 'InlineContent' },
    SubmitRegistryRecordForApprovalRequest: {
      registryId: 'RegistryIdentifier',
      recordId: 'RecordIdentifier',
    },
    ToolsDefinition: { protocolVersion: 'SchemaVersion', inlineContent: 'InlineContent' },
    UpdateRegistryRecordRequest: {
      registryId: 'RegistryIdentifier',
      recordId: 'RecordIdentifier',
      name: 'RegistryRecordName',
      descriptorType: 'DescriptorType',
      recordVersion: 'RegistryRecordVersion',
    },
    UpdateRegistryRecordStatusRequest: {
      registryId: 'RegistryIdentifier',
      recordId: 'RecordIdentifier',
      status: 'RegistryRecordStatus',
      statusReason: 'UpdateRegistryRecordStatusRequestStatusReasonString',
    },
    UpdateRegistryRequest: { registryId: 'RegistryIdentifier', name: 'RegistryName' },
    UpdatedDescription: { optionalValue: 'Description' },
    UpdatedSynchronizationType: { optionalValue: 'SynchronizationType' },
  },
};
