import {
  SubmitRegistryRecordForApprovalCommand,
  UpdateRegistryRecordCommand,
  UpdateRegistryRecordStatusCommand,
} from '../../adapters/agentRegistry/index.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { isJsonObject } from '../../core/json.ts';
import type { RecordId } from '../../core/ports/registryRecords.ts';
import type { Publication } from '../../core/resources/registryRecord.ts';
import { linksIn, type System } from '../system/system.ts';
import { Browser } from './browser.ts';

/** The records of a scenario: an MCP server, and a skill whose source a GitHub user has to give access to. */
export type RecordName = (typeof RECORDS)[number];

const RECORDS = ['server', 'skill'] as const;

/** An action of the owner, a person with a link, another client or the environment. */
export type PublicationAction = {
  /** Whether everything comes to rest before the next action. */
  readonly settles: boolean;
} & (
  | { readonly do: 'edit'; readonly record: RecordName; readonly variant: number }
  | { readonly do: 'publish'; readonly publication: Publication }
  /** A person answers the latest question about a record, or the first one. */
  | { readonly do: 'answer'; readonly answer: 'yes' | 'no'; readonly old: boolean }
  /** A person opens the latest link for the skill, and consents at GitHub or does not. */
  | { readonly do: 'consent'; readonly decision: 'grant' | 'deny' }
  /** Another client of the registry. */
  | { readonly do: 'editOutside'; readonly variant: number }
  | { readonly do: 'submitOutside'; readonly record: RecordName }
  | { readonly do: 'decideOutside'; readonly status: 'APPROVED' | 'REJECTED' | 'DEPRECATED' }
  /** The event of the record comes once more. */
  | { readonly do: 'repeatEvent' }
  /** The next invocation of a function does all its work, and then fails. */
  | { readonly do: 'crash'; readonly function: (typeof CRASHING)[number] }
  /** The service carries out the next call about a record, and its answer is lost, with the link in it. */
  | { readonly do: 'loseAnswer' }
  | { readonly do: 'pass'; readonly minutes: number }
  | { readonly do: 'reconcile' }
);

export const CRASHING = ['registry-approvals', 'poll', 'provision', 'notify', 'authorization-pages'] as const;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** How long an action goes on where it does not settle: the next one comes amid its steps. */
const AMID = 700;
/** How long a person waits for a page that refreshes itself, in refreshes. */
const MAX_REFRESHES = 20;
/** Each round answers every question that the round before has raised. */
const MAX_ROUNDS = 8;

let scenarios = 0;

/** A workspace that publishes two records in its own registry, from which its gateway imports targets. */
export class PublicationScenario {
  readonly workspace: string;
  readonly #system: System;
  readonly #since: number;
  readonly #links: string[] = [];
  readonly #unlisten: () => void;
  readonly #variants: Record<RecordName, number> = { server: 0, skill: 0 };
  #publication: Publication = 'submitted';
  #settings = '{ prune: true }';
  /** The endpoints of all revisions of the server that were approved. */
  readonly approvedEndpoints = new Set<string>();
  /** How often a record came to wait for approval. */
  submissions = 0;

