import type {
  CreateGatewayTargetRequest,
  DeleteGatewayTargetRequest,
  DeleteGatewayTargetResponse,
  GetGatewayTargetRequest,
  GetGatewayTargetResponse,
  ListGatewayTargetsRequest,
  ListGatewayTargetsResponse,
  SynchronizeGatewayTargetsRequest,
  SynchronizeGatewayTargetsResponse,
  TargetStatus,
  UpdateGatewayTargetRequest,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defined, omit } from '../../../core/objects.ts';
import type { Consents } from '../consent/consents.ts';
import type { CredentialProviderLookup } from '../credentialProviders/credentialProviders.ts';
import { type EmulatorContext, unusedId } from '../emulatorContext.ts';
import type { GatewayRecord } from '../gateways/gatewayRecord.ts';
import type { Gateways } from '../gateways/gateways.ts';
import type { CalledTool } from '../gateways/toolFunctions.ts';
import type { WorkloadIdentities } from '../identities/workloadIdentities.ts';
import type { Checked, Operations } from '../operation.ts';
import { paginate } from '../pagination.ts';
import { conflict, invalid, notFound, quotaExceeded, ServiceError } from '../serviceError.ts';
import type { Behaviors } from '../settings/behaviors.ts';
import { ConcurrencyLimiter } from './concurrencyLimiter.ts';
import { isSynchronized, mcpServerOf, oauthOf, targetKind } from './targetKinds.ts';
import { TargetLifecycle, type TargetTables } from './targetLifecycle.ts';
import {
  isAwaitingAuthorization,
  isInProgress,
  type ListedTool,
  TARGET_OPERATIONS,
  type TargetAction,
  type TargetConfigurationRecord,
  type TargetRecord,
  targetKey,
} from './targetRecord.ts';
import { listedMembers, toTargetResponse, toTargetSummary } from './targetResponses.ts';
import { checkTargetRules, HTTP_TARGET_ON_MCP_GATEWAY, isHttpTarget } from './targetRules.ts';
import { fullToolName, type ToolLoader } from './toolLoader.ts';

/** The credential providers that targets refer to, by the member of `credentialProvider` that refers to them. */
interface ProviderLookups {
  readonly oauth: CredentialProviderLookup;
  readonly apiKey: CredentialProviderLookup;
}

/** The targets of all gateways, and the data plane operation that completes their authorizations. */
export class Targets {
  readonly #context: EmulatorContext;
  readonly #gateways: Gateways;
  readonly #identities: WorkloadIdentities;
  readonly #providers: ProviderLookups;
  readonly #consents: Consents;
  readonly #toolLoader: ToolLoader;
  readonly #tables: TargetTables;
  readonly #concurrency: ConcurrencyLimiter;
  readonly #lifecycle: TargetLifecycle;

