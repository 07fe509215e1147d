import type { JsonObject, JsonValue } from '../json.ts';

/** The kinds of resource that a manifest can hold. */
export type KindName =
  | 'gateway'
  | 'gatewayTarget'
  | 'gatewayRule'
  | 'gatewayRateLimit'
  | 'gatewayResourcePolicy'
  | 'policyEngine'
  | 'policy'
  | 'agentRuntime'
  | 'agentRuntimeEndpoint'
  | 'agentRuntimeResourcePolicy'
  | 'harness'
  | 'harnessEndpoint'
  | 'oauth2CredentialProvider'
  | 'apiKeyCredentialProvider'
  | 'paymentCredentialProvider'
  | 'paymentManager'
  | 'tokenVault'
  | 'workloadIdentity'
  | 'evaluator'
  | 'onlineEvaluationConfig'
  | 'consentPortal'
  | 'dataset'
  | 'configurationBundle'
  | 'capacityProvider'
  | 'browser'
  | 'browserProfile'
  | 'codeInterpreter'
  | 'memory'
  | 'registry'
  | 'registryRecord';

/** A member that the API fixes at creation: no update can change it. */
export interface CreateOnlyMember {
  /** Its path, such as `discoveryConfiguration.authorizerType`. What else differs in the same structure is held back with it. */
  readonly member: string;
  /** Members that make sense only with the value that was refused: they are held back with it. */
  readonly with?: readonly string[];
  /** Why it cannot be changed, as shown to the owner. */
  readonly reason: string;
}

/** A member of which the service refuses some changes and takes others, by the values before and after. */
export interface RefusedChange {
  /** A member at the top of requests: where a change of it is refused, it is held back as a whole. */
  readonly member: string;
  /**
   * @param before as the service has it
   * @param after as the manifest has it; undefined where it does not name the member
   * @param isProtected the manifest protects the resource
   * @returns why the change is refused and the remedy, for the owner, beginning with the member's name; undefined where the
   *   service takes it
   */
  readonly reason: (
    before: JsonValue | undefined,
    after: JsonValue | undefined,
    isProtected: boolean,
  ) => string | undefined;
}

/** How a kind says the same in different forms. Gateloop compares, keeps and sends the form of Create. */
export interface ResourceForms {
  /** The members of Create that responses, or the update, have in another form. */
  readonly members: readonly string[];
  /** The members of the update that stand for these. */
  readonly updateMembers: readonly string[];
  /** @returns the resource in a response, with the members of Create */
  readonly fromResponse: (shown: JsonObject) => JsonObject;
  /**
   * @param input the input of the update, with the members of Create
   * @param shown the resource as the response of Get has it
   */
  readonly toUpdate: (input: JsonObject, shown: JsonObject) => JsonObject;
}

/** What follows `arn:…:<service>:<Region>:<account>:` in the ARNs that IAM checks calls on. */
export interface ResourceArn {
  /** `*` stands for an id: `gateway/*`. */
  readonly resource: string;
  /** What has all resources of the kind: IAM checks each call on it, too, and a List on it instead of on the account. */
  readonly directory?: string;
  /** Resources of other kinds that IAM checks calls on, too. */
  readonly others?: readonly string[];
}

/** How a kind serves one of the versions of its parent, as an endpoint serves one version of a runtime. */
export interface ServedVersion {
  /** The member of requests with the version. Where the manifest does not name it, it is the parent's latest ready one. */
  readonly member: string;
  /** The output of the parent with the number of its latest version. */
  readonly ofParent: string;
  /** The member of responses with the version that serves now. */
  readonly live: string;
  /** The member of responses with the version that is to serve. While the two differ, the resource is moving. */
  readonly target: string;
}

/**
 * How the API names the operations and members of one kind of resource.
 * A new kind is one more row: no other code distinguishes kinds, apart from the consent and tools of targets, and the
 * publication of registry records.
 */