  private constructor(system: System) {
    scenarios += 1;
    this.workspace = `publication-${scenarios}`;
    this.#system = system;
    this.#since = system.gateloop.clock.now();
    this.#unlisten = system.gateloop.aws.onActivity((activity) => {
      if (activity.kind !== 'event' || activity.event.source !== 'aws.agent-registry') return;
      const { 'detail-type': type, detail } = activity.event;
      if (detail.registryId !== this.#registryId()) return;
      if (type.endsWith('Pending Approval')) this.submissions += 1;
      this.#noteApproval();
    });
  }

  /** @param losesAnswer whether the answer to the creation of a record is lost, with the link in it */
  static async start(system: System, losesAnswer: boolean): Promise<PublicationScenario> {
    const scenario = new PublicationScenario(system);
    if (losesAnswer) scenario.#loseAnswer('AgentRegistry.CreateRegistryRecord');
    scenario.#upload();
    await system.settle();
    return scenario;
  }

  close(): void {
    this.#unlisten();
    this.#heal();
  }

  async perform(action: PublicationAction): Promise<void> {
    await this.#dispatch(action);
    if (action.settles) await this.#system.settle();
    else await this.#system.advance(AMID);
    this.#noteApproval();
  }

  async #dispatch(action: PublicationAction): Promise<void> {
    const { aws } = this.#system.gateloop;
    switch (action.do) {
      case 'edit':
        this.#variants[action.record] = action.variant;
        return this.#upload();
      case 'publish':
        this.#publication = action.publication;
        return this.#upload();
      case 'answer':
        return this.#answer(await this.#chosen('record', action.old), action.answer);
      case 'consent':
        return this.#consent(await this.#chosen('authorization', false), action.decision);
      case 'editOutside': {
        const data = { optionalValue: definition(action.variant) };
        const descriptors = { optionalValue: { mcpServer: { optionalValue: { data } } } };
        return this.#outside('server', (id) =>
          this.#system.registry.send(new UpdateRegistryRecordCommand({ ...id, descriptors })),
        );
      }
      case 'submitOutside':
        return this.#outside(action.record, (id) =>
          this.#system.registry.send(new SubmitRegistryRecordForApprovalCommand(id)),
        );
      case 'decideOutside': {
        const { status } = action;
        const statusReason = 'by hand';
        return this.#outside('server', (id) =>
          this.#system.registry.send(new UpdateRegistryRecordStatusCommand({ ...id, status, statusReason })),
        );
      }
      case 'repeatEvent': {
        const id = this.#recordOf('server');
        if (!id) return;
        const detail = { registryId: id.registryId, registryRecordId: id.recordId };
        aws.bus.publish({ bus: 'gateloop', source: 'test', detailType: 'Record Review Requested', detail });
        return;
      }
      case 'crash':
        return aws.functions.dropResponses(action.function);
      case 'loseAnswer':
        return this.#loseAnswer('AgentRegistry.UpdateRegistryRecord');
      case 'pass':
        return this.#system.advance(action.minutes * MINUTE);
      case 'reconcile':
        return this.#system.requestReconcile(this.workspace);
    }
  }

  #loseAnswer(operation: string): void {
    this.#system.gateloop.agentCore.setFaults([{ fault: 'disconnect', operation, when: 'after', times: 2 }]);
  }

  /** Calls the registry as another client does, which refuses much of it in most states. */
  async #outside(name: RecordName, call: (id: RecordId) => Promise<unknown>): Promise<void> {
    const id = this.#recordOf(name);
    if (id) await call(id).catch(() => {});
  }

  async #chosen(
    kind: 'record' | 'authorization',
    isFirst: boolean,
  ): Promise<AuthorizationRequest | undefined> {
    const asked = (await this.requests()).filter(({ subject }) => subject.kind === kind);
    return isFirst ? asked[0] : asked.at(-1);
  }

  async #answer(request: AuthorizationRequest | undefined, answer: 'yes' | 'no'): Promise<void> {
    if (request) await new Browser(this.#system.gateloop).submit(`${linkOf(request)}/decide`, { answer });
  }

  async #consent(request: AuthorizationRequest | undefined, decision: 'grant' | 'deny'): Promise<void> {
    if (!request) return;
    const browser = new Browser(this.#system.gateloop);
    await this.#follow(browser, await browser.submit(linkOf(request)));
    if (browser.providerUrl === undefined) return;
    try {
      const callback = this.#system.gateloop.agentCore.consent(browser.providerUrl, decision).href;
      browser.providerUrl = undefined;
      await this.#follow(browser, await browser.open(callback));
    } catch (error) {
      // The link expired or was used: the provider shows an error and does not call back.
      if (!(error instanceof RangeError)) throw error;
    }
  }

  async #follow(browser: Browser, first: Awaited<ReturnType<Browser['open']>>): Promise<void> {
    let page = first;
    for (let times = 0; page.refresh && times < MAX_REFRESHES; times += 1) {
      await this.#system.advance(page.refresh.seconds * 1000);
      page = await browser.open(page.refresh.url);
    }
  }

  /**
   * Ends all faults, undoes what others changed, answers every question with yes, asks again where somebody has refused,
   * and edits what was rejected, so that nothing is left to wait for.
   */
  async runToEnd(): Promise<void> {
    this.#heal();
    this.#settings = '{ prune: true, selfHeal: true }';
    this.#upload();
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      await this.#system.settle();
      // Retries of calls, and the reading of tags and of what had failed.
      await this.#system.advance(3 * HOUR);
      await this.#system.reconcile(this.workspace);
      const open = await this.openRequests();
      for (const request of open) {
        if (request.subject.kind === 'authorization') await this.#consent(request, 'grant');
        else await this.#answer(request, 'yes');
        await this.#system.settle();
      }
      if (open.length === 0 && !(await this.#tryAgain())) break;
    }
  }

  /** @returns whether something was rejected or refused */
  async #tryAgain(): Promise<boolean> {
    const rejected = RECORDS.filter((name) => this.statusOf(name) === 'REJECTED');
    for (const name of rejected) this.#variants[name] += 1;
    if (rejected.length > 0) this.#upload();
    const request = await this.#chosen('authorization', false);
    const isRefused = request?.state === 'refused' || request?.state === 'expired';
    if (isRefused) await new Browser(this.#system.gateloop).submit(`${linkOf(request)}/again`);
    return rejected.length > 0 || isRefused;
  }

  #heal(): void {
    const { agentCore, aws } = this.#system.gateloop;
    agentCore.setFaults([]);
    for (const name of CRASHING) aws.functions.dropResponses(name, 0);
  }

  /** All requests that people got, in order. */
  async requests(): Promise<readonly AuthorizationRequest[]> {
    const messages = this.#system.gateloop.aws.outbox
      .list()
      .filter(({ attributes }) => attributes.workspace === this.workspace);
    for (const link of linksIn(messages)) if (!this.#links.includes(link)) this.#links.push(link);
    const known = await Promise.all(
      this.#links.map((link) => this.#system.ledger.readRequest(hashId(link.slice(-32)))),
    );
    return known.flatMap((each) => (each ? [each.request] : []));
  }

  async openRequests(): Promise<readonly AuthorizationRequest[]> {
    return (await this.requests()).filter(({ state }) => state === 'open' || state === 'completing');
  }

  /** The endpoint of the revision of the server that agents can discover; undefined where there is none. */
  discoverable(): string | undefined {
    const id = this.#recordOf('server');
    if (!id) return undefined;
    const { agentRegistryRecords } = this.#system.gateloop.agentCore.service;
    const { descriptors } = agentRegistryRecords.approvedRevision(id.registryId, id.recordId) ?? {};
    return endpointIn(descriptors?.mcpServer?.data);
  }

  /** The endpoints of the targets that the gateway has, whatever their statuses. */
  served(): readonly string[] {
    const { gateways, targets, operations } = this.#system.gateloop.agentCore.service;
    const gateway = gateways.list().find(({ name }) => name === `front-${scenarios}`);
    if (!gateway) return [];
    return targets.listByGateway(gateway.id).map(({ id }) => {
      // The operation takes requests that the dispatcher has checked; this has its only members.
      const input = { gatewayIdentifier: gateway.id, targetId: id } as never;
      const text = JSON.stringify(operations.GetGatewayTarget?.(input, { accessKeyId: '' }));
      return endpointIn(text) ?? text;
    });
  }

  /** The status of a record; undefined where it does not exist. */
  statusOf(name: RecordName): string | undefined {
    return this.#stored(name)?.status;
  }

  /** The resources that are not ready, with their reasons. */
  unready(): readonly string[] {
    return this.#system
      .outcome(this.workspace)
      .resources.filter(({ state }) => state !== 'ready')
      .map(({ name, state, reasons }) => `${name} ${state}: ${reasons.join(' ')}`);
  }

  /** Executions that have not succeeded. */
  unfinished(): readonly string[] {
    return this.#system.gateloop.aws.stateMachines
      .list()
      .filter(({ startedAt }) => startedAt >= this.#since)
      .filter(({ input }) => isJsonObject(input) && JSON.stringify(input).includes(this.workspace))
      .filter(({ status }) => status !== 'SUCCEEDED')
      .map(({ machine, name, status }) => `${machine} ${name}: ${status}`);
  }

  #noteApproval(): void {
    const endpoint = this.discoverable();
    if (endpoint !== undefined) this.approvedEndpoints.add(endpoint);
  }

  #registryId(): string | undefined {
    const { agentRegistries } = this.#system.gateloop.agentCore.service;
    return agentRegistries.list().find(({ name }) => name === `tools-${scenarios}`)?.id;
  }

  #stored(name: RecordName) {
    const registryId = this.#registryId();
    if (registryId === undefined) return undefined;
    const { agentRegistryRecords } = this.#system.gateloop.agentCore.service;
    return agentRegistryRecords.list(registryId).find((each) => each.name === `${name}-${scenarios}`);
  }

  #recordOf(name: RecordName): RecordId | undefined {
    const record = this.#stored(name);
    return record && { registryId: record.registryId, recordId: record.id };
  }

  #upload(): void {
    const [publication, settings] = [this.#publication, this.#settings];
    const text = manifest(scenarios, { ...this.#variants, publication, settings });
    this.#system.upload(this.workspace, 'manifest.yaml', text);
  }
}

/** The members of a manifest in which the uploads of a scenario differ. */
interface Wanted {
  readonly server: number;
  readonly skill: number;
  readonly publication: Publication;
  readonly settings: string;
}

const manifest = (number: number, { server, skill, publication, settings }: Wanted) => `
owners: { default: { email: curator@example.com } }
settings: ${settings}
oauth2CredentialProviders:
  github-${number}:
    credentialProviderVendor: GithubOauth2
    oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: abc, clientSecret: { secretsManager: shared/github } } }
registries: { tools-${number}: {} }
registryRecords:
  server-${number}:
    registryId: \${registries.tools-${number}.registryId}
    recordType: MCP
    publication: ${publication}
    descriptors: { mcpServer: { data: '${definition(server)}' } }
  skill-${number}:
    registryId: \${registries.tools-${number}.registryId}
    recordType: SKILL
    descriptors:
      agentSkillsDefinition:
        additionalData:
          repositoryProvider: GITHUB
          skillMd:
            source:
              fromUrl:
                url: https://github.com/acme/skills/tree/main/skill-${skill}
                credentialProviderConfigurations:
                  - credentialProviderType: OAUTH
                    credentialProvider:
                      oauthCredentialProvider:
                        providerArn: \${oauth2CredentialProviders.github-${number}.credentialProviderArn}
                        grantType: AUTHORIZATION_CODE
                        scopes: [scope-${skill}]
gateways:
  front-${number}:
    roleArn: arn:aws:iam::123456789012:role/front
    authorizerType: AWS_IAM
    targetsFromRegistry: { registryId: '\${registries.tools-${number}.registryId}' }
`;

const definition = (variant: number) =>
  JSON.stringify({
    name: 'com.example/server',
    version: '1.0.0',
    remotes: [{ type: 'streamable-http', url: `https://mcp.example.com/v${variant}` }],
  });

/** The endpoint in the definition of a server. */
function endpointIn(data: string | undefined): string | undefined {
  return data === undefined ? undefined : /https:[^"]+/.exec(data)?.[0];
}

function linkOf({ id }: AuthorizationRequest): string {
  return `http://127.0.0.1:4700/authorizations/${id}`;
}
