import type { CompleteResourceTokenAuthRequest } from '@aws-sdk/client-bedrock-agentcore';
import type { Table } from '../../simulation/store.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import type { Checked } from '../operation.ts';
import { accessDenied, invalid, notFound } from '../serviceError.ts';
import type { PendingAuthorization, TargetRecord } from '../targets/targetRecord.ts';

/** The session in which a user consents to one operation on one target. */
export interface ConsentSession {
  readonly requestUri: string;
  readonly userId: string;
  readonly gatewayId: string;
  readonly targetId: string;
  /** The operation that awaits the consent. */
  readonly operationId: string;
  /** Milliseconds since the epoch, simulated time. */
  readonly expiresAt: number;
  /** `granted` once the user has consented, `completed` once the client has confirmed the user's identity. */
  readonly state: 'open' | 'granted' | 'denied' | 'completed';
  /** The token from the authorization server, with which the emulator calls the MCP server. */
  readonly accessToken?: string;
  /** The PKCE verifier of the current authorization request. */
  readonly codeVerifier?: string;
}

const REQUEST_URI_PREFIX = 'urn:ietf:params:oauth:request_uri:';
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** The consent sessions of all targets. Expired sessions stay, so that their use gets a specific error. */
export class Consents {
  readonly #context: EmulatorContext;
  readonly #table: Table<ConsentSession>;

  constructor(context: EmulatorContext) {
    this.#context = context;
    this.#table = context.table('consent');
  }

  get(requestUri: string): ConsentSession | undefined {
    return this.#table.get(requestUri);
  }

  /** @param userId the user of the earlier link, if this one replaces it */
  open(
    target: Pick<TargetRecord, 'gatewayId' | 'id'>,
    operationId: string,
    userId?: string,
  ): PendingAuthorization {
    const { ids } = this.#context.random;
    const session = {
      requestUri: `${REQUEST_URI_PREFIX}${ids.text(40, ALPHABET)}`,
      userId: userId ?? `${target.gatewayId}-${target.id}-${ids.text(8, ALPHABET)}`,
      gatewayId: target.gatewayId,
      targetId: target.id,
      operationId,
      expiresAt: this.#context.clock.now() + this.#context.settings.quotas.authorizationLinkLifetime,
      state: 'open' as const,
    };
    this.#table.put(session.requestUri, session);
    return { requestUri: session.requestUri, userId: session.userId, expiresAt: session.expiresAt };
  }

  update(session: ConsentSession, changes: Partial<ConsentSession>): ConsentSession {
    const updated = { ...session, ...changes };
    this.#table.put(session.requestUri, updated);
    return updated;
  }

  /** Expires a session before its time. */
  expire(requestUri: string): void {
    const session = this.#table.get(requestUri);
    if (session) this.update(session, { expiresAt: this.#context.clock.now() });
  }

  isExpired(session: Pick<ConsentSession, 'expiresAt'>): boolean {
    return this.#context.clock.now() >= session.expiresAt;
  }

  /** The authorization link for the user. On AWS its host is that of the data plane; here it is the emulator. */
  urlOf(requestUri: string): string {
    return `${this.#context.url()}/identities/oauth2/authorize?request_uri=${encodeURIComponent(requestUri)}`;
  }

  /**
   * Completes a session in which the user has consented.
   * @throws ServiceError in every other case; the documentation does not say which error each case gets
   */
  complete({ sessionUri, userIdentifier }: Checked<CompleteResourceTokenAuthRequest>): ConsentSession {
    const session = this.#table.get(sessionUri);
    if (!session)
      throw notFound('The session does not exist. Use the session_id of the return URL, unchanged.');
    if (userIdentifier.userId !== session.userId) {
      throw accessDenied('The user did not start this session. Use the userId of the authorizationData.');
    }
    const reason = this.#rejectionReason(session);
    if (reason) throw invalid(reason, { name: 'sessionUri', message: reason });
    return this.update(session, { state: 'completed' });
  }

  #rejectionReason(session: ConsentSession): string | undefined {
    if (session.state === 'completed') return 'The session is already completed. It can be used only once.';
    if (session.state === 'denied') return 'The user declined. Start the operation again for a new link.';
    if (this.isExpired(session)) return 'The session has expired. Start the operation again for a new link.';
    if (session.state === 'open') return 'The user has not consented yet. Wait until the browser returns.';
    return undefined;
  }
}
