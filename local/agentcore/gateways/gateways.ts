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
import type { Table } from '../../simulation/store.ts';
import { type EmulatorContext, unusedId } from '../emulatorContext.ts';
import { Lifecycle } from '../lifecycle.ts';
import type { Checked, Operations } from '../operation.ts';
import { paginate } from '../pagination.ts';
import { checkRules, JWT_AUTHORIZER_RULE } from '../rules.ts';
import { conflict, notFound, quotaExceeded } from '../serviceError.ts';
import type { Tags } from '../tags.ts';
import { type GatewayRecord, gatewayArn, toGatewayResponse, toGatewaySummary } from './gatewayRecord.ts';
import { checkGatewayUpdateRules } from './gatewayUpdateRules.ts';

/** The gateways of the account. */
export class Gateways {
  readonly #context: EmulatorContext;
  readonly #tags: Tags;
  readonly #table: Table<GatewayRecord>;
  readonly #ids: Table<string>;
  readonly #lifecycle: Lifecycle<GatewayStatus, GatewayRecord>;
  /** Set by `Targets`; gateways depend on no more of them. */
  countTargets: (gatewayId: string) => number = () => 0;

  constructor(context: EmulatorContext, tags: Tags) {
    this.#context = context;
    this.#tags = tags;
    this.#table = context.table('gateway');
    this.#ids = context.table('gatewayName');
    this.#lifecycle = new Lifecycle(context, {
      kind: 'gateway',
      table: this.#table,
      statuses: {
        create: ['CREATING', 'READY', 'FAILED'],
        update: ['UPDATING', 'READY', 'UPDATE_UNSUCCESSFUL'],
        // Gateways have no status for a failed deletion.
        delete: ['DELETING', 'FAILED'],
      },
      operations: { create: 'CreateGateway', update: 'UpdateGateway', delete: 'DeleteGateway' },
      onDeleted: (gateway) => {
        this.#ids.delete(gateway.name);
        this.#tags.unregister(this.arnOf(gateway.id));
      },
    });
  }

  /** @throws ServiceError ResourceNotFoundException */
  get(id: string): GatewayRecord {
    const gateway = this.#table.get(id);
    if (!gateway) throw notFound(`Gateway ${id} does not exist in this account and Region.`);
    return gateway;
  }

  list(): GatewayRecord[] {
    return this.#table.list().map(([, gateway]) => gateway);
  }

  /**
   * The gateway for an operation that requires it to be settled.
   * @throws ServiceError ConflictException while the gateway is being created, updated or deleted
   */
  getIdle(id: string): GatewayRecord {
    const gateway = this.get(id);
    this.#lifecycle.rejectWhileBusy(gateway);
    return gateway;
  }

  arnOf(id: string): string {
    return gatewayArn(this.#context, id);
  }

  forceStatus(id: string, status: GatewayStatus, reasons?: readonly string[]): void {
    this.#lifecycle.forceStatus(this.get(id), status, reasons);
  }

  operations(): Operations {
    return {
      CreateGateway: (input: Checked<CreateGatewayRequest>) => this.#create(input),
      GetGateway: ({ gatewayIdentifier }: Checked<GetGatewayRequest>) =>
        toGatewayResponse(this.#context, this.get(gatewayIdentifier)),
      ListGateways: (input: Checked<ListGatewaysRequest>) => this.#list(input),
      UpdateGateway: (input: Checked<UpdateGatewayRequest>) => this.#update(input),
      DeleteGateway: ({ gatewayIdentifier }: Checked<DeleteGatewayRequest>) =>
        this.#delete(gatewayIdentifier),
    };
  }

  #create({
    name,
    clientToken: _,
    tags,
    ...configuration
  }: Checked<CreateGatewayRequest>): GetGatewayResponse {
    checkRules([JWT_AUTHORIZER_RULE], configuration);
    if (this.#ids.get(name) !== undefined) {
      throw conflict(`A gateway with the name ${name} already exists in this account. Choose another name.`);
    }
    const limit = this.#context.settings.quotas.gatewaysPerAccount;
    if (this.#table.count() >= limit) {
      throw quotaExceeded(
        `The account has ${limit} gateways, which is its quota. Delete one or request an increase.`,
      );
    }
    const id = unusedId(
      this.#context,
      'gateway',
      name,
      (candidate) => this.#table.get(candidate) !== undefined,
    );
    const now = this.#context.clock.now();
    this.#ids.put(name, id);
    this.#tags.register(this.arnOf(id), tags);
    const record = { id, name, status: 'CREATING' as const, createdAt: now, updatedAt: now, configuration };
    return toGatewayResponse(this.#context, this.#lifecycle.start(record, 'create'));
  }

  /** PUT: clears the members that the request leaves out. */
  #update({ gatewayIdentifier, name, ...configuration }: Checked<UpdateGatewayRequest>): GetGatewayResponse {
    const gateway = this.getIdle(gatewayIdentifier);
    checkGatewayUpdateRules(gateway, name, configuration, this.#context.settings.behaviors);
    checkRules([JWT_AUTHORIZER_RULE], configuration);
    const updated = { ...gateway, configuration, updatedAt: this.#context.clock.now() };
    return toGatewayResponse(this.#context, this.#lifecycle.start(updated, 'update'));
  }

  #delete(gatewayId: string): DeleteGatewayResponse {
    const gateway = this.getIdle(gatewayId);
    const targets = this.countTargets(gatewayId);
    if (targets > 0) {
      throw conflict(
        `Gateway ${gatewayId} has ${targets} target(s) associated with it. Delete all targets before deleting the gateway.`,
      );
    }
    const { id, status } = this.#lifecycle.start(gateway, 'delete');
    return { gatewayId: id, status };
  }

  #list(input: Checked<ListGatewaysRequest>): ListGatewaysResponse {
    const { items, nextToken } = paginate(this.#table, input, {
      scope: 'ListGateways',
      pageSize: this.#context.settings.quotas.defaultPageSize,
    });
    return { items: items.map(toGatewaySummary), ...defined({ nextToken }) };
  }
}
