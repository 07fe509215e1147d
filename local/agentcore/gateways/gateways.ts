import type {
  CreateGatewayRequest,
  DeleteGatewayRequest,
  DeleteGatewayResponse,
  GatewayStatus,
  GatewaySummary,
  GetGatewayRequest,
  GetGatewayResponse,
  ListGatewaysRequest,
  ListGatewaysResponse,
  UpdateGatewayRequest,
} from '@aws-sdk/client-bedrock-agentcore-control';
import type { Table } from '../../simulation/store.ts';
import type { Checked } from '../checked.ts';
import { arn, type EmulatorContext, unusedId } from '../emulatorContext.ts';
import { Lifecycle, type StatefulRecord } from '../lifecycle.ts';
import type { Operations } from '../operation.ts';
import { paginate } from '../pagination.ts';
import { conflict, notFound, quotaExceeded } from '../serviceError.ts';
import type { Tags } from '../tags.ts';
import { checkGatewayRules, checkGatewayUpdateRules } from './gatewayRules.ts';

/** What a client says a gateway is to be, as Create and Update both take it. */
export type GatewayConfiguration = Omit<Checked<UpdateGatewayRequest>, 'gatewayIdentifier' | 'name'>;

export interface GatewayRecord extends StatefulRecord<GatewayStatus> {
  readonly configuration: GatewayConfiguration;
}

/** Documented on the page of CreateGateway: one hour unless the gateway says otherwise. */
const DEFAULT_SESSION_TIMEOUT = 3600;

/** The gateways of the account. */
export class Gateways {
  readonly #context: EmulatorContext;
  readonly #tags: Tags;
  readonly #table: Table<GatewayRecord>;
  readonly #ids: Table<string>;
  readonly #lifecycle: Lifecycle<GatewayStatus, GatewayRecord>;
  /** Set by the targets, which gateways know nothing else of. */
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
        // No status of a failed deletion exists for gateways.
        delete: ['DELETING', 'FAILED'],
      },
      operations: { create: 'CreateGateway', update: 'UpdateGateway', delete: 'DeleteGateway' },
      onDeleted: (gateway) => {
        this.#ids.delete(gateway.name);
        this.#tags.forget(this.arnOf(gateway.id));
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
   * The gateway, for a call that changes its targets.
   * @throws ServiceError ConflictException while the gateway itself is being created, updated or deleted
   */
  getIdle(id: string): GatewayRecord {
    const gateway = this.get(id);
    this.#lifecycle.rejectWhileBusy(gateway);
    return gateway;
  }

  arnOf(id: string): string {
    return arn(this.#context, `gateway/${id}`);
  }

  forceStatus(id: string, status: GatewayStatus, reasons?: readonly string[]): void {
    this.#lifecycle.forceStatus(this.get(id), status, reasons);
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

  #create({
    name,
    clientToken: _,
    tags,
    ...configuration
  }: Checked<CreateGatewayRequest>): GetGatewayResponse {
    checkGatewayRules(configuration);
    if (this.#ids.get(name) !== undefined) {
      throw conflict(`A gateway with the name ${name} already exists in this account. Choose another name.`);
    }
    const limit = this.#context.settings.quotas.gatewaysPerAccount;
    if (this.#table.count() >= limit) {
      throw quotaExceeded(
        `The account has ${limit} gateways, which is its quota. Delete one or ask for more.`,
      );
    }
    const id = unusedId(this.#context, 'gateway', name, (taken) => this.#table.get(taken) !== undefined);
    const now = this.#context.clock.now();
    this.#ids.put(name, id);
    this.#tags.register(this.arnOf(id), tags);
    const record = { id, name, status: 'CREATING' as const, createdAt: now, updatedAt: now, configuration };
    return this.#toResponse(this.#lifecycle.start(record, 'create'));
  }

  /** PUT: what the request leaves out is gone afterwards. */
  #update({ gatewayIdentifier, name, ...configuration }: Checked<UpdateGatewayRequest>): GetGatewayResponse {
    const gateway = this.getIdle(gatewayIdentifier);
    checkGatewayUpdateRules(gateway, name, configuration, this.#context.settings.behaviors);
    checkGatewayRules(configuration);
    const updated = { ...gateway, configuration, updatedAt: this.#context.clock.now() };
    return this.#toResponse(this.#lifecycle.start(updated, 'update'));
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
    return { items: items.map(toSummary), ...(nextToken !== undefined && { nextToken }) };
  }

  #toResponse(gateway: GatewayRecord): GetGatewayResponse {
    const { id, name, status, reasons, createdAt, updatedAt, configuration } = gateway;
    return {
      ...configuration,
      ...this.#protocolConfiguration(configuration),
      gatewayId: id,
      gatewayArn: this.arnOf(id),
      gatewayUrl: `https://${id}.gateway.bedrock-agentcore.${this.#context.region}.amazonaws.com/mcp`,
      name,
      status,
      ...(reasons && { statusReasons: [...reasons] }),
      createdAt: new Date(createdAt),
      updatedAt: new Date(updatedAt),
      workloadIdentityDetails: {
        workloadIdentityArn: arn(
          this.#context,
          `workload-identity-directory/default/workload-identity/${id}`,
        ),
      },
    };
  }

  #protocolConfiguration({ protocolConfiguration }: GatewayConfiguration): Partial<GetGatewayResponse> {
    const { behaviors } = this.#context.settings;
    const mcp = protocolConfiguration?.mcp;
    if (!mcp || !(mcp.sessionConfiguration || behaviors.responsesShowDefaults)) return {};
    const sessionTimeoutInSeconds =
      mcp.sessionConfiguration?.sessionTimeoutInSeconds ?? DEFAULT_SESSION_TIMEOUT;
    return { protocolConfiguration: { mcp: { ...mcp, sessionConfiguration: { sessionTimeoutInSeconds } } } };
  }
}

function toSummary({ id, name, status, createdAt, updatedAt, configuration }: GatewayRecord): GatewaySummary {
  const { description, authorizerType, protocolType } = configuration;
  return {
    gatewayId: id,
    name,
    status,
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
    authorizerType,
    ...(description !== undefined && { description }),
    ...(protocolType !== undefined && { protocolType }),
  };
}
