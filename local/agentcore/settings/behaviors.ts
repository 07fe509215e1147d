/**
 * Behaviors of the service that are unknown or that versions of its documentation describe differently. The service may
 * show each of these values, so a client has to work with all of them.
 */
export interface Behaviors {
  /** What happens to a target when its authorization link expires. */
  readonly expiredLink: 'staysPending' | 'fails';
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
  /** Whether a target that awaits authorization counts as one of the gateway's concurrent operations. */
  readonly pendingHoldsSlot: boolean;
  /** Whether a synchronization counts as one; the text of the quota names create, update and delete only. */
  readonly synchronizeHoldsSlot: boolean;
  /** The status between the user's consent and the end of the operation. */
  readonly afterConsent: 'working' | 'staysPending';
  /** The error when all concurrent operations of a gateway are in use. */
  readonly noFreeSlot: 'ConflictException' | 'ThrottlingException' | 'ServiceQuotaExceededException';
  /** Which credentials allow a static `mcpToolSchema`: one grant type by the pages of April 2026, any by later ones. */
  readonly staticSchemaFor: 'authorizationCode' | 'anyCredential';
  /** Which configuration Get returns after a failed update. */
  readonly afterFailedUpdate: 'submitted' | 'previous';
  /** Whether an update may change a gateway's `supportedVersions`. */
  readonly supportedVersionsChange: 'rejected' | 'accepted';
  /** Whether responses contain defaults for members that the request left out. */
  readonly responsesShowDefaults: boolean;
  /** What happens to targets whose endpoint or bucket the emulator cannot reach. */
  readonly unreachable: 'fails' | 'accepted';
  /** The source of registry events; versions of the documentation name both. */
  readonly registryEventSource: 'aws.agent-registry' | 'aws.bedrock-agentcore';
}

export const DEFAULT_BEHAVIORS: Behaviors = {
  expiredLink: 'staysPending',
  expiredLinkFailsAfter: 60_000,
  reissueLinks: 'never',
  replacedLinks: 'valid',
  afterLinkExpiry: 'accepted',
  deleteWhilePending: false,
  pendingHoldsSlot: false,
  synchronizeHoldsSlot: true,
  afterConsent: 'working',
  noFreeSlot: 'ConflictException',
  staticSchemaFor: 'authorizationCode',
  afterFailedUpdate: 'submitted',
  supportedVersionsChange: 'rejected',
  responsesShowDefaults: false,
  unreachable: 'fails',
  registryEventSource: 'aws.agent-registry',
};

/** The allowed values of each behavior, the default first; `milliseconds` allows any number of at least 0. */
export const BEHAVIOR_VALUES: { readonly [K in keyof Behaviors]: readonly Behaviors[K][] | 'milliseconds' } =
  {
    expiredLink: ['staysPending', 'fails'],
    expiredLinkFailsAfter: 'milliseconds',
    reissueLinks: ['never', 'onRead', 'afterExpiry'],
    replacedLinks: ['valid', 'invalid'],
    afterLinkExpiry: ['accepted', 'rejected'],
    deleteWhilePending: [false, true],
    pendingHoldsSlot: [false, true],
    synchronizeHoldsSlot: [true, false],
    afterConsent: ['working', 'staysPending'],
    noFreeSlot: ['ConflictException', 'ThrottlingException', 'ServiceQuotaExceededException'],
    staticSchemaFor: ['authorizationCode', 'anyCredential'],
    afterFailedUpdate: ['submitted', 'previous'],
    supportedVersionsChange: ['rejected', 'accepted'],
    responsesShowDefaults: [false, true],
    unreachable: ['fails', 'accepted'],
    registryEventSource: ['aws.agent-registry', 'aws.bedrock-agentcore'],
  };
