import { defined, omit } from '../../../core/objects.ts';
import type { Table } from '../../simulation/table.ts';
import type { Consents } from '../consent/consents.ts';
import { type EmulatorContext, newInternalId } from '../emulatorContext.ts';
import type { Caller } from '../operation.ts';
import { consentOf, sourcesOf } from './recordSources.ts';
import type { RecordState } from './recordState.ts';

/** The kind of records as subjects of consents. */
const KIND = 'agentRegistryRecord';

/** Ids of attempts in answers. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** The consents of GitHub users, one for all records of a registry with the same source host and credentials. */
export class RecordConsents {
  readonly #context: EmulatorContext;
  readonly #consents: Consents;
  /** The completed sessions by key. */
  readonly #grants: Table<string>;
  /** The last sessions by key, with the ids of the attempts. */
  readonly #attempts: Table<{ readonly requestUri: string; readonly attemptId: string }>;

  constructor(context: EmulatorContext, consents: Consents) {
    this.#context = context;
    this.#consents = consents;
    this.#grants = context.table('agentRegistryGrant');
    this.#attempts = context.table('agentRegistryAttempt');
  }

  /** @returns what identifies the consent that a record's source needs; undefined for a source that needs none */
  keyOf(
    { registryId, revision }: Pick<RecordState, 'registryId' | 'revision'>,
    caller: Caller,
  ): string | undefined {
    const [source] = sourcesOf(revision.descriptors);
    const oauth = consentOf(source);
    if (!source || !oauth) return undefined;
    const { providerArn, scopes = [], customParameters = {} } = oauth;
    const { host } = new URL(source.url);
    const parameters = Object.entries(customParameters).sort();
    return JSON.stringify([registryId, caller.accessKeyId, host, providerArn, scopes.toSorted(), parameters]);
  }

  hasGrant(key: string): boolean {
    return this.#grants.get(key) !== undefined;
  }

  accessTokenOf(key: string): string | undefined {
    return this.#consents.get(this.#grants.get(key) ?? '')?.accessToken;
  }

  /** Joins the authorization in progress, unless there is none or a person must be asked anew. */
  authorize(record: RecordState, key: string, action: 'create' | 'update', isForced: boolean): RecordState {
    const earlier = this.#attempts.get(key);
    const session = earlier && this.#consents.get(earlier.requestUri);
    const isOpen = session !== undefined && session.state !== 'completed' && session.state !== 'denied';
    const isJoined = isOpen && !isForced && !this.#consents.isExpired(session);
    if (earlier && isOpen && !isJoined) this.#consents.expire(earlier.requestUri);
    const attempt = earlier && isJoined ? { ...earlier, ...session } : this.#start(record, key);
    const { requestUri, userId, expiresAt, attemptId } = attempt;
    const authorization = { requestUri, userId, expiresAt, attemptId, action };
    return { ...record, grantKey: key, authorization };
  }

  #start({ registryId, id }: RecordState, key: string) {
    const subject = { kind: KIND, parentId: registryId, id } as const;
    const opened = this.#consents.open(subject, newInternalId(this.#context));
    const attemptId = this.#context.random.ids.text(32, ALPHABET);
    this.#attempts.put(key, { requestUri: opened.requestUri, attemptId });
    return { ...opened, attemptId };
  }

  /** Keeps the consent of a completed session for the records that need the same. */
  grant(key: string, requestUri: string): void {
    this.#grants.put(key, requestUri);
  }

  /** What the pages of the consent show, as long as the record waits. */
  credentialsOf(record: RecordState | undefined) {
    const oauth = record?.authorization && consentOf(sourcesOf(record.revision.descriptors)[0]);
    if (!oauth) return undefined;
    return defined({ ...omit(oauth, 'grantType'), returnUrl: oauth.returnUrl });
  }

  /** The member `authorizationData` of an answer about a record that waits. */
  answer({ authorization }: RecordState) {
    if (!authorization) return {};
    const { requestUri, userId, expiresAt, attemptId } = authorization;
    return {
      authorizationData: {
        oauth2: {
          authorizationUrl: this.#consents.urlOf(requestUri),
          userId,
          authorizationAttemptId: attemptId,
          expiresAt: new Date(expiresAt),
        },
      },
    };
  }
}
