/**
 * Behaviors of the service that are unknown or that versions of its documentation describe differently. The service may
 * show each of these values, so a client has to work with all of them.
 */
export interface Behaviors {
  /** What happens to a target when its authorization link expires. Two parties saw it fail after about ten minutes. */
  readonly expiredLink: 'fails' | 'staysPending';
  /** With `expiredLink: 'fails'`, the time from the expiry of the link to the failure. Milliseconds. */
  readonly expiredLinkFailsAfter: number;
  /** When Get and List return a new link for a pending target: never, on each read, or once the old link expired. */
  readonly reissueLinks: 'never' | 'onRead' | 'afterExpiry';
  /** Whether a link stays valid after a read has returned a newer one. */
  readonly replacedLinks: 'valid' | 'invalid';
  /** Whether update and synchronize are accepted on a target that failed because its link expired. */
  readonly afterLinkExpiry: 'accepted' | 'rejected';
  /** Whether a target can be deleted while it awaits authorization. The documentation says no, one user says yes. */
  readonly deleteWhilePending: boolean;
  /**
   * Whether a target can be updated while it awaits authorization, which gives it a new link and a new user. The page
   * of UpdateGatewayTarget says no, one party says yes.
   */
  readonly updateWhilePending: boolean;
  /** The error of the calls that a target rejects while it awaits authorization; only the text has been seen. */
  readonly pendingRejection: 'ConflictException' | 'ValidationException';
  /** Whether a target that awaits authorization counts as one of the gateway's concurrent operations. */
  readonly pendingHoldsSlot: boolean;
  /** Whether a synchronization counts as one; the text of the quota names create, update and delete only. */
  readonly synchronizeHoldsSlot: boolean;
  /** The status between the user's consent and the end of the operation. */
  readonly afterConsent: 'working' | 'staysPending';
  /** The error when all concurrent operations of a gateway are in use. */
  readonly noFreeSlot: 'ConflictException' | 'ThrottlingException' | 'ServiceQuotaExceededException';
  /** Which credentials allow a static `mcpToolSchema`: any by the present model, one grant type by earlier pages. */
  readonly staticSchemaFor: 'anyCredential' | 'authorizationCode';
  /**
   * The keywords of input schemas in a static `mcpToolSchema`: those of MCP by the present model, or, as one party says,
   * `type`, `properties`, `required`, `items` and `description` alone.
   */
  readonly staticSchemaKeywords: 'mcp' | 'few';
  /** Which configuration Get returns after a failed update. */
  readonly afterFailedUpdate: 'submitted' | 'previous';
  /**
   * Which changes of a gateway's `supportedVersions` an update may make. The guide says none, except for some accounts;
   * one party removed versions, and could add none.
   */
  readonly supportedVersionsChange: 'removalOnly' | 'rejected' | 'accepted';
  /** The time for which a gateway still counts a deleted target, which no List returns any more. Milliseconds. */
  readonly deletedTargetsHoldGateway: number;
  /** Whether responses contain defaults for members that the request left out. */
  readonly responsesShowDefaults: boolean;
  /** What happens to targets whose endpoint or bucket the emulator cannot reach. */
  readonly unreachable: 'fails' | 'accepted';
  /** The source of registry events; versions of the documentation name both. */
  readonly registryEventSource: 'aws.agent-registry' | 'aws.bedrock-agentcore';
}

export const DEFAULT_BEHAVIORS: Behaviors = {
  expiredLink: 'fails',
  expiredLinkFailsAfter: 5000,
  reissueLinks: 'never',
  replacedLinks: 'valid',
  afterLinkExpiry: 'accepted',
  deleteWhilePending: false,
  updateWhilePending: false,
  pendingRejection: 'ConflictException',
  pendingHoldsSlot: false,
  synchronizeHoldsSlot: true,
  afterConsent: 'working',
  noFreeSlot: 'ConflictException',
  staticSchemaFor: 'anyCredential',
  staticSchemaKeywords: 'mcp',
  afterFailedUpdate: 'submitted',
  supportedVersionsChange: 'removalOnly',
  deletedTargetsHoldGateway: 0,
  responsesShowDefaults: false,
  unreachable: 'fails',
  registryEventSource: 'aws.agent-registry',
};

/** The allowed values of each behavior, the default first; `milliseconds` allows any number of at least 0. */
export const BEHAVIOR_VALUES: { readonly [K in keyof Behaviors]: readonly Behaviors[K][] | 'milliseconds' } =
  {
    expiredLink: ['fails', 'staysPending'],
    expiredLinkFailsAfter: 'milliseconds',
    reissueLinks: ['never', 'onRead', 'afterExpiry'],
    replacedLinks: ['valid', 'invalid'],
    afterLinkExpiry: ['accepted', 'rejected'],
    deleteWhilePending: [false, true],
    updateWhilePending: [false, true],
    pendingRejection: ['ConflictException', 'ValidationException'],
    pendingHoldsSlot: [false, true],
    synchronizeHoldsSlot: [true, false],
    afterConsent: ['working', 'staysPending'],
    noFreeSlot: ['ConflictException', 'ThrottlingException', 'ServiceQuotaExceededException'],
    staticSchemaFor: ['anyCredential', 'authorizationCode'],
    staticSchemaKeywords: ['mcp', 'few'],
    afterFailedUpdate: ['submitted', 'previous'],
    supportedVersionsChange: ['removalOnly', 'rejected', 'accepted'],
    deletedTargetsHoldGateway: 'milliseconds',
    responsesShowDefaults: [false, true],
    unreachable: ['fails', 'accepted'],
    registryEventSource: ['aws.agent-registry', 'aws.bedrock-agentcore'],
  };
