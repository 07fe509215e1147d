import {
  type BedrockAgentCoreClient,
  CompleteResourceTokenAuthCommand,
} from '@aws-sdk/client-bedrock-agentcore';
import type { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import type { AgentRegistryControlClient } from '../../adapters/agentRegistry/index.ts';
import type { AuthorizationLink } from '../../core/authorization/authorizationLink.ts';
import { Dispatcher, type IncomingRequest, type WriteLogEntry } from '../../local/agentcore/dispatcher.ts';
import { Service } from '../../local/agentcore/service.ts';
import { directAgentCoreClients } from '../../local/agentcore/testing/directClients.ts';
import { CREDENTIALS } from '../../local/agentcore/testing/emulator.ts';
import { SimulatedClock } from '../../local/simulation/clock.ts';
import { Store } from '../../local/simulation/store.ts';

const UNLIMITED = {
  ratePerSecond: {},
  oauth2CredentialProvidersPerAccount: Infinity,
  registriesPerAccount: Infinity,
};

/** Nobody answers at the endpoints of these tests. Which changes of versions the service takes is not known. */
const BEHAVIORS = { unreachable: 'accepted', supportedVersionsChange: 'accepted' } as const;

/** The emulator behind an SDK client without a socket between them. */
export class InProcessService {
  readonly clock = new SimulatedClock();
  readonly client: BedrockAgentCoreControlClient;
  readonly registryClient: AgentRegistryControlClient;
  readonly #dataClient: BedrockAgentCoreClient;
  readonly #store = new Store(':memory:');
  readonly #service: Service;
  readonly #dispatcher: Dispatcher;

  constructor() {
    const { clock } = this;
    this.#service = new Service(
      { clock, store: this.#store, seed: 1, behaviors: BEHAVIORS, quotas: UNLIMITED },
      (error) => {
        throw error;
      },
    );
    this.#service.url = 'http://127.0.0.1';
    this.#dispatcher = new Dispatcher(this.#service);
    this.#service.start();
    const dispatch = (request: IncomingRequest) => this.#dispatcher.handle(request);
    const { control, data, registry } = directAgentCoreClients(
      dispatch,
      this.#service.url,
      CREDENTIALS.accessKeyId,
    );
    this.client = control;
    this.#dataClient = data;
    this.registryClient = registry;
  }

  /** The accepted and rejected writes since the last reset, in order. */
  get writes(): readonly WriteLogEntry[] {
    return this.#dispatcher.writes;
  }

  /** What a person and Gateloop's pages do with the link of an operation that waits for consent. */
  async consent({ url, userId }: AuthorizationLink): Promise<void> {
    const returned = this.#service.recordConsent(url, 'grant');
    const sessionUri = returned.searchParams.get('session_id') ?? '';
    await this.#dataClient.send(
      new CompleteResourceTokenAuthCommand({ sessionUri, userIdentifier: { userId } }),
    );
  }

  reset(): void {
    this.#service.reset();
    this.#dispatcher.clear();
  }

  async close(): Promise<void> {
    this.client.destroy();
    this.#dataClient.destroy();
    this.registryClient.destroy();
    await this.#service.close();
    this.#store.close();
  }
}
