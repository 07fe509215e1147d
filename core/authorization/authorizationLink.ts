/**
 * The link to the login page that AgentCore issues for a target. It expires after ten minutes. Only the browser and
 * the service may see `url` and `userId`.
 */
export interface AuthorizationLink {
  readonly url: string;
  readonly userId: string;
  /** The hash of the session that the link belongs to. */
  readonly session: string;
}

/** A link with the time when it was issued, in ms since the epoch. */
export interface IssuedLink extends AuthorizationLink {
  readonly issuedAt: number;
}
