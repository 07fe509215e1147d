import type { ConstraintTable } from './constraintTable.ts';

/**
 * The constraints of browsers and code interpreters.
 *
 * Source: the service model of `bedrock-agentcore-control`, API version 2023-06-05, as in botocore 1.44.8: shapes reachable
 * from the inputs of the operations on browsers, browser profiles and code interpreters.
 */
export const builtInTools: ConstraintTable = {
  values: {
    BrowserEnterprisePolicies: { max: 100 },
    BrowserEnterprisePolicyType: { enum: ['MANAGED', 'RECOMMENDED'] },
    BrowserId: { pattern: '(aws\\.browser\\.v1|[a-zA-Z][a-zA-Z0-9_]{0,47}-[a-zA-Z0-9]{10})' },
    BrowserNetworkMode: { enum: ['PUBLIC', 'VPC'] },
    BrowserProfileId: { pattern: '[a-zA-Z][a-zA-Z0-9_]{0,47}-[a-zA-Z0-9]{10}' },
    BrowserProfileName: { pattern: '[a-zA-Z][a-zA-Z0-9_]{0,47}' },
    Certificates: { min: 1, max: 200 },
    CodeInterpreterId: { pattern: '(aws\\.codeinterpreter\\.v1|[a-zA-Z][a-zA-Z0-9_]{0,47}-[a-zA-Z0-9]{10})' },
    CodeInterpreterNetworkMode: { enum: ['PUBLIC', 'SANDBOX', 'VPC'] },
    EfsFileSystemArn: {
      pattern: 'arn:aws[-a-z]*:elasticfilesystem:[a-z0-9-]+:[0-9]{12}:file-system/fs-[0-9a-f]{8,40}',
      max: 256,
    },
    ResourceType: { enum: ['SYSTEM', 'CUSTOM'] },
    S3FilesFileSystemArn: {
      pattern: 'arn:aws[-a-z]*:s3files:[a-z0-9-]+:[0-9]{12}:file-system/fs-[0-9a-f]{17,40}',
      max: 256,
    },
    SandboxName: { pattern: '[a-zA-Z][a-zA-Z0-9_]{0,47}' },
    ToolSecretArn: {
      pattern: 'arn:aws(-[a-z-]+)?:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[a-zA-Z0-9/_+=.@-]+',
    },
    ToolsFileSystemConfigurations: { max: 10 },
  },
  members: {
    BrowserNetworkConfiguration: { networkMode: 'BrowserNetworkMode' },
    BrowserEnterprisePolicy: { type: 'BrowserEnterprisePolicyType' },
    SecretsManagerLocation: { secretArn: 'ToolSecretArn' },
    S3FilesConfiguration: {
      accessPointArn: 'S3FilesAccessPointArn',
      mountPath: 'MountPath',
      fileSystemArn: 'S3FilesFileSystemArn',
    },
    EfsConfiguration: {
      accessPointArn: 'EfsAccessPointArn',
      mountPath: 'MountPath',
      fileSystemArn: 'EfsFileSystemArn',
    },
    CreateBrowserRequest: {
      name: 'SandboxName',
      description: 'Description',
      executionRoleArn: 'RoleArn',
      enterprisePolicies: 'BrowserEnterprisePolicies',
      certificates: 'Certificates',
      filesystemConfigurations: 'ToolsFileSystemConfigurations',
      clientToken: 'ClientToken',
      tags: 'TagsMap',
    },
    CreateBrowserProfileRequest: {
      name: 'BrowserProfileName',
      description: 'Description',
      clientToken: 'ClientToken',
      tags: 'TagsMap',
    },
    CodeInterpreterNetworkConfiguration: { networkMode: 'CodeInterpreterNetworkMode' },
    CreateCodeInterpreterRequest: {
      name: 'SandboxName',
      description: 'Description',
      executionRoleArn: 'RoleArn',
      certificates: 'Certificates',
      filesystemConfigurations: 'ToolsFileSystemConfigurations',
      clientToken: 'ClientToken',
      tags: 'TagsMap',
    },
    GetBrowserRequest: { browserId: 'BrowserId' },
    GetBrowserProfileRequest: { profileId: 'BrowserProfileId' },
    GetCodeInterpreterRequest: { codeInterpreterId: 'CodeInterpreterId' },
    ListBrowserProfilesRequest: {
      maxResults: 'MaxResults',
      nextToken: 'NextToken',
      name: 'BrowserProfileName',
    },
    ListBrowsersRequest: { maxResults: 'MaxResults', nextToken: 'NextToken', type: 'ResourceType' },
    ListCodeInterpretersRequest: { maxResults: 'MaxResults', nextToken: 'NextToken', type: 'ResourceType' },
    DeleteBrowserRequest: { browserId: 'BrowserId', clientToken: 'ClientToken' },
    DeleteBrowserProfileRequest: { profileId: 'BrowserProfileId', clientToken: 'ClientToken' },
    DeleteCodeInterpreterRequest: { codeInterpreterId: 'CodeInterpreterId', clientToken: 'ClientToken' },
  },
};
