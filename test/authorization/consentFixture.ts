import { BedrockAgentCoreClient, CompleteResourceTokenAuthCommand } from '@aws-sdk/client-bedrock-agentcore';
import {
  BedrockAgentCoreControlClient,
  GetGatewayTargetCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import type { Address } from '../../core/address.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import type { Login } from '../../infra/deployment.ts';
import { type Behaviors, DEFAULT_BEHAVIORS } from '../../local/agentcore/settings/behaviors.ts';
import type { BusEvent } from '../../local/aws/eventBridge/busEvent.ts';
import { type Gateloop, LEDGER_TABLE, SPEC_BUCKET, startGateloop } from '../../local/gateloop.ts';
import { SimulatedClock } from '../../local/simulation/clock.ts';
import { Browser, PAGES, type Page } from './browser.ts';

/** A workspace whose one target needs a person's consent. */
export const manifest = (
  settings = '',
  endpoint = 'https://mcp.example.com/issues',
  workspace = 'repositories',
) => `
owners:
  default: { email: platform@example.com }
  escalation: { email: lead@example.com }
settings: { ${settings} }
oauth2CredentialProviders:
  ${workspace}-github:
    credentialProviderVendor: GithubOauth2
    oauth2ProviderConfigInput:
      githubOauth2ProviderConfig: { clientId: abc, clientSecret: { secretsManager: shared/github } }
gateways:
  ${workspace}:
    roleArn: arn:aws:iam::123456789012:role/repositories-gateway
    protocolType: MCP
    protocolConfiguration: { mcp: { supportedVersions: ["2025-11-25"] } }
    authorizerType: AWS_IAM
    targets:
      issues:
        targetConfiguration: { mcp: { mcpServer: { endpoint: "${endpoint}" } } }
        credentialProviderConfigurations:
          - credentialProviderType: OAUTH
            credentialProvider:
              oauthCredentialProvider:
                providerArn: "\${oauth2CredentialProviders.${workspace}-github.credentialProviderArn}"
                scopes: [repo]
                grantType: AUTHORIZATION_CODE
`;

export const CLIENT_SECRET = 'client-secret-that-nobody-may-see';

function connect(endpoint: string) {
  const settings = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
  };
  return {
    control: new BedrockAgentCoreControlClient(settings),
    data: new BedrockAgentCoreClient(settings),
  };
}

export interface ConsentFixtureOptions {
  readonly behaviors?: Partial<Behaviors>;
  /** Inside of the manifest's `settings`. */
  readonly settings?: string;
  /** Changes the manifest before it is uploaded. */
  readonly edit?: (manifest: string) => string;
  readonly schedules?: boolean;
  readonly dataDirectory?: string;
  /** A login in front of the pages; then time begins with the present, which is when its tokens are made. */
  readonly login?: Login;
  /** A system that is shared with other scenes, one after another; left out, the scene has one of its own. */
  readonly gateloop?: Gateloop;
}

let fixtureCount = 0;

/**
 * One system for all scenes of a file: starting one costs more than most of them. Each scene has a workspace of its own
 * there.
 */
export function sharedSystem(
  options: () => Pick<ConsentFixtureOptions, 'schedules' | 'login'> = () => ({}),
): () => Gateloop {
  let gateloop: Gateloop | undefined;
  beforeAll(async () => {
    gateloop = await startSystem(options());
  });
  afterAll(() => gateloop?.close());
  return () => {
    if (!gateloop) throw new Error('the shared system starts before the first test and not earlier');
    return gateloop;
  };
}

function startSystem({ schedules = false, dataDirectory, login }: ConsentFixtureOptions): Promise<Gateloop> {
  return startGateloop({
    clock: () => new SimulatedClock(login && Date.now()),
    ...(login && { login }),
    authorizationUrl: PAGES,
    secrets: { 'shared/github': CLIENT_SECRET },
    // Each scene brings a provider of its own.
    agentCore: { quotas: { oauth2CredentialProvidersPerAccount: 10_000 } },
    schedules,
    ...(dataDirectory !== undefined && { dataDirectory }),
  });
}

/** Gateloop with one waiting target, and time that passes when it is told to. */
export class ConsentFixture {
  readonly gateloop: Gateloop;
  readonly ledger: DynamoLedger;
  readonly workspace: string;
  readonly #close: () => Promise<void>;
  readonly #callsBefore: Readonly<Record<string, number>>;
  readonly #events: BusEvent[] = [];

  private constructor(gateloop: Gateloop, workspace: string, isShared: boolean) {
    const unlisten = gateloop.aws.onActivity((activity) => {
      if (activity.kind === 'event') this.#events.push(activity.event);
    });
    this.gateloop = gateloop;
    this.workspace = workspace;
    this.#close = async () => (isShared ? unlisten() : gateloop.close());
    this.#callsBefore = gateloop.agentCore.calls();
    const { environment } = gateloop.aws;
    const client = new DynamoDBClient({
      endpoint: environment.AWS_ENDPOINT_URL_DYNAMODB ?? '',
      region: 'us-east-1',
      credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
    });
    this.ledger = new DynamoLedger(LEDGER_TABLE, client);
  }

  static async start(options: ConsentFixtureOptions = {}): Promise<ConsentFixture> {
    const gateloop = options.gateloop ?? (await startSystem(options));
    gateloop.agentCore.setBehaviors({ ...DEFAULT_BEHAVIORS, unreachable: 'accepted', ...options.behaviors });
    gateloop.agentCore.setFaults([]);
    fixtureCount += 1;
    const fixture = new ConsentFixture(
      gateloop,
      `repositories-${fixtureCount}`,
      options.gateloop !== undefined,
    );
    const { edit = (text) => text } = options;
    fixture.upload(edit(fixture.manifest(options.settings)));
    await fixture.settle();
    return fixture;
  }

