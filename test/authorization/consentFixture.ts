import { BedrockAgentCoreClient, CompleteResourceTokenAuthCommand } from '@aws-sdk/client-bedrock-agentcore';
import {
  GetGatewayTargetCommand,
  type GetGatewayTargetResponse,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { afterAll, beforeAll } from 'vitest';
import type { Address } from '../../core/address.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { defined } from '../../core/objects.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import type { Login } from '../../infra/deployment.ts';
import { type Behaviors, DEFAULT_BEHAVIORS } from '../../local/agentcore/settings/behaviors.ts';
import type { BusEvent } from '../../local/aws/eventBridge/busEvent.ts';
import type { Gateloop } from '../../local/gateloop.ts';
import { SimulatedClock } from '../../local/simulation/clock.ts';
import {
  emulatorSettings,
  linksIn,
  type System,
  startSystem,
  startThreadedSystem,
} from '../system/system.ts';
import { Browser, type Page } from './browser.ts';
import { CLIENT_SECRET, manifest } from './consentManifest.ts';

export interface ConsentFixtureOptions {
  readonly behaviors?: Partial<Behaviors>;
  /** Members of the manifest's `settings`. */
  readonly settings?: string;
  /** Changes the manifest before the upload. */
  readonly edit?: (manifest: string) => string;
  /** Where a system in threads stores its state. Without it, the functions run in this process. */
  readonly dataDirectory?: string;
  /** A system that fixtures share, one after another. Without it, the fixture starts its own. */
  readonly system?: System<Ledger>;
}

interface SharedSystemOptions {
  readonly schedules?: boolean;
  /** A login in front of the pages. Simulated time then begins now, because that is when its tokens are issued. */
  readonly login?: Login;
}

let fixtureCount = 0;

/** One system for all fixtures of a file, because its start takes longer than most tests. Each fixture has its own workspace. */
export function sharedSystem(options: () => SharedSystemOptions = () => ({})): () => System<Ledger> {
  let system: System<Ledger> | undefined;
  beforeAll(async () => {
    system = await startConsentSystem(options());
  });
  afterAll(() => system?.close());
  return () => {
    if (!system) throw new Error('the shared system starts just before the first test');
    return system;
  };
}

function startConsentSystem({
  schedules = false,
  dataDirectory,
  login,
}: SharedSystemOptions & Pick<ConsentFixtureOptions, 'dataDirectory'>): Promise<System<Ledger>> {
  const options = {
    ...defined({ login }),
    ...(login && { clock: () => new SimulatedClock(Date.now()) }),
    secrets: { 'shared/github': CLIENT_SECRET },
    // Each fixture creates a provider.
    agentCore: { quotas: { oauth2CredentialProvidersPerAccount: 10_000 } },
    schedules,
  };
  return dataDirectory === undefined
    ? startSystem(options)
    : startThreadedSystem({ ...options, dataDirectory });
}

/** A workspace in which one target waits for a person's consent. */
export class ConsentFixture {
  readonly system: System<Ledger>;
  readonly ledger: Ledger;
  readonly workspace: string;
  readonly #close: () => Promise<void>;
  readonly #callsBefore: Readonly<Record<string, number>>;
  readonly #events: BusEvent[] = [];

  private constructor(system: System<Ledger>, workspace: string, isShared: boolean) {
    const { aws, agentCore } = system.gateloop;
    const unlisten = aws.onActivity((activity) => {
      if (activity.kind === 'event') this.#events.push(activity.event);
    });
    this.system = system;
    this.workspace = workspace;
    this.#close = async () => (isShared ? unlisten() : system.close());
    this.#callsBefore = agentCore.calls();
    this.ledger = system.ledger;
  }

  static async start(options: ConsentFixtureOptions = {}): Promise<ConsentFixture> {
    const system = options.system ?? (await startConsentSystem(options));
    const { agentCore } = system.gateloop;
    agentCore.setBehaviors({ ...DEFAULT_BEHAVIORS, unreachable: 'accepted', ...options.behaviors });
    agentCore.setFaults([]);
    fixtureCount += 1;
    const fixture = new ConsentFixture(system, `repositories-${fixtureCount}`, options.system !== undefined);
    const { edit = (text) => text } = options;
    fixture.upload(edit(fixture.manifest(options.settings)));
    await fixture.settle();
    return fixture;
  }

  /** Goes on with a workspace that an earlier start of the system left, on the same data directory. */
  static resume(system: System<Ledger>, workspace: string): ConsentFixture {
    system.gateloop.agentCore.setBehaviors({ ...DEFAULT_BEHAVIORS, unreachable: 'accepted' });
    return new ConsentFixture(system, workspace, true);
  }

  get gateloop(): Gateloop {
    return this.system.gateloop;
  }

  get target(): Address {
    return `gatewayTarget/${this.workspace}/issues`;
  }

  manifest(settings?: string, endpoint?: string): string {
    return manifest(settings, endpoint, this.workspace);
  }

  upload(text: string): void {
    this.system.upload(this.workspace, 'manifest.yaml', text);
  }

  /** How often an operation of AgentCore was called since the fixture started. */
  calls(operation: string): number {
    return (this.gateloop.agentCore.calls()[operation] ?? 0) - (this.#callsBefore[operation] ?? 0);
  }

  reconcile(): Promise<void> {
    return this.system.reconcile(this.workspace);
  }

  /** The events about this workspace since the fixture started. */
  get events(): readonly BusEvent[] {
    return this.#events.filter(({ detail }) => JSON.stringify(detail).includes(`"${this.workspace}`));
  }

  /** The details of the `Authorization Closed` events. */
  closedEvents(): readonly JsonObject[] {
    return this.events
      .filter((event) => event['detail-type'] === 'Authorization Closed')
      .map(({ detail }) => detail);
  }

  settle(): Promise<void> {
    return this.system.settle();
  }

  advance(ms: number): Promise<void> {
    return this.system.advance(ms);
  }

  browser(): Browser {
    return new Browser(this.gateloop);
  }

  messages() {
    return this.gateloop.aws.outbox
      .list()
      .filter(({ attributes }) => attributes.workspace === this.workspace);
  }

  /** The executions of the workflow of the workspace's requests. */
  authorizations() {
    return this.gateloop.aws.stateMachines
      .list('authorize')
      .filter(({ input }) => isJsonObject(input) && input.workspace === this.workspace);
  }

  /** The link in the latest message that has one. */
  link(): string {
    return linksIn(this.messages()).at(-1) ?? '';
  }

  async resourceRecord(address: Address = this.target): Promise<ResourceRecord | undefined> {
    return (await this.ledger.readResources(this.workspace)).get(address)?.record;
  }

  /** Follows the refreshes of a page until it has none, or the browser reaches the provider. */
  async followRefreshes(browser: Browser, page: Page, maxSeconds = 300): Promise<Page> {
    let current = page;
    for (let passed = 0; current.refresh && passed <= maxSeconds; passed += current.refresh?.seconds ?? 0) {
      await this.advance(current.refresh.seconds * 1000);
      current = await browser.open(current.refresh.url);
    }
    return current;
  }

  /** Grants or denies consent at the provider. @returns the callback URL for the browser */
  async decide(authorizationUrl: string, decision: 'grant' | 'deny'): Promise<string> {
    const response = await fetch(`${this.gateloop.agentCore.url}/_emulator/consent`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ authorizationUrl, decision }),
    });
    const { returnUrl } = Object(await response.json());
    return String(returnUrl);
  }

  /** Submits the page of a request and follows it to the provider. @returns the URL at the provider */
  async openProvider(browser: Browser, link = this.link()): Promise<string> {
    browser.providerUrl = undefined;
    const end = await this.followRefreshes(browser, await browser.submit(link));
    if (browser.providerUrl === undefined) throw new Error(`the browser stopped at the page “${end.title}”`);
    return browser.providerUrl;
  }

  /** Goes from the link through the provider, where it grants consent, to the last page. */
  async consent(browser: Browser, link = this.link()): Promise<Page> {
    const callbackUrl = await this.decide(await this.openProvider(browser, link), 'grant');
    return this.followRefreshes(browser, await browser.open(callbackUrl));
  }

  /** Consents in the AWS console, which completes the session without Gateloop. */
  async consentInConsole(): Promise<void> {
    const { authorizationUrl = '', userId = '' } = await this.#oauth2Data();
    await this.completeAuthorization(await this.decide(authorizationUrl, 'grant'), userId);
    await this.advance(60_000);
  }

  /** Completes the session that a callback URL names. */
  async completeAuthorization(callbackUrl: string, userId: string): Promise<void> {
    const sessionUri = new URL(callbackUrl).searchParams.get('session_id') ?? '';
    const data = new BedrockAgentCoreClient(emulatorSettings(this.gateloop.agentCore.url));
    await data.send(new CompleteResourceTokenAuthCommand({ sessionUri, userIdentifier: { userId } }));
  }

  /** The user that the target's session belongs to. */
  async userId(): Promise<string> {
    return (await this.#oauth2Data()).userId ?? '';
  }

  /** The target as the service has it. */
  async liveTarget(): Promise<GetGatewayTargetResponse> {
    const { gatewayId, targetId } = await this.ids();
    return this.system.control.send(new GetGatewayTargetCommand({ gatewayIdentifier: gatewayId, targetId }));
  }

  async #oauth2Data(): Promise<{ readonly authorizationUrl?: string; readonly userId?: string }> {
    const { authorizationData } = await this.liveTarget();
    return defined({ ...authorizationData?.oauth2 });
  }

  /** The token that the request's execution waits for. */
  async taskToken(): Promise<string> {
    const reference = hashId(this.link().slice(-32));
    return (await this.ledger.readRequest(reference))?.request.taskToken ?? '';
  }

  async ids(): Promise<{ gatewayId: string; targetId: string }> {
    const gateway = await this.resourceRecord(`gateway/${this.workspace}`);
    return { gatewayId: gateway?.id ?? '', targetId: (await this.resourceRecord())?.id ?? '' };
  }

  close(): Promise<void> {
    return this.#close();
  }
}
