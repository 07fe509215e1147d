import * as api from '@aws-sdk/client-bedrock-agentcore-control';
import * as registryApi from './agentRegistry/index.ts';

/**
 * SDK commands of the control plane by operation name. Those of Agent Registry come after `agentRegistry.`, since AgentCore
 * has other ones of the same names.
 */
export type Commands = Readonly<Record<string, new (input: never) => unknown>>;

// Every command is listed by name, and each function imports only the tables of the operations that it calls: a command
// brings the schemas of its input and output into the bundle, and the bundler drops commands that no code refers to.

/** Reads one resource. */
export const getCommands: Commands = {
  GetGateway: api.GetGatewayCommand,
  GetGatewayTarget: api.GetGatewayTargetCommand,
  GetGatewayRule: api.GetGatewayRuleCommand,
  GetGatewayRateLimit: api.GetGatewayRateLimitCommand,
  GetResourcePolicy: api.GetResourcePolicyCommand,
  GetPolicyEngine: api.GetPolicyEngineCommand,
  GetPolicy: api.GetPolicyCommand,
  GetAgentRuntime: api.GetAgentRuntimeCommand,
  GetAgentRuntimeEndpoint: api.GetAgentRuntimeEndpointCommand,
  GetHarness: api.GetHarnessCommand,
  GetHarnessEndpoint: api.GetHarnessEndpointCommand,
  GetOauth2CredentialProvider: api.GetOauth2CredentialProviderCommand,
  GetApiKeyCredentialProvider: api.GetApiKeyCredentialProviderCommand,
  GetPaymentCredentialProvider: api.GetPaymentCredentialProviderCommand,
  GetTokenVault: api.GetTokenVaultCommand,
  GetPaymentManager: api.GetPaymentManagerCommand,
  GetWorkloadIdentity: api.GetWorkloadIdentityCommand,
  GetEvaluator: api.GetEvaluatorCommand,
  GetOnlineEvaluationConfig: api.GetOnlineEvaluationConfigCommand,
  GetConsentPortal: api.GetConsentPortalCommand,
  GetDataset: api.GetDatasetCommand,
  GetConfigurationBundle: api.GetConfigurationBundleCommand,
  GetCapacityProvider: api.GetCapacityProviderCommand,
  GetBrowser: api.GetBrowserCommand,
  GetBrowserProfile: api.GetBrowserProfileCommand,
  GetCodeInterpreter: api.GetCodeInterpreterCommand,
  GetMemory: api.GetMemoryCommand,
  'agentRegistry.GetRegistry': registryApi.GetRegistryCommand,
  'agentRegistry.GetRegistryRecord': registryApi.GetRegistryRecordCommand,
};

export const listCommands: Commands = {
  ListGateways: api.ListGatewaysCommand,
  ListGatewayTargets: api.ListGatewayTargetsCommand,
  ListGatewayRules: api.ListGatewayRulesCommand,
  ListGatewayRateLimits: api.ListGatewayRateLimitsCommand,
  // Where a kind has no List, the Get stands for it; it names the parent by its ARN, which another Get shows.
  GetResourcePolicy: api.GetResourcePolicyCommand,
  GetGateway: api.GetGatewayCommand,
  GetAgentRuntime: api.GetAgentRuntimeCommand,
  ListPolicyEngines: api.ListPolicyEnginesCommand,
  ListPolicies: api.ListPoliciesCommand,
  ListAgentRuntimes: api.ListAgentRuntimesCommand,
  ListAgentRuntimeEndpoints: api.ListAgentRuntimeEndpointsCommand,
  ListHarnesses: api.ListHarnessesCommand,
  ListHarnessEndpoints: api.ListHarnessEndpointsCommand,
  ListOauth2CredentialProviders: api.ListOauth2CredentialProvidersCommand,
  ListApiKeyCredentialProviders: api.ListApiKeyCredentialProvidersCommand,
  ListPaymentCredentialProviders: api.ListPaymentCredentialProvidersCommand,
  GetTokenVault: api.GetTokenVaultCommand,
  ListPaymentManagers: api.ListPaymentManagersCommand,
  ListWorkloadIdentities: api.ListWorkloadIdentitiesCommand,
  ListEvaluators: api.ListEvaluatorsCommand,
  ListOnlineEvaluationConfigs: api.ListOnlineEvaluationConfigsCommand,
  ListConsentPortals: api.ListConsentPortalsCommand,
  ListDatasets: api.ListDatasetsCommand,
  ListConfigurationBundles: api.ListConfigurationBundlesCommand,
  ListCapacityProviders: api.ListCapacityProvidersCommand,
  ListBrowsers: api.ListBrowsersCommand,
  ListBrowserProfiles: api.ListBrowserProfilesCommand,
  ListCodeInterpreters: api.ListCodeInterpretersCommand,
  ListMemories: api.ListMemoriesCommand,
  'agentRegistry.ListRegistries': registryApi.ListRegistriesCommand,
  'agentRegistry.ListRegistryRecords': registryApi.ListRegistryRecordsCommand,
};

