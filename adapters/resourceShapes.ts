import * as api from '@aws-sdk/client-bedrock-agentcore-control';
import type { ShapeCatalog } from '../core/api/shapes.ts';
import { readShapes } from './sdkShapes.ts';

/**
 * The inputs of Create and Update for each resource kind. Gateloop validates manifests and builds calls with them. They
 * take a third of the bundle size of all shapes of the API, which only the emulator needs.
 */
export const resourceShapes: ShapeCatalog = /* @__PURE__ */ readShapes({
  CreateGateway$: api.CreateGateway$,
  UpdateGateway$: api.UpdateGateway$,
  CreateGatewayTarget$: api.CreateGatewayTarget$,
  UpdateGatewayTarget$: api.UpdateGatewayTarget$,
  CreateAgentRuntime$: api.CreateAgentRuntime$,
  UpdateAgentRuntime$: api.UpdateAgentRuntime$,
  CreateHarness$: api.CreateHarness$,
  UpdateHarness$: api.UpdateHarness$,
  CreateOauth2CredentialProvider$: api.CreateOauth2CredentialProvider$,
  UpdateOauth2CredentialProvider$: api.UpdateOauth2CredentialProvider$,
  CreateRegistry$: api.CreateRegistry$,
  UpdateRegistry$: api.UpdateRegistry$,
});
