import { BedrockAgentCoreClient, CompleteResourceTokenAuthCommand } from '@aws-sdk/client-bedrock-agentcore';
import {
  BedrockAgentCoreControlClient,
  GetGatewayTargetCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { referenceOf } from '../../core/authorization/reference.ts';
import type { Memory } from '../../core/decide/memory.ts';
import type { JsonObject } from '../../core/manifest/json.ts';
import type { Address } from '../../core/resources/resourceKinds.ts';
import type { Switches } from '../../local/agentcore/settings/switches.ts';
import { SimulatedClock } from '../../local/clock.ts';
import type { BusEvent } from '../../local/events/busEvent.ts';
import { type Gateloop, LEDGER_TABLE, SPEC_BUCKET, startGateloop } from '../../local/gateloop.ts';
import { Browser, PAGES, type Shown } from './browser.ts';

export const TARGET: Address = 'gatewayTarget/repositories/issues';

/** A workspace whose one target needs a person's consent. */
export const manifest = (settings = '', endpoint = 'https://mcp.example.com/issues') => `
owners:
  default: { email: platform@example.com }
  escalation: { email: lead@example.com }
settings: { ${settings} }
oauth2CredentialProviders:
  github:
    credentialProviderVendor: GithubOauth2
    oauth2ProviderConfigInput:
      githubOauth2ProviderConfig: { clientId: abc, clientSecret: { secretsManager: repositories/github } }
gateways:
  repositories:
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
                providerArn: "\${oauth2CredentialProviders.github.credentialProviderArn}"
                scopes: [repo]
                grantType: AUTHORIZATION_CODE
`;

export const SECRET = 'client-secret-that-nobody-may-see';

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

/** Gateloop with one waiting target, and time that passes when it is told to. */
export class Scene {
  readonly gateloop: Gateloop;
  readonly ledger: DynamoLedger;
  readonly events: BusEvent[] = [];

  private constructor(gateloop: Gateloop) {
    gateloop.aws.onActivity((activity) => {
      if (activity.kind === 'event') this.events.push(activity.event);
    });
    this.gateloop = gateloop;
    const { environment } = gateloop.aws;
    const client = new DynamoDBClient({
      endpoint: environment.AWS_ENDPOINT_URL_DYNAMODB ?? '',
      region: 'us-east-1',
      credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
    });
    this.ledger = new DynamoLedger(LEDGER_TABLE, client);
  }

  static async start(
    given: {
      switches?: Partial<Switches>;
      manifest?: string;
      schedules?: boolean;
      dataDirectory?: string;
    } = {},
  ): Promise<Scene> {
    const gateloop = await startGateloop({
      clock: () => new SimulatedClock(),
      authorizationUrl: PAGES,
      agentCore: { switches: { unreachable: 'accepted', ...given.switches } },
      secrets: { 'repositories/github': SECRET },
      schedules: given.schedules ?? false,
      ...(given.dataDirectory !== undefined && { dataDirectory: given.dataDirectory }),
    });
    const scene = new Scene(gateloop);
    scene.upload(given.manifest ?? manifest());
    await scene.settle();
    return scene;
  }

  upload(text: string): void {
    this.gateloop.aws.buckets.put(SPEC_BUCKET, 'workspaces/repositories/manifest.yaml', Buffer.from(text));
  }

  /** Has the workspace looked at once more. */
  async look(): Promise<void> {
    const detail = { workspace: 'repositories' };
    this.gateloop.aws.bus.publish({ source: 'test', detailType: 'Reconcile Requested', detail });
    await this.settle();
  }

  /** What the bus was told of requests that ended. */
  closings(): readonly JsonObject[] {
    return this.events
      .filter((event) => event['detail-type'] === 'Authorization Closed')
      .map(({ detail }) => detail);
  }

  /** Lets time pass until only people are waited for. */
  settle(): Promise<void> {
    return this.gateloop.aws.idle();
  }

  async pass(ms: number): Promise<void> {
    const { clock } = this.gateloop;
    if (clock instanceof SimulatedClock) await clock.advance(ms);
  }

  browser(): Browser {
    return new Browser(this.gateloop);
  }

  messages() {
    return this.gateloop.aws.outbox.list();
  }

  /** The link in the latest message that has one. */
  link(): string {
    const links = this.messages().flatMap(
      ({ message }) => /http\S+\/authorizations\/[0-9a-f]{32}/.exec(message) ?? [],
    );
    return links.at(-1) ?? '';
  }

  async memory(address: Address = TARGET): Promise<Memory | undefined> {
    return (await this.ledger.readResources('repositories')).get(address)?.memory;
  }

  /** Follows a page that goes on by itself until it stands still, or the provider is reached. */
  async follow(browser: Browser, page: Shown, mostSeconds = 300): Promise<Shown> {
    let present = page;
    for (let passed = 0; present.refresh && passed <= mostSeconds; passed += present.refresh?.seconds ?? 0) {
      await this.pass(present.refresh.seconds * 1000);
      present = await browser.open(present.refresh.url);
    }
    return present;
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
  async toProvider(browser: Browser, link = this.link()): Promise<string> {
    browser.provider = undefined;
    const end = await this.follow(browser, await browser.press(link));
    if (browser.provider === undefined) throw new Error(`the browser came no further than “${end.title}”`);
    return browser.provider;
  }

  /** The whole way, with consent. */
  async consent(browser: Browser, link = this.link()): Promise<Shown> {
    const back = await this.decide(await this.toProvider(browser, link), 'grant');
    return this.follow(browser, await browser.open(back));
  }

  /** Somebody consents in the AWS console, which completes by itself. */
  async consentElsewhere(): Promise<void> {
    const client = connect(this.gateloop.agentCore.url);
    const { gatewayId, targetId } = await this.ids();
    const { authorizationData } = await client.control.send(
      new GetGatewayTargetCommand({ gatewayIdentifier: gatewayId, targetId }),
    );
    const { authorizationUrl = '', userId = '' } = authorizationData?.oauth2 ?? {};
    const back = new URL(await this.decide(authorizationUrl, 'grant'));
    const sessionUri = back.searchParams.get('session_id') ?? '';
    await client.data.send(new CompleteResourceTokenAuthCommand({ sessionUri, userIdentifier: { userId } }));
    await this.pass(60_000);
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
    const reference = referenceOf(this.link().slice(-32));
    return (await this.ledger.readRequest(reference))?.request.taskToken ?? '';
  }

  async ids(): Promise<{ gatewayId: string; targetId: string }> {
    const gateway = await this.memory('gateway/repositories');
    return { gatewayId: gateway?.id ?? '', targetId: (await this.memory())?.id ?? '' };
  }

  close(): Promise<void> {
    return this.gateloop.close();
  }
}
