import { defined } from '../../core/objects.ts';
import type { Table } from '../simulation/table.ts';
import { AgentRegistryEvents } from './agentRegistry/events.ts';
import { AgentRegistryRecords } from './agentRegistry/records.ts';
import { AgentRegistries } from './agentRegistry/registries.ts';
import { SourceReader } from './agentRegistry/sourceReader.ts';
import { ClientTokens } from './clientTokens.ts';

import { Consents } from './consent/consents.ts';
import { ApiKeyCredentialProviders } from './credentialProviders/apiKeyCredentialProviders.ts';
import { CredentialProviders } from './credentialProviders/credentialProviders.ts';
import { PaymentCredentialProviders } from './credentialProviders/paymentCredentialProviders.ts';
import type { EmulatorContext } from './emulatorContext.ts';
import { Endpoints } from './endpoints.ts';
import { EventOutbox } from './eventOutbox.ts';
import { GatewayEndpoint } from './gateways/gatewayEndpoint.ts';
import { Gateways } from './gateways/gateways.ts';
import { GenericService } from './generic/genericService.ts';
import { TokenVaults } from './identities/tokenVaults.ts';
import { WorkloadIdentities } from './identities/workloadIdentities.ts';
import { type Job, JobQueue } from './jobQueue.ts';
import { ManagementEvents } from './managementEvents.ts';
import type { Operations } from './operation.ts';
import type { AgentCoreOptions } from './options.ts';
import { RateLimiter } from './rateLimiter.ts';
import { Registries } from './registries/registries.ts';
import { RegistryEvents } from './registries/registryEvents.ts';
import { RegistryRecords } from './registries/registryRecords.ts';
import { ResourcePolicies } from './resourcePolicies.ts';
import { AgentRuntimes } from './runtimes/agentRuntimes.ts';
import { Harnesses } from './runtimes/harnesses.ts';
import { DEFAULT_BEHAVIORS } from './settings/behaviors.ts';
import { Faults } from './settings/faults.ts';
import { DEFAULT_LATENCIES } from './settings/latencies.ts';
import { DEFAULT_QUOTAS } from './settings/quotas.ts';
import { createRandom } from './settings/random.ts';
import { Tags } from './tags.ts';
import { McpServers } from './targets/mcpServers.ts';
import { Targets } from './targets/targets.ts';
import { readTargetSchema, ToolLoader } from './targets/toolLoader.ts';

const ACCOUNT = '123456789012';
const REGION = 'us-east-1';

/** The table of the job queue in the store. */
const JOB_TABLE = 'agentcore.jobs';

/** The emulated service behind the HTTP server: its state and its operations. */
export class Service {
  readonly context: EmulatorContext;
  readonly gateways: Gateways;
  readonly targets: Targets;
  readonly gatewayEndpoint: GatewayEndpoint;
  readonly providers: CredentialProviders;
  readonly apiKeyProviders: ApiKeyCredentialProviders;
  readonly runtimes: AgentRuntimes;
  readonly harnesses: Harnesses;
  readonly registries: Registries;
  readonly records: RegistryRecords;
  readonly agentRegistries: AgentRegistries;
  readonly agentRegistryRecords: AgentRegistryRecords;
  readonly generic: GenericService;
  readonly consents: Consents;
  readonly clientTokens: ClientTokens;
  readonly rateLimiter: RateLimiter;
  readonly operations: Operations;
  /** Undefined in an account without a trail. */
  readonly managementEvents: ManagementEvents | undefined;
  readonly #jobQueue: JobQueue;
  readonly #tables: Table<unknown>[] = [];
  readonly authorize: NonNullable<AgentCoreOptions['authorize']>;
  /** Set once the server listens. */
  url = '';

