import { agentRegistryShapes, controlPlaneShapes, dataPlaneShapes } from '../../../adapters/sdkShapes.ts';
import type { OperationShape, ShapeCatalog } from '../../../core/api/shapes.ts';

/** The operations that the emulator must support. */
export const OPERATIONS: readonly string[] = [
  'CreateGateway',
  'GetGateway',
  'ListGateways',
  'UpdateGateway',
  'DeleteGateway',
  'CreateGatewayTarget',
  'GetGatewayTarget',
  'ListGatewayTargets',
  'UpdateGatewayTarget',
  'DeleteGatewayTarget',
  'SynchronizeGatewayTargets',
  'CreateAgentRuntime',
  'GetAgentRuntime',
  'ListAgentRuntimes',
  'ListAgentRuntimeVersions',
  'UpdateAgentRuntime',
  'DeleteAgentRuntime',
  'CreateAgentRuntimeEndpoint',
  'GetAgentRuntimeEndpoint',
  'ListAgentRuntimeEndpoints',
  'UpdateAgentRuntimeEndpoint',
  'DeleteAgentRuntimeEndpoint',
  'CreateHarness',
  'GetHarness',
  'ListHarnesses',
  'ListHarnessVersions',
  'UpdateHarness',
  'DeleteHarness',
  'CreateHarnessEndpoint',
  'GetHarnessEndpoint',
  'ListHarnessEndpoints',
  'UpdateHarnessEndpoint',
  'DeleteHarnessEndpoint',
  'CreateOauth2CredentialProvider',
  'GetOauth2CredentialProvider',
  'ListOauth2CredentialProviders',
  'UpdateOauth2CredentialProvider',
  'DeleteOauth2CredentialProvider',
  'CreateApiKeyCredentialProvider',
  'GetApiKeyCredentialProvider',
  'ListApiKeyCredentialProviders',
  'UpdateApiKeyCredentialProvider',
  'DeleteApiKeyCredentialProvider',
  'CreateRegistry',
  'GetRegistry',
  'ListRegistries',
  'UpdateRegistry',
  'DeleteRegistry',
  'CreateRegistryRecord',
  'GetRegistryRecord',
  'ListRegistryRecords',
  'UpdateRegistryRecord',
  'DeleteRegistryRecord',
  'SubmitRegistryRecordForApproval',
  'UpdateRegistryRecordStatus',
  'GetWorkloadIdentity',
  'UpdateWorkloadIdentity',
  'TagResource',
  'UntagResource',
  'ListTagsForResource',
  'CompleteResourceTokenAuth',
  'AgentRegistry.CreateRegistry',
  'AgentRegistry.GetRegistry',
  'AgentRegistry.ListRegistries',
  'AgentRegistry.UpdateRegistry',
  'AgentRegistry.DeleteRegistry',
  'AgentRegistry.CreateRegistryRecord',
  'AgentRegistry.GetRegistryRecord',
  'AgentRegistry.ListRegistryRecords',
  'AgentRegistry.UpdateRegistryRecord',
  'AgentRegistry.DeleteRegistryRecord',
  'AgentRegistry.SubmitRegistryRecordForApproval',
  'AgentRegistry.UpdateRegistryRecordStatus',
  'AgentRegistry.TagResource',
  'AgentRegistry.UntagResource',
  'AgentRegistry.ListTagsForResource',
];

/** Precedes the names of Agent Registry's operations: AgentCore has some of the same names. */
export const AGENT_REGISTRY = 'AgentRegistry.';

const CATALOGS = [controlPlaneShapes, dataPlaneShapes];

/** @returns the operation with the catalog of its plane */
export function operationNamed(name: string): { operation: OperationShape; catalog: ShapeCatalog } {
  const isRegistry = name.startsWith(AGENT_REGISTRY);
  for (const catalog of isRegistry ? [agentRegistryShapes] : CATALOGS) {
    const operation = catalog.operation(isRegistry ? name.slice(AGENT_REGISTRY.length) : name);
    if (operation) return { operation, catalog };
  }
  throw new Error(`no operation ${name}`);
}
