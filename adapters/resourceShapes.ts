import * as api from '@aws-sdk/client-bedrock-agentcore-control';
import type { ShapeCatalog } from '../core/api/shapes.ts';
import { readShapes } from './sdkShapes.ts';

/**
 * What the API takes for each kind of resource: all that a manifest is checked against and a call is made from. A
 * third of the size of the whole API's shapes, which the emulator needs.
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
