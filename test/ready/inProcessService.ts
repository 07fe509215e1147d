import { Readable } from 'node:stream';
import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { HttpResponse } from '@smithy/core/protocols';
import { Dispatcher, type WriteLogEntry } from '../../local/agentcore/dispatcher.ts';
import { Service } from '../../local/agentcore/service.ts';
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

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** The emulator behind an SDK client without a socket between them, which costs a fifth of a call over loopback. */
export class InProcessService {
  readonly clock = new SimulatedClock();
  readonly client: BedrockAgentCoreControlClient;
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
    this.client = new BedrockAgentCoreControlClient({
      region: 'us-east-1',
      credentials: CREDENTIALS,
      maxAttempts: 1,
      requestHandler: { handle: (request: Request) => Promise.resolve(this.#handle(request)) },
    });
  }

  /** The accepted and rejected writes since the last reset, in order. */
  get writes(): readonly WriteLogEntry[] {
    return this.#dispatcher.writes;
  }

  reset(): void {
    this.#service.reset();
    this.#dispatcher.clear();
  }

  async close(): Promise<void> {
    this.client.destroy();
    await this.#service.close();
    this.#store.close();
  }

  #handle({ method, path, query = {}, headers, body }: Request): { response: HttpResponse } {
    const search = new URLSearchParams(
      Object.entries(query).flatMap(([name, value]) =>
        [value ?? ''].flat().map((each): [string, string] => [name, each]),
      ),
    );
    const result = this.#dispatcher.handle({
      method,
      path,
      query: String(search),
      headers: new Headers(headers),
      body: typeof body === 'string' ? body : Buffer.from(body ?? []).toString(),
    });
    if (typeof result === 'string') throw new Error(`the emulator answers ${result}`);
    const { status: statusCode, headers: answered, body: text } = result;
    return {
      response: new HttpResponse({
        statusCode,
        headers: { ...answered },
        body: Readable.from([Buffer.from(text)]),
      }),
    };
  }
}
