import * as api from '@aws-sdk/client-bedrock-agentcore-control';
import type { ShapeCatalog } from '../core/api/shapes.ts';
import * as registryApi from './agentRegistry/index.ts';
import { readShapes } from './sdkShapes.ts';

/**
 * Create, Update and Get of each resource kind. Gateloop validates manifests, builds calls and compares with them. They
 * take a third of the bundle size of all shapes of the API, which only the emulator needs.
 */
export const resourceShapes: ShapeCatalog = /* @__PURE__ */ readShapes({
  CreateGateway$: api.CreateGateway$,
  UpdateGateway$: api.UpdateGateway$,
  GetGateway$: api.GetGateway$,
  CreateGatewayTarget$: api.CreateGatewayTarget$,
  UpdateGatewayTarget$: api.UpdateGatewayTarget$,
  GetGatewayTarget$: api.GetGatewayTarget$,
  CreateGatewayRule$: api.CreateGatewayRule$,
  UpdateGatewayRule$: api.UpdateGatewayRule$,
  GetGatewayRule$: api.GetGatewayRule$,
  CreateGatewayRateLimit$: api.CreateGatewayRateLimit$,
  UpdateGatewayRateLimit$: api.UpdateGatewayRateLimit$,
  GetGatewayRateLimit$: api.GetGatewayRateLimit$,
  CreatePolicyEngine$: api.CreatePolicyEngine$,
  UpdatePolicyEngine$: api.UpdatePolicyEngine$,
  GetPolicyEngine$: api.GetPolicyEngine$,
  CreatePolicy$: api.CreatePolicy$,
  UpdatePolicy$: api.UpdatePolicy$,
  GetPolicy$: api.GetPolicy$,
  CreateAgentRuntime$: api.CreateAgentRuntime$,
  UpdateAgentRuntime$: api.UpdateAgentRuntime$,
  GetAgentRuntime$: api.GetAgentRuntime$,
  CreateAgentRuntimeEndpoint$: api.CreateAgentRuntimeEndpoint$,
  UpdateAgentRuntimeEndpoint$: api.UpdateAgentRuntimeEndpoint$,
  GetAgentRuntimeEndpoint$: api.GetAgentRuntimeEndpoint$,
  CreateHarness$: api.CreateHarness$,
  UpdateHarness$: api.UpdateHarness$,
  GetHarness$: api.GetHarness$,
  CreateHarnessEndpoint$: api.CreateHarnessEndpoint$,
  UpdateHarnessEndpoint$: api.UpdateHarnessEndpoint$,
  GetHarnessEndpoint$: api.GetHarnessEndpoint$,
  CreateOauth2CredentialProvider$: api.CreateOauth2CredentialProvider$,
  UpdateOauth2CredentialProvider$: api.UpdateOauth2CredentialProvider$,
  GetOauth2CredentialProvider$: api.GetOauth2CredentialProvider$,
  CreateApiKeyCredentialProvider$: api.CreateApiKeyCredentialProvider$,
  UpdateApiKeyCredentialProvider$: api.UpdateApiKeyCredentialProvider$,
  GetApiKeyCredentialProvider$: api.GetApiKeyCredentialProvider$,
  CreateWorkloadIdentity$: api.CreateWorkloadIdentity$,
  UpdateWorkloadIdentity$: api.UpdateWorkloadIdentity$,
  GetWorkloadIdentity$: api.GetWorkloadIdentity$,
  CreateEvaluator$: api.CreateEvaluator$,
  UpdateEvaluator$: api.UpdateEvaluator$,
  GetEvaluator$: api.GetEvaluator$,
  CreateRegistry$: registryApi.CreateRegistry$,
  UpdateRegistry$: registryApi.UpdateRegistry$,
  GetRegistry$: registryApi.GetRegistry$,
  CreateRegistryRecord$: registryApi.CreateRegistryRecord$,
  UpdateRegistryRecord$: registryApi.UpdateRegistryRecord$,
  GetRegistryRecord$: registryApi.GetRegistryRecord$,
});
