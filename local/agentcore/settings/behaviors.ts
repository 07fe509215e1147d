/**
 * What is not known of the service, or differs between its documentation's versions. Every value is something that the
 * service may well do; whatever uses the emulator must survive them all.
 */
export interface Behaviors {
  /** What becomes of a target whose authorization link lapses. */
  readonly expiredLink: 'staysPending' | 'fails';
  /** How long after the link has lapsed the target fails, where it does. Milliseconds. */
  readonly expiredLinkFailsAfter: number;
  /** Whether Get and List answer a pending target with the old link, with a new one each time, or once it lapsed. */
  readonly reissueLinks: 'never' | 'onRead' | 'afterLapse';
  /** Whether a link still counts once a read has answered a newer one. */
  readonly replacedLinks: 'good' | 'void';
  /** Whether update and sync are accepted on a target left failed by a lapsed link. */
  readonly afterLinkExpiry: 'accepted' | 'refused';
  /** Whether a target can be deleted while it awaits a person. The documentation says no, one user says yes. */
  readonly deleteWhilePending: boolean;
  /** Whether a target that awaits a person counts among the gateway's concurrent operations. */
  readonly pendingHoldsSlot: boolean;
  /** Whether a synchronisation counts among them; the quota's text names create, update and delete only. */
  readonly synchronizeHoldsSlot: boolean;
  /** The status between a person's consent and the end of the operation. */
  readonly afterConsent: 'working' | 'staysPending';
  /** What a gateway answers when its concurrent operations are used up. */
  readonly noFreeSlot: 'ConflictException' | 'ThrottlingException' | 'ServiceQuotaExceededException';
  /** Which targets may have a static `mcpToolSchema`: the pages of April 2026 say one grant type, later ones say all. */
  readonly staticSchemaFor: 'authorizationCode' | 'anyCredential';
  /** Which configuration Get answers after an update failed. */
  readonly afterFailedUpdate: 'submitted' | 'previous';
  /** Whether a gateway's `supportedVersions` can change after its creation. */
  readonly supportedVersionsChange: 'refused' | 'accepted';
  /** Whether answers show defaults for members that the request left out. */
  readonly responsesShowDefaults: boolean;
  /** What becomes of targets whose endpoint or bucket the emulator has no way to reach. */
  readonly unreachable: 'fails' | 'accepted';
  /** The source of registry events: the documentation has had both. */
  readonly registryEventSource: 'aws.agent-registry' | 'aws.bedrock-agentcore';
}

export const DEFAULT_BEHAVIORS: Behaviors = {
  expiredLink: 'staysPending',
  expiredLinkFailsAfter: 60_000,
  reissueLinks: 'never',
  replacedLinks: 'good',
  afterLinkExpiry: 'accepted',
  deleteWhilePending: false,
  pendingHoldsSlot: false,
  synchronizeHoldsSlot: true,
  afterConsent: 'working',
  noFreeSlot: 'ConflictException',
  staticSchemaFor: 'authorizationCode',
  afterFailedUpdate: 'submitted',
  supportedVersionsChange: 'refused',
  responsesShowDefaults: false,
  unreachable: 'fails',
  registryEventSource: 'aws.agent-registry',
};

/** The values that each switch can take; a switch of a number takes any that is not negative. */
export const BEHAVIOR_VALUES: { readonly [K in keyof Behaviors]: readonly Behaviors[K][] | 'milliseconds' } =
  {
    expiredLink: ['staysPending', 'fails'],
    expiredLinkFailsAfter: 'milliseconds',
    reissueLinks: ['never', 'onRead', 'afterLapse'],
    replacedLinks: ['good', 'void'],
    afterLinkExpiry: ['accepted', 'refused'],
    deleteWhilePending: [false, true],
    pendingHoldsSlot: [false, true],
    synchronizeHoldsSlot: [true, false],
    afterConsent: ['working', 'staysPending'],
    noFreeSlot: ['ConflictException', 'ThrottlingException', 'ServiceQuotaExceededException'],
    staticSchemaFor: ['authorizationCode', 'anyCredential'],
    afterFailedUpdate: ['submitted', 'previous'],
    supportedVersionsChange: ['refused', 'accepted'],
    responsesShowDefaults: [false, true],
    unreachable: ['fails', 'accepted'],
    registryEventSource: ['aws.agent-registry', 'aws.bedrock-agentcore'],
  };
