import type { CompleteResourceTokenAuthRequest } from '@aws-sdk/client-bedrock-agentcore';
import type { Table } from '../../simulation/table.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import type { Checked } from '../operation.ts';
import { accessDenied } from '../serviceError.ts';
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
      userId: userId ?? `${target.gatewayId}_${target.id}_${ids.text(8, ALPHABET)}`,
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
   * @throws ServiceError AccessDeniedException in every other case. Several parties saw it before the consent, for
   * another user, and after the expiry; for the other cases it is the nearest known answer.
   */
  complete({ sessionUri, userIdentifier }: Checked<CompleteResourceTokenAuthRequest>): ConsentSession {
    const session = this.#table.get(sessionUri);
    const isValid =
      session?.state === 'granted' && session.userId === userIdentifier.userId && !this.isExpired(session);
    if (!isValid) throw accessDenied('Invalid or expired session');
    return this.update(session, { state: 'completed' });
  }
}