/** Reads the statuses of the parts of one resource, such as the targets of a gateway. */
export const listPartsCommands: Commands = {
  ListGatewayTargets: api.ListGatewayTargetsCommand,
  ListGatewayRules: api.ListGatewayRulesCommand,
  ListGatewayRateLimits: api.ListGatewayRateLimitsCommand,
  // Where a kind has no List, the Get stands for it; it names the parent by its ARN, which another Get shows.
  GetResourcePolicy: api.GetResourcePolicyCommand,
  GetGateway: api.GetGatewayCommand,
  GetAgentRuntime: api.GetAgentRuntimeCommand,
  ListPolicies: api.ListPoliciesCommand,
  ListAgentRuntimeEndpoints: api.ListAgentRuntimeEndpointsCommand,
  ListHarnessEndpoints: api.ListHarnessEndpointsCommand,
};

export const tagCommand: Commands = {
  ListTagsForResource: api.ListTagsForResourceCommand,
  'agentRegistry.ListTagsForResource': registryApi.ListTagsForResourceCommand,
};

export const changeTagsCommands: Commands = {
  TagResource: api.TagResourceCommand,
  UntagResource: api.UntagResourceCommand,
  'agentRegistry.TagResource': registryApi.TagResourceCommand,
  'agentRegistry.UntagResource': registryApi.UntagResourceCommand,
};

