import type { ApiResponse } from './sdkClients.ts';

type Call = (operation: string, input: object) => Promise<ApiResponse>;

type DeletionInput = (creation: ApiResponse, response: ApiResponse) => object;

/** The deletion for each creation: the operation, and its input from the creation's input and response. */
const DELETIONS: Readonly<Record<string, readonly [operation: string, input: DeletionInput]>> = {
  CreateGateway: ['DeleteGateway', (_creation, { gatewayId }) => ({ gatewayIdentifier: gatewayId })],
  CreateGatewayTarget: [
    'DeleteGatewayTarget',
    ({ gatewayIdentifier }, { targetId }) => ({ gatewayIdentifier, targetId }),
  ],
  CreateOauth2CredentialProvider: ['DeleteOauth2CredentialProvider', ({ name }) => ({ name })],
  CreateApiKeyCredentialProvider: ['DeleteApiKeyCredentialProvider', ({ name }) => ({ name })],
  CreateAgentRuntime: ['DeleteAgentRuntime', (_creation, { agentRuntimeId }) => ({ agentRuntimeId })],
  CreateHarness: ['DeleteHarness', (_creation, { harness }) => ({ harnessId: Object(harness).harnessId })],
  CreateAgentRuntimeEndpoint: [
    'DeleteAgentRuntimeEndpoint',
    ({ agentRuntimeId, name: endpointName }) => ({ agentRuntimeId, endpointName }),
  ],
  CreateHarnessEndpoint: [
    'DeleteHarnessEndpoint',
    ({ harnessId, endpointName }) => ({ harnessId, endpointName }),
  ],
  CreateRegistry: ['DeleteRegistry', (_creation, { registryArn }) => ({ registryId: registryArn })],
  CreateRegistryRecord: [
    'DeleteRegistryRecord',
    ({ registryId }, { recordArn }) => ({ registryId, recordId: recordArn }),
  ],
  CreatePaymentCredentialProvider: ['DeletePaymentCredentialProvider', ({ name }) => ({ name })],
  CreateWorkloadIdentity: ['DeleteWorkloadIdentity', ({ name }) => ({ name })],
  CreatePolicyEngine: ['DeletePolicyEngine', (_creation, { policyEngineId }) => ({ policyEngineId })],
  CreatePolicy: ['DeletePolicy', ({ policyEngineId }, { policyId }) => ({ policyEngineId, policyId })],
  CreateGatewayRule: [
    'DeleteGatewayRule',
    ({ gatewayIdentifier }, { ruleId }) => ({ gatewayIdentifier, ruleId }),
  ],
  CreateGatewayRateLimit: [
    'DeleteGatewayRateLimit',
    ({ gatewayIdentifier }, { rateLimitId }) => ({ gatewayIdentifier, rateLimitId }),
  ],
  CreateConsentPortal: [
    'DeleteConsentPortal',
    (_creation, { consentPortalId }) => ({ consentPortalIdentifier: consentPortalId }),
  ],
  CreateDataset: ['DeleteDataset', (_creation, { datasetId }) => ({ datasetId })],
  CreateConfigurationBundle: ['DeleteConfigurationBundle', (_creation, { bundleId }) => ({ bundleId })],
  CreateCapacityProvider: [
    'DeleteCapacityProvider',
    (_creation, { capacityProviderId }) => ({ capacityProviderId }),
  ],
  CreateBrowser: ['DeleteBrowser', (_creation, { browserId }) => ({ browserId })],
  CreateBrowserProfile: ['DeleteBrowserProfile', (_creation, { profileId }) => ({ profileId })],
  CreateCodeInterpreter: [
    'DeleteCodeInterpreter',
    (_creation, { codeInterpreterId }) => ({ codeInterpreterId }),
  ],
  CreateEvaluator: ['DeleteEvaluator', (_creation, { evaluatorId }) => ({ evaluatorId })],
  CreateOnlineEvaluationConfig: [
    'DeleteOnlineEvaluationConfig',
    (_creation, { onlineEvaluationConfigId }) => ({ onlineEvaluationConfigId }),
  ],
  CreateMemory: ['DeleteMemory', (_creation, { memory }) => ({ memoryId: Object(memory).id })],
  'AgentRegistry.CreateRegistry': [
    'AgentRegistry.DeleteRegistry',
    (_creation, { registryArn }) => ({ registryId: registryArn }),
  ],
  'AgentRegistry.CreateRegistryRecord': [
    'AgentRegistry.DeleteRegistryRecord',
    ({ registryId }, { recordArn }) => ({ registryId, recordId: recordArn }),
  ],
};

/** The creations whose resources are deleted again. */
export const undoneCreations: readonly string[] = Object.keys(DELETIONS);

/** A resource that a row created and could not delete. */
export interface Leftover {
  /** The operation that deletes it, and the operation's input. */
  readonly operation: string;
  readonly input: object;
  /** The service's last answer. */
  readonly reason: string;
}

/** Errors of a resource that is in progress or has children. Another error stays. */
const RETRIED: ReadonlySet<string> = new Set([
  'ConflictException',
  'ThrottlingException',
  'ValidationException',
]);

/** A target that waits for a person can be deleted when its link has expired, at the earliest. */
const WAITS_FOR_PERSON = /pending.?auth/i;

/** Remembers what a row creates in an account, and deletes it in reverse order, children before parents. */
export class CleanUp {
  #created: readonly (readonly [operation: string, input: object])[] = [];

  recordCreated(operation: string, input: object, response: ApiResponse): void {
    const [deletion, deletionInput] = DELETIONS[operation] ?? [];
    if (deletion && deletionInput)
      this.#created = [[deletion, deletionInput({ ...input }, response)], ...this.#created];
  }

  /**
   * Deletes everything. Repeats deletions, because a resource refuses its deletion while it is created and until its children are
   * deleted. Without `patient`, ends early if a target waits for a person.
   *
   * @param repeat calls the action until it returns true or the time is over
   * @returns what is left
   */
  async run(
    call: Call,
    repeat: (action: () => Promise<boolean>) => Promise<unknown>,
    patient: boolean,
  ): Promise<readonly Leftover[]> {
    let leftovers: readonly Leftover[] = [];
    await repeat(async () => {
      leftovers = await this.#deleteAll(call);
      return (
        !leftovers.some(({ reason }) => RETRIED.has(reason.split(':', 1)[0] ?? '')) ||
        (!patient && leftovers.some(({ reason }) => WAITS_FOR_PERSON.test(reason)))
      );
    });
    return leftovers;
  }

  /** Tries once to delete each resource. */
  async #deleteAll(call: Call): Promise<readonly Leftover[]> {
    const leftovers: Leftover[] = [];
    for (const [operation, input] of this.#created) {
      try {
        await call(operation, input);
      } catch (error) {
        const { name, message } = Object(error);
        if (name !== 'ResourceNotFoundException')
          leftovers.push({ operation, input, reason: `${name}: ${message}` });
      }
    }
    this.#created = leftovers.map(({ operation, input }) => [operation, input]);
    return leftovers;
  }
}