  constructor(
    context: EmulatorContext,
    { gateways, identities }: { gateways: Gateways; identities: WorkloadIdentities },
    providers: ProviderLookups,
    consents: Consents,
    toolLoader: ToolLoader,
  ) {
    this.#context = context;
    this.#gateways = gateways;
    this.#identities = identities;
    this.#providers = providers;
    this.#consents = consents;
    this.#toolLoader = toolLoader;
    this.#tables = {
      targets: context.table('target'),
      configurations: context.table('targetConfiguration'),
      previous: context.table('targetPreviousConfiguration'),
      names: context.table('targetName'),
      tools: context.table('targetTools'),
      lingering: context.table('targetLingering'),
    };
    this.#concurrency = new ConcurrencyLimiter(context);
    this.#lifecycle = new TargetLifecycle(context, this.#tables, this.#concurrency, consents, toolLoader);
    gateways.checkTargets = (updated) => this.#rejectHttpTargets(updated);
    consents.registerOwner('target', {
      credentialsOf: ({ parentId: gatewayId, id }) => {
        const configuration = this.#tables.configurations.get(targetKey({ gatewayId, id }));
        const { providerArn, defaultReturnUrl, ...oauth } = (configuration && oauthOf(configuration)) ?? {};
        return providerArn === undefined
          ? undefined
          : defined({ ...oauth, providerArn, returnUrl: defaultReturnUrl });
      },
      continueAfterConsent: (session) => this.#lifecycle.continueAfterConsent(session),
    });
    gateways.countTargets = (gatewayId) =>
      this.#tables.targets.count(`${gatewayId}/`) + this.#lifecycle.countLingering(gatewayId);
  }

  operations(): Operations {
    return {
      CreateGatewayTarget: (input: Checked<CreateGatewayTargetRequest>) => this.#create(input),
      GetGatewayTarget: ({ gatewayIdentifier, targetId }: Checked<GetGatewayTargetRequest>) => {
        this.#gateways.get(gatewayIdentifier);
        return this.#toResponse(this.#lifecycle.withCurrentLink(this.#get(gatewayIdentifier, targetId)));
      },
      ListGatewayTargets: (input: Checked<ListGatewayTargetsRequest>) => this.#list(input),
      UpdateGatewayTarget: (input: Checked<UpdateGatewayTargetRequest>) => this.#update(input),
      DeleteGatewayTarget: (input: Checked<DeleteGatewayTargetRequest>) => this.#delete(input),
      SynchronizeGatewayTargets: (input: Checked<SynchronizeGatewayTargetsRequest>) =>
        this.#synchronize(input),
    };
  }

  /** The number of operations in progress on a gateway. */
  runningOperations(gatewayId: string): number {
    return this.#concurrency.count(gatewayId);
  }

  count(gatewayId = ''): number {
    return this.#tables.targets.count(gatewayId === '' ? '' : `${gatewayId}/`);
  }

  listByGateway(gatewayId: string): TargetRecord[] {
    return this.#tables.targets.list({ prefix: `${gatewayId}/` }).map(([, target]) => target);
  }

  /** The tools of a gateway's targets under the names that agents see. */
  async toolsOfGateway(gatewayId: string): Promise<readonly ListedTool[]> {
    const targets = this.listByGateway(gatewayId);
    const lists = await Promise.all(
      targets.map(async (target) => {
        const key = targetKey(target);
        const configuration = this.#tables.configurations.get(key);
        const stored = this.#tables.tools.get(key);
        return stored ?? (configuration ? await this.#toolLoader.listDynamic(configuration) : []);
      }),
    );
    return targets.flatMap((target, index) =>
      (lists[index] ?? []).map((tool) => ({ ...tool, name: fullToolName(target, tool.name) })),
    );
  }

  /** The function behind a tool of a gateway; undefined for a tool that is none of a Lambda target. */
  lambdaOfTool(gatewayId: string, toolName: string): CalledTool | undefined {
    for (const target of this.listByGateway(gatewayId)) {
      const key = targetKey(target);
      const isListed = this.#tables.tools
        .get(key)
        ?.some(({ name }) => fullToolName(target, name) === toolName);
      const lambdaArn = this.#tables.configurations.get(key)?.targetConfiguration.mcp?.lambda?.lambdaArn;
      if (isListed && lambdaArn !== undefined) return { lambdaArn, gatewayId, targetId: target.id, toolName };
    }
    return undefined;
  }

  forceStatus(gatewayId: string, targetId: string, status: TargetStatus, reasons?: readonly string[]): void {
    this.#lifecycle.forceStatus(this.#get(gatewayId, targetId), status, reasons);
  }

  /** Clears the state that is held in memory. */
  reset(): void {
    this.#concurrency.clear();
  }

  #get(gatewayId: string, targetId: string): TargetRecord {
    const target = this.#tables.targets.get(targetKey({ gatewayId, id: targetId }));
    if (!target) throw notFound(`Target ${targetId} does not exist on gateway ${gatewayId}.`);
    return target;
  }

  #create(input: Checked<CreateGatewayTargetRequest>): GetGatewayTargetResponse {
    const {
      gatewayIdentifier: gatewayId,
      name: requestedName,
      description,
      clientToken: _,
      ...configuration
    } = input;
    const gateway = this.#gateways.getIdleFor('CreateGatewayTarget', gatewayId);
    const kind = targetKind(configuration.targetConfiguration);
    this.#validate(configuration, gateway);
    const limit = this.#context.settings.quotas.targetsPerGateway;
    if (this.count(gatewayId) >= limit) {
      throw quotaExceeded(
        `Gateway ${gatewayId} has ${limit} targets, which is its quota. Use another gateway.`,
      );
    }
    const id = unusedId(this.#context, 'target', '', (candidate) => this.#isTaken(gatewayId, candidate));
    const name = requestedName ?? `target-${id}`;
    this.#rejectDuplicateName(gatewayId, name);
    this.#concurrency.assertFree(gatewayId);
    const now = this.#context.clock.now();
    const target: TargetRecord = {
      gatewayId,
      id,
      name,
      ...defined({ description }),
      status: 'CREATING',
      createdAt: now,
      updatedAt: now,
      targetType: kind.type,
      ...listedMembers(configuration, this.#context.settings.behaviors),
    };
    this.#tables.names.put(`${gatewayId}/${name}`, id);
    this.#tables.configurations.put(targetKey(target), configuration);
    return this.#toResponse(this.#lifecycle.start(target, 'create', configuration));
  }

  /** PUT: clears the members that the request leaves out, except the name, which is required. */
  #update(input: Checked<UpdateGatewayTargetRequest>): GetGatewayTargetResponse {
    const {
      gatewayIdentifier: gatewayId,
      targetId,
      name: requestedName,
      description,
      ...configuration
    } = input;
    const gateway = this.#gateways.getIdleFor('UpdateGatewayTarget', gatewayId);
    const before = this.#get(gatewayId, targetId);
    const kind = targetKind(configuration.targetConfiguration);
    this.#rejectUnlessSettled(before, 'update');
    this.#validate(configuration, gateway);
    const name = requestedName ?? before.name;
    if (name !== before.name) this.#rejectDuplicateName(gatewayId, name);
    this.#concurrency.assertFree(gatewayId);
    this.#tables.names.delete(`${gatewayId}/${before.name}`);
    this.#tables.names.put(`${gatewayId}/${name}`, targetId);
    const key = targetKey(before);
    const previous = this.#tables.configurations.get(key);
    if (previous) this.#tables.previous.put(key, previous);
    this.#tables.configurations.put(key, configuration);
    const updated: TargetRecord = {
      ...omit(before, 'description', 'listingMode', 'resourcePriority'),
      name,
      ...defined({ description }),
      updatedAt: this.#context.clock.now(),
      targetType: kind.type,
      ...listedMembers(configuration, this.#context.settings.behaviors),
    };
    return this.#toResponse(this.#lifecycle.start(updated, 'update', configuration));
  }

  #delete(input: Checked<DeleteGatewayTargetRequest>): DeleteGatewayTargetResponse {
    const { gatewayIdentifier: gatewayId, targetId } = input;
    this.#gateways.getIdleFor('DeleteGatewayTarget', gatewayId);
    const target = this.#get(gatewayId, targetId);
    this.#rejectUnlessSettled(target, 'delete');
    this.#concurrency.assertFree(gatewayId);
    const configuration = this.#configurationOf(target);
    const { id, status } = this.#lifecycle.start(target, 'delete', configuration);
    return { gatewayArn: this.#gateways.arnOf(gatewayId), targetId: id, status };
  }

  #synchronize(input: Checked<SynchronizeGatewayTargetsRequest>): SynchronizeGatewayTargetsResponse {
    const { gatewayIdentifier: gatewayId, targetIdList } = input;
    this.#gateways.getIdleFor('SynchronizeGatewayTargets', gatewayId);
    const targets = targetIdList.map((targetId) => {
      const target = this.#get(gatewayId, targetId);
      this.#rejectUnlessSettled(target, 'synchronize');
      const configuration = this.#configurationOf(target);
      rejectUnsynchronizable(target, configuration);
      if (this.#context.settings.behaviors.synchronizeHoldsSlot) this.#concurrency.assertFree(gatewayId);
      return this.#toResponse(this.#lifecycle.start(target, 'synchronize', configuration));
    });
    return { targets };
  }

  #list(input: Checked<ListGatewayTargetsRequest>): ListGatewayTargetsResponse {
    const { gatewayIdentifier } = input;
    this.#gateways.get(gatewayIdentifier);
    const context = { urlOf: (requestUri: string) => this.#consents.urlOf(requestUri) };
    const { items, nextToken } = paginate(this.#tables.targets, input, {
      scope: 'ListGatewayTargets',
      prefix: `${gatewayIdentifier}/`,
      pageSize: this.#context.settings.quotas.defaultPageSize,
    });
    return {
      items: items.map((target) => toTargetSummary(this.#lifecycle.withCurrentLink(target), context)),
      ...defined({ nextToken }),
    };
  }

  #validate(configuration: TargetConfigurationRecord, gateway: GatewayRecord): void {
    checkTargetRules({ target: configuration, gateway, behaviors: this.#context.settings.behaviors });
    this.#toolLoader.rejectLargeSchema(configuration);
    const returnUrl = oauthOf(configuration)?.defaultReturnUrl;
    if (returnUrl !== undefined && !this.#identities.allowsReturnUrl(gateway.id, returnUrl)) {
      const message = `${returnUrl} is not one of the allowedResourceOauth2ReturnUrls of the workload identity ${gateway.id}`;
      throw invalid(message, { name: 'credentialProviderConfigurations', message });
    }
    for (const { credentialProvider } of configuration.credentialProviderConfigurations ?? []) {
      this.#rejectUnknownProvider(credentialProvider?.oauthCredentialProvider, this.#providers.oauth);
      this.#rejectUnknownProvider(credentialProvider?.apiKeyCredentialProvider, this.#providers.apiKey);
    }
  }

  #rejectUnknownProvider(
    provider: { readonly providerArn: string } | undefined,
    known: CredentialProviderLookup,
  ): void {
    if (provider === undefined || known.hasArn(provider.providerArn)) return;
    throw notFound(`The credential provider ${provider.providerArn} does not exist. Create it first.`);
  }

  /** @throws ServiceError while an operation is in progress or authorization is pending */
  #rejectUnlessSettled(target: TargetRecord, action: Exclude<TargetAction, 'create'>): void {
    const { id, status, linkExpired } = target;
    const { behaviors } = this.#context.settings;
    if (isAwaitingAuthorization(status) && !isAcceptedWhilePending(action, behaviors)) {
      // Seen for DeleteGatewayTarget and CREATE_PENDING_AUTH: Create_Pending_Auth.
      const state = status.toLowerCase().replace(/(^|_)[a-z]/g, (start) => start.toUpperCase());
      throw new ServiceError(
        behaviors.pendingRejection,
        `${TARGET_OPERATIONS[action]} can't be performed on target when it is in ${state} state`,
      );
    }
    // Terraform's provider waits for a deletion during which the target still shows SYNCHRONIZING.
    if (isInProgress(status) && !(action === 'delete' && status === 'SYNCHRONIZING')) {
      throw conflict(
        `Target ${id} is in status ${status}. Wait until the operation has ended, then try again.`,
      );
    }
    if (linkExpired && action !== 'delete' && behaviors.afterLinkExpiry === 'rejected') {
      throw conflict(`You cannot ${action} target ${id}: its authorization was not completed. Delete it.`);
    }
  }

  /** A guess: what forbids the target also forbids the update that would lead to it. */
  #rejectHttpTargets({ id, configuration }: GatewayRecord): void {
    if (configuration.protocolType !== 'MCP') return;
    const configurations = this.#tables.configurations.list({ prefix: `${id}/` });
    if (!configurations.some(([, target]) => isHttpTarget(target))) return;
    throw invalid(HTTP_TARGET_ON_MCP_GATEWAY, { name: 'protocolType', message: HTTP_TARGET_ON_MCP_GATEWAY });
  }

  #rejectDuplicateName(gatewayId: string, name: string): void {
    if (this.#tables.names.get(`${gatewayId}/${name}`) === undefined) return;
    throw conflict(
      `A target with the name ${name} already exists on gateway ${gatewayId}. Choose another name.`,
    );
  }

  #isTaken(gatewayId: string, targetId: string): boolean {
    return this.#tables.targets.get(targetKey({ gatewayId, id: targetId })) !== undefined;
  }

  #toResponse(target: TargetRecord): GetGatewayTargetResponse {
    return toTargetResponse(target, this.#configurationOf(target), {
      gatewayArn: this.#gateways.arnOf(target.gatewayId),
      hasPolicyEngine:
        this.#gateways.get(target.gatewayId).configuration.policyEngineConfiguration !== undefined,
      urlOf: (requestUri) => this.#consents.urlOf(requestUri),
    });
  }

  #configurationOf(target: TargetRecord): TargetConfigurationRecord {
    const configuration = this.#tables.configurations.get(targetKey(target));
    if (!configuration) throw new Error(`the target ${target.id} has no configuration`);
    return configuration;
  }
}

function isAcceptedWhilePending(
  action: Exclude<TargetAction, 'create'>,
  { deleteWhilePending, updateWhilePending }: Behaviors,
): boolean {
  return (action === 'delete' && deleteWhilePending) || (action === 'update' && updateWhilePending);
}

/** @throws ServiceError ValidationException for a target without tools to fetch */
function rejectUnsynchronizable(target: TargetRecord, configuration: TargetConfigurationRecord): void {
  if (isSynchronized(configuration)) return;
  const server = mcpServerOf(configuration);
  const reason = server?.mcpToolSchema
    ? 'has a static tool schema (mcpToolSchema). Remove it with UpdateGatewayTarget to synchronize'
    : server
      ? 'lists its tools dynamically and needs no synchronization'
      : `is of type ${target.targetType}; only MCP server targets can be synchronized`;
  throw invalid(`Target ${target.id} ${reason}.`, { name: 'targetIdList', message: reason });
}
