import type {
  GetWorkloadIdentityRequest,
  GetWorkloadIdentityResponse,
  UpdateWorkloadIdentityRequest,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defined } from '../../../core/objects.ts';
import type { Table } from '../../simulation/table.ts';
import { arn, type EmulatorContext } from '../emulatorContext.ts';
import type { Checked, Operations } from '../operation.ts';
import { notFound } from '../serviceError.ts';

/** A gateway or a runtime: each has an identity, which has its id as name. */
interface IdentityOwner {
  readonly createdAt: number;
}

interface IdentityUpdate {
  readonly returnUrls?: readonly string[];
  /** Milliseconds since the epoch, simulated time. */
  readonly updatedAt: number;
}

/** The workload identities of gateways, runtimes and registries. They come and go with their owners. */
export class WorkloadIdentities {
  readonly #context: EmulatorContext;
  readonly #findOwner: (id: string) => IdentityOwner | undefined;
  /** What clients changed, by name. */
  readonly #updates: Table<IdentityUpdate>;

  constructor(context: EmulatorContext, findOwner: (id: string) => IdentityOwner | undefined) {
    this.#context = context;
    this.#findOwner = findOwner;
    this.#updates = context.table('workloadIdentity');
  }

  operations(): Operations {
    return {
      GetWorkloadIdentity: ({ name }: Checked<GetWorkloadIdentityRequest>) => this.#get(name),
      UpdateWorkloadIdentity: (input: Checked<UpdateWorkloadIdentityRequest>) => this.#update(input),
    };
  }

  /**
   * Whether a target of the gateway may name this return URL. One party saw that the service checks none while the
   * identity lists none.
   */
  allowsReturnUrl(gatewayId: string, url: string): boolean {
    const { returnUrls = [] } = this.#updates.get(gatewayId) ?? {};
    return returnUrls.length === 0 || returnUrls.includes(url);
  }

  /** PUT: an update without return URLs clears them. */
  #update(input: Checked<UpdateWorkloadIdentityRequest>): GetWorkloadIdentityResponse {
    const { name, allowedResourceOauth2ReturnUrls: returnUrls } = input;
    this.#get(name);
    this.#updates.put(name, defined({ returnUrls, updatedAt: this.#context.clock.now() }));
    return this.#get(name);
  }

  #get(name: string): GetWorkloadIdentityResponse {
    const owner = this.#findOwner(name);
    if (!owner) throw notFound(`The workload identity ${name} does not exist in this account and Region.`);
    const { returnUrls, updatedAt = owner.createdAt } = this.#updates.get(name) ?? {};
    return {
      name,
      workloadIdentityArn: arn(
        this.#context,
        `workload-identity-directory/default/workload-identity/${name}`,
      ),
      ...(returnUrls && { allowedResourceOauth2ReturnUrls: [...returnUrls] }),
      createdTime: new Date(owner.createdAt),
      lastUpdatedTime: new Date(updatedAt),
    };
  }
}
