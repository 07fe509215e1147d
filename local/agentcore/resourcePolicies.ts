import type {
  DeleteResourcePolicyRequest,
  GetResourcePolicyRequest,
  GetResourcePolicyResponse,
  PutResourcePolicyRequest,
  PutResourcePolicyResponse,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { isJsonObject } from '../../core/json.ts';
import type { Table } from '../simulation/table.ts';
import type { EmulatorContext } from './emulatorContext.ts';
import type { Checked, Operations } from './operation.ts';
import { invalid, notFound } from './serviceError.ts';

/** The resources of a kind that can have a policy. */
interface PolicyHolders {
  list(): readonly { readonly id: string }[];
  arnOf(id: string): string;
}

/** The resource policies of gateways and agent runtimes: the model has them for these alone. */
export class ResourcePolicies {
  readonly #holders: readonly PolicyHolders[];
  readonly #policies: Table<string>;

  constructor(context: EmulatorContext, holders: readonly PolicyHolders[]) {
    this.#holders = holders;
    this.#policies = context.table('resourcePolicy');
  }

  operations(): Operations {
    return {
      PutResourcePolicy: ({
        resourceArn,
        policy,
      }: Checked<PutResourcePolicyRequest>): PutResourcePolicyResponse => {
        this.#checkResource(resourceArn);
        checkPolicy(policy);
        this.#policies.put(resourceArn, policy);
        return { policy };
      },
      // Guessed: a resource without a policy has none to show, and is no error.
      GetResourcePolicy: ({ resourceArn }: Checked<GetResourcePolicyRequest>): GetResourcePolicyResponse => {
        this.#checkResource(resourceArn);
        const policy = this.#policies.get(resourceArn);
        return policy === undefined ? {} : { policy };
      },
      DeleteResourcePolicy: ({ resourceArn }: Checked<DeleteResourcePolicyRequest>) => {
        this.#checkResource(resourceArn);
        this.#policies.delete(resourceArn);
        return {};
      },
    };
  }

  #checkResource(resourceArn: string): void {
    const arns = this.#holders.flatMap((holders) => holders.list().map(({ id }) => holders.arnOf(id)));
    if (!arns.includes(resourceArn))
      throw notFound(`No gateway or agent runtime has the ARN ${resourceArn}.`);
  }
}

/** IAM's grammar beyond the first level is not looked at. */
function checkPolicy(policy: string): void {
  if (!isPolicy(policy))
    throw invalid('The policy is not valid. Give a JSON document with a Version and a Statement.', {
      name: 'policy',
      message: 'is not a policy document',
    });
}

function isPolicy(text: string): boolean {
  try {
    const document: unknown = JSON.parse(text);
    return isJsonObject(document) && document.Statement !== undefined;
  } catch {
    return false;
  }
}