  constructor(options: AgentCoreOptions, onError: (error: unknown, job: Job) => void) {
    this.#jobQueue = new JobQueue(options.clock, options.store, options.store.table(JOB_TABLE), onError);
    this.context = this.#createContext(options);
    this.authorize = options.authorize ?? (() => undefined);
    const tags = new Tags(this.context);
    this.clientTokens = new ClientTokens(this.context);
    this.rateLimiter = new RateLimiter(this.context);
    this.consents = new Consents(this.context);
    this.gateways = new Gateways(this.context, tags);
    this.providers = new CredentialProviders(this.context, tags);
    this.apiKeyProviders = new ApiKeyCredentialProviders(this.context, tags);
    this.runtimes = new AgentRuntimes(this.context, tags);
    this.harnesses = new Harnesses(this.context, this.runtimes, tags);
    const identities = new WorkloadIdentities(
      this.context,
      tags,
      (id) => this.gateways.find(id) ?? this.runtimes.find(id) ?? this.agentRegistries.findByIdentity(id),
    );
    this.registries = new Registries(this.context);
    const outbox = new EventOutbox(this.context, options.publish);
    const events = new RegistryEvents(this.context, outbox);
    this.records = new RegistryRecords(this.context, this.registries, events);
    this.managementEvents = options.trail && new ManagementEvents(this.context, outbox, options.trail.roles);
    const { readObject, readSchema = readTargetSchema, endpoints = {}, functions = {} } = options;
    const reachable = new Endpoints(endpoints);
    const servers = new McpServers(reachable);
    const toolLoader = new ToolLoader(this.context, { servers, readSchema, readObject });
    const providers = { oauth: this.providers, apiKey: this.apiKeyProviders };
    const owners = { gateways: this.gateways, identities };
    this.targets = new Targets(this.context, owners, providers, this.consents, toolLoader);
    const agentRegistryEvents = new AgentRegistryEvents(outbox);
    this.agentRegistries = new AgentRegistries(this.context, tags, agentRegistryEvents);
    this.agentRegistryRecords = new AgentRegistryRecords(this.context, {
      registries: this.agentRegistries,
      tags,
      events: agentRegistryEvents,
      consents: this.consents,
      providers: this.providers,
      reader: new SourceReader(this.context, {
        endpoints: reachable,
        servers,
        gateways: this.targets,
        readObject,
      }),
    });
    this.generic = new GenericService(this.context, {
      gateways: this.gateways,
      runtimes: this.runtimes,
      tags,
    });
    const resourcePolicies = new ResourcePolicies(this.context, [this.gateways, this.runtimes]);
    this.gatewayEndpoint = new GatewayEndpoint(this.context, this.gateways, this.targets, functions);
    this.operations = {
      ...this.gateways.operations(),
      ...this.targets.operations(),
      ...this.consents.operations(),
      ...this.providers.operations(),
      ...this.apiKeyProviders.operations(),
      ...new PaymentCredentialProviders(this.context, tags).operations(),
      ...this.runtimes.operations(),
      ...this.harnesses.operations(),
      ...identities.operations(),
      ...this.registries.operations(),
      ...this.records.operations(),
      ...this.agentRegistries.operations(),
      ...this.agentRegistryRecords.operations(),
      ...this.generic.operations(),
      ...resourcePolicies.operations(),
      ...new TokenVaults(this.context).operations(),
      ...tags.operations(),
    };
  }

  /** Starts to run due jobs. */
  start(): void {
    this.clientTokens.purge();
    this.#jobQueue.start();
  }

  async close(): Promise<void> {
    await this.#jobQueue.close();
  }

  /**
   * Records the user's decision on a consent.
   * @returns the URL that the browser returns to
   * @throws RangeError for a link that is unknown, used or expired
   */
  recordConsent(authorizationUrl: string, decision: 'grant' | 'deny', accessToken?: string): URL {
    const requestUri = URL.parse(authorizationUrl)?.searchParams.get('request_uri') ?? '';
    const session = this.consents.get(requestUri);
    if (session?.state !== 'open' || this.consents.isExpired(session)) {
      throw new RangeError('The authorization link is unknown, used, or expired. Request a new one.');
    }
    const state = decision === 'grant' ? ('granted' as const) : ('denied' as const);
    this.consents.update(session, defined({ state, accessToken }));
    return this.consents.returnUrlOf(session, decision);
  }

  /** Deletes all resources, client tokens and jobs. Behaviors, quotas and fault rules stay. */
  reset(): void {
    this.context.store.transaction(() => {
      this.context.store.table(JOB_TABLE).clear();
      for (const table of this.#tables) table.clear();
    });
    this.targets.reset();
    this.rateLimiter.clear();
    this.context.faults.clearLog();
  }

  #createContext(options: AgentCoreOptions): EmulatorContext {
    const { clock, store, accountId = ACCOUNT, region = REGION, onChange } = options;
    const seed = `${options.seed ?? 0}/${this.#countStarts(options)}`;
    const tables = this.#tables;
    return {
      clock,
      store,
      account: accountId,
      region,
      settings: {
        behaviors: { ...DEFAULT_BEHAVIORS, ...options.behaviors },
        quotas: { ...DEFAULT_QUOTAS, ...options.quotas },
        latencies: { ...DEFAULT_LATENCIES, ...options.latencies },
      },
      faults: new Faults(createRandom(seed, 'faults'), () => clock.now(), options.faults),
      jobQueue: this.#jobQueue,
      random: { ids: createRandom(seed, 'ids'), latencies: createRandom(seed, 'latencies') },
      url: () => this.url,
      table<T>(name: string): Table<T> {
        const table = store.table<T>(`agentcore.${name}`);
        tables.push(table as Table<unknown>);
        return table;
      },
      notifyChange: (change) => onChange?.({ at: clock.now(), ...change }),
    };
  }

  /** Gives each start on the same store another seed; otherwise ids of deleted resources would be reused. */
  #countStarts({ store }: AgentCoreOptions): number {
    const starts = store.table<number>('agentcore.start');
    const count = (starts.get('count') ?? 0) + 1;
    starts.put('count', count);
    return count;
  }
}
