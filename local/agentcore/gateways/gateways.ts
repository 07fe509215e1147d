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
import type { Table } from '../../store.ts';
import type { Checked } from '../checked.ts';
import { Lifecycle, type Lived } from '../lifecycle.ts';
import { pageOf } from '../listPage.ts';
import type { Operations } from '../operation.ts';
import { conflict, notFound, quotaExceeded } from '../serviceError.ts';
import type { Tags } from '../tags.ts';
import { arn, freeId, type World } from '../world.ts';
import { checkGatewayRules, checkGatewayUpdateRules } from './gatewayRules.ts';

/** What a client says a gateway is to be, as Create and Update both take it. */
export type GatewayConfiguration = Omit<Checked<UpdateGatewayRequest>, 'gatewayIdentifier' | 'name'>;

export interface GatewayRecord extends Lived<GatewayStatus> {
  readonly configuration: GatewayConfiguration;
}

/** Documented on the page of CreateGateway: one hour unless the gateway says otherwise. */
const DEFAULT_SESSION_TIMEOUT = 3600;

/** The gateways of the account. */
export class Gateways {
  readonly #world: World;
  readonly #tags: Tags;
  readonly #table: Table<GatewayRecord>;
  readonly #ids: Table<string>;
  readonly #lifecycle: Lifecycle<GatewayStatus, GatewayRecord>;
  /** Set by the targets, which gateways know nothing else of. */
  countTargets: (gatewayId: string) => number = () => 0;

  constructor(world: World, tags: Tags) {
    this.#world = world;
    this.#tags = tags;
    this.#table = world.table('gateway');
    this.#ids = world.table('gatewayName');
    this.#lifecycle = new Lifecycle(world, {
      kind: 'gateway',
      table: this.#table,
      statuses: {
        create: ['CREATING', 'READY', 'FAILED'],
        update: ['UPDATING', 'READY', 'UPDATE_UNSUCCESSFUL'],
        // No status of a failed deletion exists for gateways.
        delete: ['DELETING', 'FAILED'],
      },
      operations: { create: 'CreateGateway', update: 'UpdateGateway', delete: 'DeleteGateway' },
      onGone: (gateway) => {
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
  settled(id: string): GatewayRecord {
    const gateway = this.get(id);
    this.#lifecycle.refuseWhileWorking(gateway);
    return gateway;
  }

  arnOf(id: string): string {
    return arn(this.#world, `gateway/${id}`);
  }

  force(id: string, status: GatewayStatus, reasons?: readonly string[]): void {
    this.#lifecycle.force(this.get(id), status, reasons);
  }

  operations(): Operations {
    return {
      CreateGateway: (input: Checked<CreateGatewayRequest>) => this.#create(input),
      GetGateway: ({ gatewayIdentifier }: Checked<GetGatewayRequest>) =>
        this.#answer(this.get(gatewayIdentifier)),
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
    const limit = this.#world.settings.quotas.gatewaysPerAccount;
    if (this.#table.count() >= limit) {
      throw quotaExceeded(
        `The account has ${limit} gateways, which is its quota. Delete one or ask for more.`,
      );
    }
    const id = freeId(this.#world, 'gateway', name, (taken) => this.#table.get(taken) !== undefined);
    const now = this.#world.clock.now();
    this.#ids.put(name, id);
    this.#tags.register(this.arnOf(id), tags);
    const record = { id, name, status: 'CREATING' as const, createdAt: now, updatedAt: now, configuration };
    return this.#answer(this.#lifecycle.begin(record, 'create'));
  }

  /** PUT: what the request leaves out is gone afterwards. */
  #update({ gatewayIdentifier, name, ...configuration }: Checked<UpdateGatewayRequest>): GetGatewayResponse {
    const gateway = this.settled(gatewayIdentifier);
    checkGatewayUpdateRules(gateway, name, configuration, this.#world.settings.switches);
    checkGatewayRules(configuration);
    const updated = { ...gateway, configuration, updatedAt: this.#world.clock.now() };
    return this.#answer(this.#lifecycle.begin(updated, 'update'));
  }

  #delete(gatewayId: string): DeleteGatewayResponse {
    const gateway = this.settled(gatewayId);
    const targets = this.countTargets(gatewayId);
    if (targets > 0) {
      throw conflict(
        `Gateway ${gatewayId} has ${targets} target(s) associated with it. Delete all targets before deleting the gateway.`,
      );
    }
    const { id, status } = this.#lifecycle.begin(gateway, 'delete');
    return { gatewayId: id, status };
  }

  #list(input: Checked<ListGatewaysRequest>): ListGatewaysResponse {
    const { items, nextToken } = pageOf(this.#table, input, {
      scope: 'ListGateways',
      pageSize: this.#world.settings.quotas.defaultPageSize,
    });
    return { items: items.map(summary), ...(nextToken !== undefined && { nextToken }) };
  }

  #answer(gateway: GatewayRecord): GetGatewayResponse {
    const { id, name, status, reasons, createdAt, updatedAt, configuration } = gateway;
    return {
      ...configuration,
      ...this.#protocol(configuration),
      gatewayId: id,
      gatewayArn: this.arnOf(id),
      gatewayUrl: `https://${id}.gateway.bedrock-agentcore.${this.#world.region}.amazonaws.com/mcp`,
      name,
      status,
      ...(reasons && { statusReasons: [...reasons] }),
      createdAt: new Date(createdAt),
      updatedAt: new Date(updatedAt),
      workloadIdentityDetails: {
        workloadIdentityArn: arn(this.#world, `workload-identity-directory/default/workload-identity/${id}`),
      },
    };
  }

  #protocol({ protocolConfiguration }: GatewayConfiguration): Partial<GetGatewayResponse> {
    const { switches } = this.#world.settings;
    const mcp = protocolConfiguration?.mcp;
    if (!mcp || !(mcp.sessionConfiguration || switches.answersShowDefaults)) return {};
    const sessionTimeoutInSeconds =
      mcp.sessionConfiguration?.sessionTimeoutInSeconds ?? DEFAULT_SESSION_TIMEOUT;
    return { protocolConfiguration: { mcp: { ...mcp, sessionConfiguration: { sessionTimeoutInSeconds } } } };
  }
}

function summary({ id, name, status, createdAt, updatedAt, configuration }: GatewayRecord): GatewaySummary {
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
