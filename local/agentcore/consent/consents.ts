import type { CompleteResourceTokenAuthRequest } from '@aws-sdk/client-bedrock-agentcore';
import type { Table } from '../../simulation/table.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import type { Checked, Operations } from '../operation.ts';
import { accessDenied } from '../serviceError.ts';
import type { PendingAuthorization } from '../targets/targetRecord.ts';

/** The resource whose operation waits for a consent: a target of a gateway, or a record of a registry. */
export interface ConsentSubject {
  readonly kind: 'target' | 'agentRegistryRecord';
  readonly parentId: string;
  readonly id: string;
}

/** The session in which a user consents to one operation on one resource. */
export interface ConsentSession {
  readonly requestUri: string;
  readonly userId: string;
  readonly subject: ConsentSubject;
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

/** What a resource says of its consents. */
export interface ConsentCredentials {
  readonly providerArn: string;
  readonly scopes?: readonly string[];
  readonly customParameters?: Readonly<Record<string, string>>;
  readonly returnUrl?: string;
}

/** The resources of one kind that wait for consents. */
export interface ConsentOwner {
  /** @returns undefined once the resource is deleted, or needs no consent any more */
  credentialsOf(subject: ConsentSubject): ConsentCredentials | undefined;
  /** Continues what waited for the completed session. */
  continueAfterConsent(session: ConsentSession): void;
}

const REQUEST_URI_PREFIX = 'urn:ietf:params:oauth:request_uri:';
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** The consent sessions of all resources. Expired sessions stay, so that their use gets a specific error. */
export class Consents {
  readonly #context: EmulatorContext;
  readonly #table: Table<ConsentSession>;
  readonly #owners = new Map<ConsentSubject['kind'], ConsentOwner>();

  constructor(context: EmulatorContext) {
    this.#context = context;
    this.#table = context.table('consent');
  }

  registerOwner(kind: ConsentSubject['kind'], owner: ConsentOwner): void {
    this.#owners.set(kind, owner);
  }

  operations(): Operations {
    return {
      CompleteResourceTokenAuth: (input: Checked<CompleteResourceTokenAuthRequest>) => {
        const session = this.#complete(input);
        this.#owners.get(session.subject.kind)?.continueAfterConsent(session);
        return {};
      },
    };
  }

  /** The credentials of the resource that waits, unless it was deleted. */
  credentialsOf({ subject }: ConsentSession): ConsentCredentials | undefined {
    return this.#owners.get(subject.kind)?.credentialsOf(subject);
  }

  /** The URL that the browser returns to: the resource's own, or a page of the emulator. */
  returnUrlOf(session: ConsentSession, decision: 'grant' | 'deny'): URL {
    const url = new URL(
      this.credentialsOf(session)?.returnUrl ?? `${this.#context.url()}/_emulator/consented`,
    );
    url.searchParams.set('session_id', session.requestUri);
    if (decision === 'deny') url.searchParams.set('error', 'access_denied');
    return url;
  }

  get(requestUri: string): ConsentSession | undefined {
    return this.#table.get(requestUri);
  }

  /** @param userId the user of the earlier link, if this one replaces it */
  open(subject: ConsentSubject, operationId: string, userId?: string): PendingAuthorization {
    const { ids } = this.#context.random;
    const session = {
      requestUri: `${REQUEST_URI_PREFIX}${ids.text(40, ALPHABET)}`,
      userId: userId ?? `${subject.parentId}_${subject.id}_${ids.text(8, ALPHABET)}`,
      subject,
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
  #complete({ sessionUri, userIdentifier }: Checked<CompleteResourceTokenAuthRequest>): ConsentSession {
    const session = this.#table.get(sessionUri);
    const isValid =
      session?.state === 'granted' && session.userId === userIdentifier.userId && !this.isExpired(session);
    if (!isValid) throw accessDenied('Invalid or expired session');
    return this.update(session, { state: 'completed' });
  }
}