export const changeCommands: Commands = {
  CreateGateway: api.CreateGatewayCommand,
  UpdateGateway: api.UpdateGatewayCommand,
  DeleteGateway: api.DeleteGatewayCommand,
  CreateGatewayTarget: api.CreateGatewayTargetCommand,
  UpdateGatewayTarget: api.UpdateGatewayTargetCommand,
  DeleteGatewayTarget: api.DeleteGatewayTargetCommand,
  CreateGatewayRule: api.CreateGatewayRuleCommand,
  UpdateGatewayRule: api.UpdateGatewayRuleCommand,
  DeleteGatewayRule: api.DeleteGatewayRuleCommand,
  CreateGatewayRateLimit: api.CreateGatewayRateLimitCommand,
  UpdateGatewayRateLimit: api.UpdateGatewayRateLimitCommand,
  DeleteGatewayRateLimit: api.DeleteGatewayRateLimitCommand,
  PutResourcePolicy: api.PutResourcePolicyCommand,
  DeleteResourcePolicy: api.DeleteResourcePolicyCommand,
  CreatePolicyEngine: api.CreatePolicyEngineCommand,
  UpdatePolicyEngine: api.UpdatePolicyEngineCommand,
  DeletePolicyEngine: api.DeletePolicyEngineCommand,
  CreatePolicy: api.CreatePolicyCommand,
  UpdatePolicy: api.UpdatePolicyCommand,
  DeletePolicy: api.DeletePolicyCommand,
  CreateAgentRuntime: api.CreateAgentRuntimeCommand,
  UpdateAgentRuntime: api.UpdateAgentRuntimeCommand,
  DeleteAgentRuntime: api.DeleteAgentRuntimeCommand,
  CreateAgentRuntimeEndpoint: api.CreateAgentRuntimeEndpointCommand,
  UpdateAgentRuntimeEndpoint: api.UpdateAgentRuntimeEndpointCommand,
  DeleteAgentRuntimeEndpoint: api.DeleteAgentRuntimeEndpointCommand,
  CreateHarness: api.CreateHarnessCommand,
  UpdateHarness: api.UpdateHarnessCommand,
  DeleteHarness: api.DeleteHarnessCommand,
  CreateHarnessEndpoint: api.CreateHarnessEndpointCommand,
  UpdateHarnessEndpoint: api.UpdateHarnessEndpointCommand,
  DeleteHarnessEndpoint: api.DeleteHarnessEndpointCommand,
  CreateOauth2CredentialProvider: api.CreateOauth2CredentialProviderCommand,
  UpdateOauth2CredentialProvider: api.UpdateOauth2CredentialProviderCommand,
  DeleteOauth2CredentialProvider: api.DeleteOauth2CredentialProviderCommand,
  CreateApiKeyCredentialProvider: api.CreateApiKeyCredentialProviderCommand,
  UpdateApiKeyCredentialProvider: api.UpdateApiKeyCredentialProviderCommand,
  DeleteApiKeyCredentialProvider: api.DeleteApiKeyCredentialProviderCommand,
  CreatePaymentCredentialProvider: api.CreatePaymentCredentialProviderCommand,
  UpdatePaymentCredentialProvider: api.UpdatePaymentCredentialProviderCommand,
  DeletePaymentCredentialProvider: api.DeletePaymentCredentialProviderCommand,
  SetTokenVaultCMK: api.SetTokenVaultCMKCommand,
  CreatePaymentManager: api.CreatePaymentManagerCommand,
  UpdatePaymentManager: api.UpdatePaymentManagerCommand,
  DeletePaymentManager: api.DeletePaymentManagerCommand,
  CreateWorkloadIdentity: api.CreateWorkloadIdentityCommand,
  UpdateWorkloadIdentity: api.UpdateWorkloadIdentityCommand,
  DeleteWorkloadIdentity: api.DeleteWorkloadIdentityCommand,
  CreateEvaluator: api.CreateEvaluatorCommand,
  UpdateEvaluator: api.UpdateEvaluatorCommand,
  DeleteEvaluator: api.DeleteEvaluatorCommand,
  CreateOnlineEvaluationConfig: api.CreateOnlineEvaluationConfigCommand,
  UpdateOnlineEvaluationConfig: api.UpdateOnlineEvaluationConfigCommand,
  DeleteOnlineEvaluationConfig: api.DeleteOnlineEvaluationConfigCommand,
  CreateConsentPortal: api.CreateConsentPortalCommand,
  UpdateConsentPortal: api.UpdateConsentPortalCommand,
  DeleteConsentPortal: api.DeleteConsentPortalCommand,
  CreateDataset: api.CreateDatasetCommand,
  UpdateDataset: api.UpdateDatasetCommand,
  DeleteDataset: api.DeleteDatasetCommand,
  CreateConfigurationBundle: api.CreateConfigurationBundleCommand,
  UpdateConfigurationBundle: api.UpdateConfigurationBundleCommand,
  DeleteConfigurationBundle: api.DeleteConfigurationBundleCommand,
  CreateCapacityProvider: api.CreateCapacityProviderCommand,
  UpdateCapacityProvider: api.UpdateCapacityProviderCommand,
  DeleteCapacityProvider: api.DeleteCapacityProviderCommand,
  CreateBrowser: api.CreateBrowserCommand,
  DeleteBrowser: api.DeleteBrowserCommand,
  CreateBrowserProfile: api.CreateBrowserProfileCommand,
  DeleteBrowserProfile: api.DeleteBrowserProfileCommand,
  CreateCodeInterpreter: api.CreateCodeInterpreterCommand,
  DeleteCodeInterpreter: api.DeleteCodeInterpreterCommand,
  CreateMemory: api.CreateMemoryCommand,
  UpdateMemory: api.UpdateMemoryCommand,
  DeleteMemory: api.DeleteMemoryCommand,
  'agentRegistry.CreateRegistry': registryApi.CreateRegistryCommand,
  'agentRegistry.UpdateRegistry': registryApi.UpdateRegistryCommand,
  'agentRegistry.DeleteRegistry': registryApi.DeleteRegistryCommand,
  'agentRegistry.CreateRegistryRecord': registryApi.CreateRegistryRecordCommand,
  'agentRegistry.UpdateRegistryRecord': registryApi.UpdateRegistryRecordCommand,
  'agentRegistry.DeleteRegistryRecord': registryApi.DeleteRegistryRecordCommand,
  'agentRegistry.SubmitRegistryRecordForApproval': registryApi.SubmitRegistryRecordForApprovalCommand,
  'agentRegistry.UpdateRegistryRecordStatus': registryApi.UpdateRegistryRecordStatusCommand,
};

/** Reads the status of one target, with its authorization link, or of one registry record. */
export const getAuthorizedCommands: Commands = {
  GetGatewayTarget: api.GetGatewayTargetCommand,
  'agentRegistry.GetRegistryRecord': registryApi.GetRegistryRecordCommand,
};

export const synchronizeCommand: Commands = {
  SynchronizeGatewayTargets: api.SynchronizeGatewayTargetsCommand,
};
