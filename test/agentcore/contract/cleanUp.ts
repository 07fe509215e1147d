import type { ResourceKind } from '../../../core/resources/resourceKind.ts';
import { resourceKinds } from '../../../core/resources/resourceKinds.ts';
import { AGENT_REGISTRY } from './operations.ts';
import type { ApiResponse } from './sdkClients.ts';

type Call = (operation: string, input: object) => Promise<ApiResponse>;

type DeletionInput = (creation: ApiResponse, response: ApiResponse) => object;

interface Deletion {
  readonly operation: string;
  readonly input: DeletionInput;
}

/** By the creation. What a parent has one of at most goes with it, and a setting of the account is nothing to delete. */
const DELETIONS: ReadonlyMap<string, Deletion> = new Map([
  ...Object.values(resourceKinds)
    .filter(({ isOnly, setting }) => !isOnly && !setting)
    .map(deletionOf),
  // The registries that AWS has closed.
  [
    'CreateRegistry',
    { operation: 'DeleteRegistry', input: (_creation, { registryArn }) => ({ registryId: registryArn }) },
  ],
  [
    'CreateRegistryRecord',
    {
      operation: 'DeleteRegistryRecord',
      input: ({ registryId }, { recordArn }) => ({ registryId, recordId: recordArn }),
    },
  ],
]);

function deletionOf(row: ResourceKind): [creation: string, deletion: Deletion] {
  const { operations, service, parent, container, idMember, idRequestMember, arnMember, nameMember } = row;
  const prefix = service ? AGENT_REGISTRY : '';
  const holder = parent ? resourceKinds[parent].idRequestMember : container?.member;
  return [
    `${prefix}${operations.create}`,
    {
      operation: `${prefix}${operations.delete}`,
      input: (creation, response) => {
        const created = Object(row.responseMember === undefined ? response : response[row.responseMember]);
        const id = nameMember === idMember ? creation[idMember] : (created[idMember] ?? created[arnMember]);
        return { ...(holder !== undefined && { [holder]: creation[holder] }), [idRequestMember]: id };
      },
    },
  ];
}

/** The creations whose resources are deleted again. */
export const undoneCreations: readonly string[] = [...DELETIONS.keys()];

/** A resource that a row created and could not delete. */
export interface Leftover {
  /** The operation that deletes it, and the operation's input. */
  readonly operation: string;
  readonly input: object;
  /** The service's last answer. */
  readonly reason: string;
}

/** Errors of a resource that is in progress or has children. Another error stays. */
const RETRIED: ReadonlySet<string> = new Set([
  'ConflictException',
  'ThrottlingException',
  'ValidationException',
]);

/** A target that waits for a person can be deleted when its link has expired, at the earliest. */
const WAITS_FOR_PERSON = /pending.?auth/i;

/** Remembers what a row creates in an account, and deletes it in reverse order, children before parents. */
export class CleanUp {
  #created: readonly (readonly [operation: string, input: object])[] = [];

  recordCreated(operation: string, input: object, response: ApiResponse): void {
    const deletion = DELETIONS.get(operation);
    if (deletion)
      this.#created = [[deletion.operation, deletion.input({ ...input }, response)], ...this.#created];
  }

  /**
   * Deletes everything. Repeats deletions, because a resource refuses its deletion while it is created and until its children are
   * deleted. Without `patient`, ends early if a target waits for a person.
   *
   * @param repeat calls the action until it returns true or the time is over
   * @returns what is left
   */
  async run(
    call: Call,
    repeat: (action: () => Promise<boolean>) => Promise<unknown>,
    patient: boolean,
  ): Promise<readonly Leftover[]> {
    let leftovers: readonly Leftover[] = [];
    await repeat(async () => {
      leftovers = await this.#deleteAll(call);
      return (
        !leftovers.some(({ reason }) => RETRIED.has(reason.split(':', 1)[0] ?? '')) ||
        (!patient && leftovers.some(({ reason }) => WAITS_FOR_PERSON.test(reason)))
      );
    });
    return leftovers;
  }

  /** Tries once to delete each resource. */
  async #deleteAll(call: Call): Promise<readonly Leftover[]> {
    const leftovers: Leftover[] = [];
    for (const [operation, input] of this.#created) {
      try {
        await call(operation, input);
      } catch (error) {
        const { name, message } = Object(error);
        if (name !== 'ResourceNotFoundException')
          leftovers.push({ operation, input, reason: `${name}: ${message}` });
      }
    }
    this.#created = leftovers.map(({ operation, input }) => [operation, input]);
    return leftovers;
  }
}
