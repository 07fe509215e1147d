/** The kinds of resource that a manifest can hold. */
export type KindName =
  | 'gateway'
  | 'gatewayTarget'
  | 'agentRuntime'
  | 'harness'
  | 'oauth2CredentialProvider'
  | 'registry';

/** A member that the API fixes at creation. A change of it cannot be updated in place. */
export interface CreateOnlyMember {
  readonly member: string;
  /** What the service says or does, for the person who tried. */
  readonly reason: string;
}

/**
 * What Gateloop must know of a kind of resource to keep it in step: how the API names its operations and members.
 * A new kind is one such row; no other code knows one kind from another.
 */
export interface ResourceKind {
  readonly kind: KindName;
  /** The manifest's section, in the plural. Kinds with a parent stand inside their parent's entry. */
  readonly section: string;
  readonly parent?: KindName;
  readonly operations: {
    readonly create: string;
    readonly get: string;
    readonly list: string;
    readonly update: string;
    readonly delete: string;
  };
  /** The member that holds the name, in requests and in answers. */
  readonly nameMember: string;
  /** The member that holds the id, in answers. */
  readonly idMember: string;
  /** The member that takes the id, in requests. */
  readonly idRequestMember: string;
  readonly arnMember: string;
  readonly updatedAtMember: string;
  /** The member that says why a resource failed: a text, or a list of texts. */
  readonly reasonMember: string;
  /** Where answers of Create, Get and Update wrap the resource in a member. */
  readonly responseMember?: string;
  /** The member of the List answer that holds the items. */
  readonly listMember: string;
  /** `put`: an update is the whole resource and clears what it leaves out. `patch`: it keeps what it leaves out. */
  readonly update: 'put' | 'patch';
  readonly createOnlyMembers: readonly CreateOnlyMember[];
  /** The calls that take a `clientToken`. */
  readonly clientToken: readonly ('create' | 'update')[];
  /** The output members that a reference `${section.name.member}` may name. */
  readonly outputs: readonly string[];
}