export interface ResourceKind {
  readonly kind: KindName;
  /** The service that has the kind; absent for AgentCore. */
  readonly service?: 'agentRegistry';
  /** The manifest's section, in the plural. The section of a child kind is inside its parent's entry. */
  readonly section: string;
  readonly parent?: KindName;
  /**
   * The parent has one resource of this kind at most, and the API names it by the parent's ARN. The section is that resource
   * itself, and the API has no List: the Get stands for it.
   */
  readonly isOnly?: true;
  /**
   * Every account has one, which nobody makes: it counts as there while `isSet` says so of the response of Get, and the delete
   * operation sets it back with `reset`. The API has no List: the Get stands for it. `name`: the only key in a manifest.
   */
  readonly setting?: {
    readonly name: string;
    readonly isSet: (shown: JsonObject) => boolean;
    readonly reset: JsonObject;
  };
  /** The member that is JSON in a text. A manifest may write it as a mapping; equal values are no difference. */
  readonly jsonMember?: string;
  /** The names of resources of this kind that the service makes and changes by itself: Gateloop leaves these alone. */
  readonly serviceNames?: readonly string[];
  readonly version?: ServedVersion;
  /**
   * What a resource is in without being a part of it, such as a record's registry: the kind is listed for one of these at a
   * time. `member`: of requests, with its id. `inId`: finds that id in the id of the resource, as its first group.
   */
  readonly container?: { readonly member: string; readonly inId: RegExp };
  readonly operations: {
    readonly create: string;
    readonly get: string;
    readonly list: string;
    /** Absent where the API has none: what such a resource has is fixed at its creation, apart from its tags. */
    readonly update?: string;
    readonly delete: string;
  };
  /** The ARNs of the kind: permissions and the events of changes follow from them. A part has those of its parent. */
  readonly arn?: ResourceArn;
  /** The quota of AWS's defaults, of an account, or of the parent of a part; absent where AWS publishes none. */
  readonly quota?: number;
  /** The largest page that its List allows, where that is not 100. */
  readonly pageSize?: number;
  /** The member of a configuration with the role that the service assumes, where `roleNeeds` knows what that has to be allowed. */
  readonly roleMember?: string;
  /** The Regions known to have the service without this kind. What is a part of such a resource is missing there, too. */
  readonly regionsWithout?: readonly string[];
  /** Holds what nobody can make again: it is neither deleted nor replaced, unless its manifest says "protect: false". */
  readonly holdsData?: true;
  /** Agents use resources of this kind, or are resources of this kind: its deletion takes something from them. */
  readonly servesAgents?: true;
  /**
   * The member with the name, in requests and responses. A kind without one has `matchMember`: the key in the manifest is
   * the name, which only the ledger knows.
   */
  readonly nameMember?: string;
  /** Finds the name in the id of an item, as its first group, of a kind whose List shows no names. */
  readonly nameInId?: RegExp;
  /**
   * Of a kind without names: the member of requests and responses by which a resource is found whose id the ledger does not
   * have, where none has the whole content. No two of one parent should have the same value.
   */
  readonly matchMember?: string;
  /** The kinds that a configuration of this kind may name: a resource of those is deleted after this one. */
  readonly deletedBefore?: readonly KindName[];
  /** The member with the id, in responses. */
  readonly idMember: string;
  /** The member with the id, in requests. */
  readonly idRequestMember: string;
  readonly arnMember: string;
  readonly updatedAtMember: string;
  /** The member with the reasons of a failure: a string, or a list of strings. */
  readonly reasonMember: string;
  /** The member that wraps the resource in the responses of Create, Get and Update; absent where none does. */
  readonly responseMember?: string;
  readonly forms?: ResourceForms;
  /** The member of the List response with the items. */
  readonly listMember: string;
  /**
   * The List shows the status and `updatedAt` of every item, so that one page proves of many resources that they are as
   * they were: no Get is needed.
   */
  readonly listShowsChanges?: true;
  /**
   * `put`: an update carries the whole resource and clears absent members. `patch`: it keeps absent members. Absent for a
   * kind without an update.
   */
  readonly update?: 'put' | 'patch';
  /** Whether tags can be changed (TagResource takes the ARN), or only be set at creation; absent for a kind without tags. */
  readonly tags?: 'changeable' | 'atCreation';
  readonly createOnlyMembers: readonly CreateOnlyMember[];
  /**
   * Members of Create with what a resource holds first. No response shows them, and others change what they made: a manifest
   * that names another value later changes nothing.
   */
  readonly firstContent?: readonly string[];
  /** The member of responses that is true while the service refuses every update, and why, as shown to the owner. */
  readonly lock?: { readonly member: string; readonly reason: string };
  readonly refusedChanges?: readonly RefusedChange[];
  /**
   * Members of the create call that say once what another member of updates and responses says always, with that member and
   * what each of its values is at the creation. A manifest names the other one in their place.
   */
  readonly createdFrom?: Readonly<
    Record<string, { readonly member: string; readonly values: Readonly<Record<string, JsonValue>> }>
  >;
  /** Members that Get returns at another path, such as a configuration without its secrets. */
  readonly outputMembers?: Readonly<Record<string, string>>;
  /**
   * The values that the service gives to members that nobody set, as far as they were seen. A PATCH sends them to clear
   * a member. A resource that Gateloop did not create is checked against them.
   */
  readonly serviceDefaults?: JsonObject;
  /**
   * Members that the service fills in with a value that nobody has published. Without a snapshot, such a value cannot be told
   * from another client's: it is taken for the service's own, and is no drift.
   */
  readonly unknownDefaults?: readonly string[];
  /**
   * The paths, without the indexes of lists, of members that provision gives a value where the manifest names none. Without
   * a snapshot, such a value is taken for Gateloop's own, and is no drift: every write would set it again.
   */
  readonly providedMembers?: readonly string[];
  /**
   * Defaults of numbers that are at most another number of the resource, as `[capped, cap]`: a session that may live ten
   * minutes has an idle timeout of ten minutes.
   */
  readonly cappedDefaults?: readonly (readonly [capped: string, cap: string])[];
  /**
   * Members that only responses have, and that show what the service made of members that only requests have, such as the
   * endpoints that follow from the id of a tenant. A change of them is a change of those.
   */
  readonly resultMembers?: readonly string[];
  /**
   * Secrets of the client's own in Secrets Manager, whose place requests and responses name differently. `prefixes`: of the
   * members of each. `within`: the member of the request that holds them, by vendor; absent where the request itself does.
   * `isShownWithin`: responses have them beside the rest of the vendor's part, and not at their top.
   */
  readonly externalSecret?: {
    readonly prefixes: readonly string[];
    readonly within?: string;
    readonly isShownWithin?: true;
  };
  /** The paths of lists whose items have names, which no two of them share: their order says nothing. */
  readonly itemNames?: Readonly<Record<string, (item: JsonValue) => string>>;
  /**
   * The paths, without the indexes of lists, of members whose value the service or another client gives, where the manifest
   * names none. No such value is drift.
   */
  readonly revisedMembers?: readonly string[];
  /**
   * The paths of structures whose members exclude each other, if only in part: where the manifest names one of them, an
   * adopted resource keeps no other.
   */
  readonly alternatives?: readonly string[];
  /**
   * `member`: has parts that the service can read from a source. `read`: the members, at any depth of such a part, that it
   * fills in then, where the manifest does not name them.
   */
  readonly sourced?: { readonly member: string; readonly read: readonly string[] };
  /** Members of requests that no manifest may name, with the reason and the remedy. */
  readonly refusedMembers?: Readonly<Record<string, string>>;
  /** The paths of members that requests have too, but that only the service sets. */
  readonly readOnlyMembers?: readonly string[];
  /** Items that the service adds to a list by itself, by the path of the list. */
  readonly serviceAdditions?: Readonly<Record<string, readonly JsonValue[]>>;
  /** The calls that accept a `clientToken`. */
  readonly clientToken: readonly ('create' | 'update')[];
  /** The output members that a reference `${section.name.member}` may name. */
  readonly outputs: readonly string[];
}
