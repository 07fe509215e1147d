import type { ConstraintTable } from './constraintTable.ts';

/**
 * The constraints of policy engines, their policies and resource policies.
 *
 * Source: the service model of `bedrock-agentcore-control`, API version 2023-06-05, as in botocore 1.44.8: shapes reachable
 * from the inputs of the operations on policy engines, policies and resource policies.
 */
export const policies: ConstraintTable = {
  values: {
    EnforcementMode: { enum: ['ACTIVE', 'LOG_ONLY'] },
    PolicyEngineName: { pattern: '[A-Za-z][A-Za-z0-9_]*', min: 1, max: 48 },
    PolicyName: { pattern: '[A-Za-z][A-Za-z0-9_]*', min: 1, max: 48 },
    PolicyValidationMode: { enum: ['FAIL_ON_ANY_FINDINGS', 'IGNORE_ALL_FINDINGS'] },
    ResourceId: { pattern: '[A-Za-z][A-Za-z0-9_]*-[a-z0-9_]{10}', min: 12, max: 59 },
    ResourcePolicyBody: { min: 1, max: 20480 },
    Statement: { min: 35, max: 10000 },
  },
  members: {
    CedarPolicy: { statement: 'Statement' },
    PolicyGenerationDetails: { policyGenerationId: 'ResourceId', policyGenerationAssetId: 'ResourceId' },
    PolicyStatement: { statement: 'Statement' },
    CreatePolicyRequest: {
      name: 'PolicyName',
      description: 'Description',
      validationMode: 'PolicyValidationMode',
      enforcementMode: 'EnforcementMode',
      policyEngineId: 'ResourceId',
      clientToken: 'ClientToken',
    },
    CreatePolicyEngineRequest: {
      name: 'PolicyEngineName',
      description: 'Description',
      clientToken: 'ClientToken',
      encryptionKeyArn: 'KmsKeyArn',
      tags: 'TagsMap',
    },
    PutResourcePolicyRequest: { resourceArn: 'BedrockAgentcoreResourceArn', policy: 'ResourcePolicyBody' },
    GetPolicyRequest: { policyEngineId: 'ResourceId', policyId: 'ResourceId' },
    GetPolicyEngineRequest: { policyEngineId: 'ResourceId' },
    GetResourcePolicyRequest: { resourceArn: 'BedrockAgentcoreResourceArn' },
    ListPoliciesRequest: {
      nextToken: 'NextToken',
      maxResults: 'MaxResults',
      policyEngineId: 'ResourceId',
      targetResourceScope: 'BedrockAgentcoreResourceArn',
    },
    ListPolicyEnginesRequest: { nextToken: 'NextToken', maxResults: 'MaxResults' },
    UpdatePolicyRequest: {
      policyEngineId: 'ResourceId',
      policyId: 'ResourceId',
      validationMode: 'PolicyValidationMode',
      enforcementMode: 'EnforcementMode',
    },
    UpdatePolicyEngineRequest: { policyEngineId: 'ResourceId' },
    DeletePolicyRequest: { policyEngineId: 'ResourceId', policyId: 'ResourceId' },
    DeletePolicyEngineRequest: { policyEngineId: 'ResourceId' },
    DeleteResourcePolicyRequest: { resourceArn: 'BedrockAgentcoreResourceArn' },
  },
};