  get target(): Address {
    return `gatewayTarget/${this.workspace}/issues`;
  }

  manifest(settings?: string, endpoint?: string): string {
    return manifest(settings, endpoint, this.workspace);
  }

  upload(text: string): void {
    const key = `workspaces/${this.workspace}/manifest.yaml`;
    this.gateloop.aws.buckets.put(SPEC_BUCKET, key, Buffer.from(text));
  }

  /** Calls of an operation of AgentCore since the scene began. */
  calls(operation: string): number {
    return (this.gateloop.agentCore.calls()[operation] ?? 0) - (this.#callsBefore[operation] ?? 0);
  }

  /** Has the workspace looked at once more. */
  async reconcile(): Promise<void> {
    const detail = { workspace: this.workspace };
    this.gateloop.aws.bus.publish({ source: 'test', detailType: 'Reconcile Requested', detail });
    await this.settle();
  }

  /** What the bus was told about this workspace. */
  get events(): readonly BusEvent[] {
    return this.#events.filter(({ detail }) => JSON.stringify(detail).includes(`"${this.workspace}`));
  }

  /** What the bus was told of requests that ended. */
  closedEvents(): readonly JsonObject[] {
    return this.events
      .filter((event) => event['detail-type'] === 'Authorization Closed')
      .map(({ detail }) => detail);
  }

  /** Lets time pass until only people are waited for. */
  settle(): Promise<void> {
    return this.gateloop.aws.idle();
  }

  async advance(ms: number): Promise<void> {
    const { clock } = this.gateloop;
    if (clock instanceof SimulatedClock) await clock.advance(ms);
  }

  browser(): Browser {
    return new Browser(this.gateloop);
  }

  messages() {
    return this.gateloop.aws.outbox
      .list()
      .filter(({ attributes }) => attributes.workspace === this.workspace);
  }

  /** The executions of the workspace's requests. */
  authorizations() {
    return this.gateloop.aws.stateMachines
      .list('authorize')
      .filter(({ input }) => isJsonObject(input) && input.workspace === this.workspace);
  }

  /** The link in the latest message that has one. */
  link(): string {
    const links = this.messages().flatMap(
      ({ message }) => /http\S+\/authorizations\/[0-9a-f]{32}/.exec(message) ?? [],
    );
    return links.at(-1) ?? '';
  }

  async resourceRecord(address: Address = this.target): Promise<ResourceRecord | undefined> {
    return (await this.ledger.readResources(this.workspace)).get(address)?.record;
  }

  /** Follows a page that goes on by itself until it stands still, or the provider is reached. */
  async followRefreshes(browser: Browser, page: Page, maxSeconds = 300): Promise<Page> {
    let current = page;
    for (let passed = 0; current.refresh && passed <= maxSeconds; passed += current.refresh?.seconds ?? 0) {
      await this.advance(current.refresh.seconds * 1000);
      current = await browser.open(current.refresh.url);
    }
    return current;
  }

  /** What the person does at the provider; gives the address that the browser is sent back to. */
  async decide(authorizationUrl: string, decision: 'grant' | 'deny'): Promise<string> {
    const response = await fetch(`${this.gateloop.agentCore.url}/_emulator/consent`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ authorizationUrl, decision }),
    });
    const { returnUrl } = Object(await response.json());
    return String(returnUrl);
  }

  /** Presses the button and goes as far as the provider. */
  async openProvider(browser: Browser, link = this.link()): Promise<string> {
    browser.providerUrl = undefined;
    const end = await this.followRefreshes(browser, await browser.submit(link));
    if (browser.providerUrl === undefined) throw new Error(`the browser came no further than “${end.title}”`);
    return browser.providerUrl;
  }

  /** The whole way, with consent. */
  async consent(browser: Browser, link = this.link()): Promise<Page> {
    const callbackUrl = await this.decide(await this.openProvider(browser, link), 'grant');
    return this.followRefreshes(browser, await browser.open(callbackUrl));
  }

  /** Somebody consents in the AWS console, which completes by itself. */
  async consentInConsole(): Promise<void> {
    const client = connect(this.gateloop.agentCore.url);
    const { gatewayId, targetId } = await this.ids();
    const { authorizationData } = await client.control.send(
      new GetGatewayTargetCommand({ gatewayIdentifier: gatewayId, targetId }),
    );
    const { authorizationUrl = '', userId = '' } = authorizationData?.oauth2 ?? {};
    await this.completeAuthorization(await this.decide(authorizationUrl, 'grant'), userId);
    await this.advance(60_000);
  }

  /** Tells the service whose consent it was that the browser came back with. */
  async completeAuthorization(callbackUrl: string, userId: string): Promise<void> {
    const sessionUri = new URL(callbackUrl).searchParams.get('session_id') ?? '';
    const { data } = connect(this.gateloop.agentCore.url);
    await data.send(new CompleteResourceTokenAuthCommand({ sessionUri, userIdentifier: { userId } }));
  }

  /** Whose session it is, to the service. */
  async userId(): Promise<string> {
    const { gatewayId, targetId } = await this.ids();
    const { authorizationData } = await connect(this.gateloop.agentCore.url).control.send(
      new GetGatewayTargetCommand({ gatewayIdentifier: gatewayId, targetId }),
    );
    return authorizationData?.oauth2?.userId ?? '';
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
