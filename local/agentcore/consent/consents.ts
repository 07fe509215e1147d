import type { CompleteResourceTokenAuthRequest } from '@aws-sdk/client-bedrock-agentcore';
import type { Table } from '../../simulation/store.ts';
import type { Checked } from '../checked.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import { accessDenied, invalid, notFound } from '../serviceError.ts';
import type { PendingAuthorization, TargetRecord } from '../targets/targetRecord.ts';

/** A person's way through the consent to one operation on one target. */
export interface ConsentSession {
  readonly requestUri: string;
  readonly userId: string;
  readonly gatewayId: string;
  readonly targetId: string;
  /** The operation that it belongs to. */
  readonly ticket: string;
  readonly expiresAt: number;
  /** `granted` once the person has consented, `completed` once the client has said who they are. */
  readonly state: 'open' | 'granted' | 'denied' | 'completed';
  /** What the authorization server gave for the consent; the emulator calls the MCP server with it. */
  readonly accessToken?: string;
  /** The PKCE verifier of the request that is under way at the authorization server. */
  readonly codeVerifier?: string;
}

const REQUEST_URI = 'urn:ietf:params:oauth:request_uri:';
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** The consents that targets have asked for. A session that lapsed stays known, so that its use can be refused. */
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

  /** Opens a session for the operation that the ticket names. The user stays the same when a link is issued again. */
  open(
    target: Pick<TargetRecord, 'gatewayId' | 'id'>,
    ticket: string,
    userId?: string,
  ): PendingAuthorization {
    const { ids } = this.#context.random;
    const session = {
      requestUri: `${REQUEST_URI}${ids.text(40, ALPHABET)}`,
      userId: userId ?? `${target.gatewayId}-${target.id}-${ids.text(8, ALPHABET)}`,
      gatewayId: target.gatewayId,
      targetId: target.id,
      ticket,
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

  /** Lets a session lapse before its time. */
  expire(requestUri: string): void {
    const session = this.#table.get(requestUri);
    if (session) this.update(session, { expiresAt: this.#context.clock.now() });
  }

  isExpired(session: Pick<ConsentSession, 'expiresAt'>): boolean {
    return this.#context.clock.now() >= session.expiresAt;
  }

  /** The link for the person. On AWS its host is the data plane's; here it is the emulator. */
  urlOf(requestUri: string): string {
    return `${this.#context.url()}/identities/oauth2/authorize?request_uri=${encodeURIComponent(requestUri)}`;
  }

  /**
   * Ends a session whose person has consented.
   * @throws ServiceError in every other case; which error the service takes for each is not documented
   */
  complete({ sessionUri, userIdentifier }: Checked<CompleteResourceTokenAuthRequest>): ConsentSession {
    const session = this.#table.get(sessionUri);
    if (!session)
      throw notFound('The session does not exist. Use the session_id of the return URL, unchanged.');
    if (userIdentifier.userId !== session.userId) {
      throw accessDenied(
        'The user is not the one who started this session. Use the userId of the authorizationData.',
      );
    }
    const reason = this.#rejectionReason(session);
    if (reason) throw invalid(reason, { name: 'sessionUri', message: reason });
    return this.update(session, { state: 'completed' });
  }

  #rejectionReason(session: ConsentSession): string | undefined {
    if (session.state === 'completed')
      return 'The session has been completed before. It can be used only once.';
    if (session.state === 'denied') return 'The person declined. Start the operation again for a new link.';
    if (this.isExpired(session)) return 'The session has expired. Start the operation again for a new link.';
    if (session.state === 'open')
      return 'The person has not consented yet. Wait for the return of the browser.';
    return undefined;
  }
}
