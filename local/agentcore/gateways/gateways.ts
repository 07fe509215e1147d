import type {
  CreateGatewayRequest,
  DeleteGatewayRequest,
  DeleteGatewayResponse,
  GatewayStatus,
  GetGatewayRequest,
  GetGatewayResponse,
  ListGatewaysRequest,
  ListGatewaysResponse,
  UpdateGatewayRequest,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defined } from '../../../core/objects.ts';
import { AccountResources } from '../accountResources.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import type { Checked, Operations } from '../operation.ts';
import { AUTHORIZER_RULES, checkRules } from '../rules.ts';
import { invalid } from '../serviceError.ts';
import type { Tags } from '../tags.ts';
import { type GatewayRecord, toGatewayResponse, toGatewaySummary } from './gatewayRecord.ts';
import { checkGatewayUpdateRules } from './gatewayUpdateRules.ts';

const IN_PROGRESS: ReadonlySet<GatewayStatus> = new Set(['CREATING', 'UPDATING', 'DELETING']);

/** The gateways of the account. */
export class Gateways extends AccountResources<GatewayStatus, GatewayRecord> {
  /** Set by `Targets`; gateways depend on no more of them. */
  countTargets: (gatewayId: string) => number = () => 0;
  /** Throws if the gateway's targets forbid its new configuration. Set by `Targets`. */
  checkTargets: (updated: GatewayRecord) => void = () => undefined;
  /** Forgets the rules and rate limits of a gateway that was deleted: they go with it. A guess. */
  forgetRules: (gatewayId: string) => void = () => undefined;

  constructor(context: EmulatorContext, tags: Tags) {
    super(context, {
      kind: 'gateway',
      noun: 'gateway',
      pluralNoun: 'gateways',
      idFormat: 'gateway',
      arnPath: 'gateway',
      quota: 'gatewaysPerAccount',
      statuses: {
        create: ['CREATING', 'READY', 'FAILED'],
        update: ['UPDATING', 'READY', 'UPDATE_UNSUCCESSFUL'],
        // Gateways have no status for a failed deletion.
        delete: ['DELETING', 'FAILED'],
      },
      operations: { create: 'CreateGateway', update: 'UpdateGateway', delete: 'DeleteGateway' },
      tags,
    });
  }

  /**
   * The gateway for an operation on its targets.
   * @throws ServiceError ValidationException while the gateway is being created, updated or deleted
   */
  getIdleFor(operation: string, gatewayId: string): GatewayRecord {
    const gateway = this.get(gatewayId);
    if (!IN_PROGRESS.has(gateway.status)) return gateway;
    // Several projects report this text for CreateGatewayTarget and CREATING.
    const message = `Cannot perform operation ${operation} when gateway is in ${gateway.status} status`;
    throw invalid(message, { name: 'gatewayIdentifier', message });
  }

  operations(): Operations {
    return {
      CreateGateway: (input: Checked<CreateGatewayRequest>) => this.#create(input),
      GetGateway: ({ gatewayIdentifier }: Checked<GetGatewayRequest>) =>
        this.#toResponse(this.get(gatewayIdentifier)),
      ListGateways: (input: Checked<ListGatewaysRequest>) => this.#list(input),
      UpdateGateway: (input: Checked<UpdateGatewayRequest>) => this.#update(input),
      DeleteGateway: ({ gatewayIdentifier }: Checked<DeleteGatewayRequest>) =>
        this.#delete(gatewayIdentifier),
    };
  }

  protected override onDeleted(gateway: GatewayRecord): void {
    super.onDeleted(gateway);
    this.forgetRules(gateway.id);
  }

  protected override variantOf({ configuration }: GatewayRecord): string | undefined {
    return configuration.protocolConfiguration?.mcp?.searchType;
  }

  #create({
    name,
    clientToken: _,
    tags,
    ...configuration
  }: Checked<CreateGatewayRequest>): GetGatewayResponse {
    checkRules(AUTHORIZER_RULES, configuration);
    return this.#toResponse(this.startCreate({ ...this.reserve(name, tags), configuration }));
  }

  /** PUT: clears the members that the request leaves out. */
  #update({ gatewayIdentifier, name, ...configuration }: Checked<UpdateGatewayRequest>): GetGatewayResponse {
    const gateway = this.getIdle(gatewayIdentifier);
    checkGatewayUpdateRules(gateway, name, configuration, this.context.settings.behaviors);
    this.checkTargets({ ...gateway, configuration });
    checkRules(AUTHORIZER_RULES, configuration);
    return this.#toResponse(this.startUpdate({ ...gateway, configuration }));
  }

  #delete(gatewayId: string): DeleteGatewayResponse {
    const gateway = this.getIdle(gatewayId);
    // Released code matches this code and this text.
    if (this.countTargets(gatewayId) > 0) {
      throw invalid(
        `Gateway ${gatewayId} has targets associated with it. Delete all targets before deleting the gateway.`,
        { name: 'gatewayIdentifier', message: 'has targets associated with it' },
      );
    }
    const { id, status } = this.startDelete(gateway);
    return { gatewayId: id, status };
  }

  #list(input: Checked<ListGatewaysRequest>): ListGatewaysResponse {
    const { items, nextToken } = this.page(input, { scope: 'ListGateways' });
    return { items: items.map(toGatewaySummary), ...defined({ nextToken }) };
  }

  #toResponse(gateway: GatewayRecord): GetGatewayResponse {
    return toGatewayResponse(this.context, gateway, this.arnOf(gateway.id));
  }
}
