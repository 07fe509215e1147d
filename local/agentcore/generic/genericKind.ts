import type { JsonObject } from '../../../core/json.ts';
import type { ID_FORMATS } from '../emulatorContext.ts';
import type { Statuses } from '../lifecycle.ts';
import type { ServiceError } from '../serviceError.ts';
import type { Quotas } from '../settings/quotas.ts';

/** A kind whose state is what the model of the service says of it, and no more: one row, and no class of its own. */
export interface GenericKind {
  readonly kind: GenericKindName;
  /** The kind in messages, such as `policy engine`. */
  readonly noun: string;
  /** How the names of its operations name one resource and several, such as `Policy` and `Policies`. */
  readonly operationNouns: readonly [one: string, many: string];
  /** What its resources belong to, and the member of requests with its id. */
  readonly parent?: {
    readonly kind: 'gateway' | 'policyEngine';
    readonly member: string;
    /** The member of responses with the parent, which some kinds name by its ARN. */
    readonly responseMember: string;
    readonly shows: 'id' | 'arn';
  };
  readonly idFormat: keyof typeof ID_FORMATS;
  /** The member with the id, in requests and responses. */
  readonly idMember: string;
  /** The member with the id in the resource that responses show, where it is another one. */
  readonly shownIdMember?: string;
  /** The member of the responses of Create, Get and Update that the resource is in; absent where none is. */
  readonly responseMember?: string;
  /** The member of Create with an id that the client may choose. */
  readonly chosenIdMember?: string;
  /** Absent for a kind without names. */
  readonly nameMember?: string;
  /** The member that no two resources of a parent share, besides the name. */
  readonly uniqueMember?: string;
  readonly arnMember?: string;
  /** Before the id in ARNs; after the ARN of the parent, where there is one. */
  readonly arnPath: string;
  readonly statuses: Statuses<string>;
  readonly updatedAtMember: string;
  /** The member with the reasons of a failure. `always`: responses have it without a failure, too. */
  readonly reasonMember?: { readonly name: string; readonly isList: boolean; readonly always?: true };
  readonly listMember: string;
  readonly isTagged: boolean;
  /** How many there may be of one parent, or in the account; absent where AWS publishes no number. */
  readonly quota?: Extract<keyof Quotas, `${string}Per${'Account' | 'Engine'}`>;
  /** What responses show of members that no request has set. */
  readonly defaults?: JsonObject;
  /** The configuration as responses show it, where they name its members differently. */
  readonly toResponse?: (configuration: JsonObject, status: string, id: string) => JsonObject;
  /**
   * The configuration to keep after a Create or an Update, where that is more than to set what the request names.
   *
   * @param before empty for a Create
   * @throws ServiceError for a request that goes against a rule of the service
   */
  readonly write?: (before: JsonObject, input: JsonObject, tools: WriteTools) => JsonObject;
  /** The error for a name that is in use; ConflictException by default. */
  readonly nameInUse?: (name: string) => ServiceError;
  /** @returns why the service refuses a configuration once it has looked at it: the operation fails */
  readonly refusal?: (configuration: JsonObject) => string | undefined;
}

export interface WriteTools {
  /** @returns an id for a part of a resource */
  readonly newId: (name: string) => string;
  /** @returns an id for a version */
  readonly newVersion: () => string;
  /** Simulated time, in ms since the epoch. */
  readonly now: number;
}

export type GenericKindName =
  | 'policyEngine'
  | 'policy'
  | 'gatewayRule'
  | 'gatewayRateLimit'
  | 'paymentManager'
  | 'consentPortal'
  | 'dataset'
  | 'configurationBundle'
  | 'capacityProvider'
  | 'browser'
  | 'browserProfile'
  | 'codeInterpreter'
  | 'evaluator'
  | 'onlineEvaluationConfig'
  | 'memory';
