import type {
  CreateWorkloadIdentityRequest,
  CreateWorkloadIdentityResponse,
  DeleteWorkloadIdentityRequest,
  GetWorkloadIdentityRequest,
  GetWorkloadIdentityResponse,
  ListWorkloadIdentitiesRequest,
  ListWorkloadIdentitiesResponse,
  UpdateWorkloadIdentityRequest,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defined } from '../../../core/objects.ts';
import type { Table } from '../../simulation/table.ts';
import { arn, type EmulatorContext } from '../emulatorContext.ts';
import type { Checked, Operations } from '../operation.ts';
import { paginate } from '../pagination.ts';
import { conflict, notFound } from '../serviceError.ts';
import type { Tags } from '../tags.ts';

/** A gateway, a runtime or a registry: each has an identity, which is named after it. */
interface IdentityOwner {
  readonly createdAt: number;
}

interface StoredIdentity {
  readonly name: string;
  readonly returnUrls?: readonly string[];
  /** Milliseconds since the epoch, simulated time. */
  readonly updatedAt: number;
  /** Of an identity that a client made; absent for one of a gateway, a runtime or a registry. */
  readonly createdAt?: number;
}

/**
 * The workload identities of gateways, runtimes and registries, which come and go with their owners, and those that clients
 * make. Whether ListWorkloadIdentities shows the former is not published; here it does not.
 */
export class WorkloadIdentities {
  readonly #context: EmulatorContext;
  readonly #tags: Tags;
  readonly #findOwner: (id: string) => IdentityOwner | undefined;
  /** What clients made or changed, by name. */
  readonly #identities: Table<StoredIdentity>;

  constructor(context: EmulatorContext, tags: Tags, findOwner: (id: string) => IdentityOwner | undefined) {
    this.#context = context;
    this.#tags = tags;
    this.#findOwner = findOwner;
    this.#identities = context.table('workloadIdentity');
  }

  operations(): Operations {
    return {
      CreateWorkloadIdentity: (input: Checked<CreateWorkloadIdentityRequest>) => this.#create(input),
      GetWorkloadIdentity: ({ name }: Checked<GetWorkloadIdentityRequest>) => this.#get(name),
      ListWorkloadIdentities: (input: Checked<ListWorkloadIdentitiesRequest>) => this.#list(input),
      UpdateWorkloadIdentity: (input: Checked<UpdateWorkloadIdentityRequest>) => this.#update(input),
      DeleteWorkloadIdentity: ({ name }: Checked<DeleteWorkloadIdentityRequest>) => this.#delete(name),
    };
  }

  /**
   * Whether a target of the gateway may name this return URL. One party saw that the service checks none while the
   * identity lists none.
   */
  allowsReturnUrl(gatewayId: string, url: string): boolean {
    const { returnUrls = [] } = this.#identities.get(gatewayId) ?? {};
    return returnUrls.length === 0 || returnUrls.includes(url);
  }

  #create(input: Checked<CreateWorkloadIdentityRequest>): CreateWorkloadIdentityResponse {
    const { name, allowedResourceOauth2ReturnUrls: returnUrls, tags } = input;
    if (this.#findOwner(name) || this.#identities.get(name)?.createdAt !== undefined)
      throw conflict(`A workload identity with the name ${name} already exists. Choose another name.`);
    const now = this.#context.clock.now();
    this.#identities.put(name, defined({ name, returnUrls, createdAt: now, updatedAt: now }));
    this.#tags.register(this.#arn(name), tags);
    const { workloadIdentityArn, allowedResourceOauth2ReturnUrls } = this.#get(name);
    return { name, workloadIdentityArn, ...defined({ allowedResourceOauth2ReturnUrls }) };
  }

  #list(input: Checked<ListWorkloadIdentitiesRequest>): ListWorkloadIdentitiesResponse {
    const { items, nextToken } = paginate(this.#identities, input, {
      scope: 'ListWorkloadIdentities',
      pageSize: this.#context.settings.quotas.defaultPageSize,
      filter: ({ createdAt }) => createdAt !== undefined,
    });
    const workloadIdentities = items.map(({ name }) => ({ name, workloadIdentityArn: this.#arn(name) }));
    return { workloadIdentities, ...defined({ nextToken }) };
  }

  /** PUT: an update without return URLs clears them. */
  #update(input: Checked<UpdateWorkloadIdentityRequest>): GetWorkloadIdentityResponse {
    const { name, allowedResourceOauth2ReturnUrls: returnUrls } = input;
    this.#get(name);
    const createdAt = this.#identities.get(name)?.createdAt;
    const updatedAt = this.#context.clock.now();
    this.#identities.put(name, defined({ name, returnUrls, createdAt, updatedAt }));
    return this.#get(name);
  }

  /** Guessed: the identity of a gateway, a runtime or a registry goes with its owner alone. */
  #delete(name: string): object {
    this.#get(name);
    if (this.#identities.get(name)?.createdAt === undefined)
      throw conflict(`${name} is the identity of a resource. Delete that resource instead.`);
    this.#identities.delete(name);
    this.#tags.unregister(this.#arn(name));
    return {};
  }

  #get(name: string): GetWorkloadIdentityResponse {
    const stored = this.#identities.get(name);
    const createdAt = this.#findOwner(name)?.createdAt ?? stored?.createdAt;
    if (createdAt === undefined)
      throw notFound(`The workload identity ${name} does not exist in this account and Region.`);
    const { returnUrls, updatedAt = createdAt } = stored ?? {};
    return {
      name,
      workloadIdentityArn: this.#arn(name),
      ...(returnUrls && { allowedResourceOauth2ReturnUrls: [...returnUrls] }),
      createdTime: new Date(createdAt),
      lastUpdatedTime: new Date(updatedAt),
    };
  }

  #arn(name: string): string {
    return arn(this.#context, `workload-identity-directory/default/workload-identity/${name}`);
  }
}
