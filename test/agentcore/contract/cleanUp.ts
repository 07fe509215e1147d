import type { ApiResponse } from './subject.ts';

type Call = (operation: string, input: object) => Promise<ApiResponse>;

/** How to delete what a creation made: the operation, and its input from the creation's own input and answer. */
const REMOVALS: Readonly<
  Record<string, readonly [operation: string, input: (given: ApiResponse, answer: ApiResponse) => object]>
> = {
  CreateGateway: ['DeleteGateway', (_given, { gatewayId }) => ({ gatewayIdentifier: gatewayId })],
  CreateGatewayTarget: [
    'DeleteGatewayTarget',
    ({ gatewayIdentifier }, { targetId }) => ({ gatewayIdentifier, targetId }),
  ],
  CreateOauth2CredentialProvider: ['DeleteOauth2CredentialProvider', ({ name }) => ({ name })],
  CreateAgentRuntime: ['DeleteAgentRuntime', (_given, { agentRuntimeId }) => ({ agentRuntimeId })],
  CreateHarness: ['DeleteHarness', (_given, { harness }) => ({ harnessId: Object(harness).harnessId })],
  CreateRegistry: ['DeleteRegistry', (_given, { registryArn }) => ({ registryId: registryArn })],
  CreateRegistryRecord: [
    'DeleteRegistryRecord',
    ({ registryId }, { recordArn }) => ({ registryId, recordId: recordArn }),
  ],
};

const RETRY_MS = 5000;
const MAX_ATTEMPTS = 60;

/** Remembers what is created on an account, so that it can be deleted again, children before parents. */
export class CleanUp {
  readonly #created: [operation: string, input: object][] = [];

  recordCreated(operation: string, given: object, answer: ApiResponse): void {
    const removal = REMOVALS[operation];
    if (removal) this.#created.push([removal[0], removal[1]({ ...given }, answer)]);
  }

  async run(call: Call): Promise<void> {
    for (const [operation, input] of this.#created.toReversed()) await remove(call, operation, input);
  }
}

/** What is still being made, or still has children that are going, refuses its deletion for a while. */
async function remove(call: Call, operation: string, input: object): Promise<void> {
  for (let tries = 0; tries < MAX_ATTEMPTS; tries += 1) {
    try {
      await call(operation, input);
      return;
    } catch (error) {
      const { name } = Object(error);
      if (name === 'ResourceNotFoundException') return;
      if (!['ConflictException', 'ThrottlingException', 'ValidationException'].includes(name)) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
  throw new Error(`${operation} ${JSON.stringify(input)} was refused for five minutes: delete it by hand`);
}
