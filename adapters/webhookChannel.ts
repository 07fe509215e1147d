import { createHmac } from 'node:crypto';
import type { Contact } from '../core/manifest/owners.ts';
import type { Message } from '../core/messages/message.ts';
import type { Channel } from '../core/ports/notifier.ts';
import type { Secrets } from '../core/ports/secrets.ts';
import { type Fetch, postJson, publicFetch } from './postJson.ts';

/** Identifies a delivery. */
export interface DeliveryIdentity {
  readonly newId: () => string;
  /** ms since the epoch, from the real clock: receivers compare it with theirs. */
  readonly now: () => number;
}

/**
 * Posts to any webhook, signed as standardwebhooks.com describes: `webhook-id`, `webhook-timestamp` and
 * `webhook-signature` (HMAC-SHA256 over id, timestamp and body). Receivers reject a message that is older than five minutes.
 *
 * A secret holds the URL alone, or `{"url": …, "signingKey": …}`; without a `signingKey`, the deployment's
 * key signs the message.
 */
export class WebhookChannel implements Channel {
  readonly #secrets: Secrets;
  readonly #signingKeySecret: string;
  readonly #identity: DeliveryIdentity;
  readonly #fetch: Fetch;

  /** @param signingKeySecret the name of the secret that holds the deployment's key */
  constructor(
    secrets: Secrets,
    signingKeySecret: string,
    stamp: DeliveryIdentity,
    fetch: Fetch = publicFetch(),
  ) {
    this.#secrets = secrets;
    this.#signingKeySecret = signingKeySecret;
    this.#identity = stamp;
    this.#fetch = fetch;
  }

  async send(
    contact: Contact | undefined,
    { subject, text, about, link }: Message,
  ): Promise<string | undefined> {
    if (!contact) return 'NoWebhook';
    const { url, signingKey } = await this.#endpointOf(contact);
    const id = `msg_${this.#identity.newId()}`;
    const timestamp = Math.floor(this.#identity.now() / 1000);
    const body = JSON.stringify({
      type: about.event,
      timestamp: new Date(timestamp * 1000).toISOString(),
      data: { workspace: about.workspace, subject, text, ...(link !== undefined && { link }) },
    });
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,${sign(`${id}.${timestamp}.${body}`, signingKey)}`,
    };
    return postJson(url, body, headers, this.#fetch);
  }

  async #endpointOf({ address }: Contact): Promise<{ url: string; signingKey: string }> {
    if (typeof address === 'string') return { url: address, signingKey: await this.#deploymentKey() };
    const value = (await this.#secrets.read(address.secretsManager)).value.trim();
    if (!value.startsWith('{')) return { url: value, signingKey: await this.#deploymentKey() };
    const { url, signingKey } = Object(JSON.parse(value));
    return {
      url: String(url),
      signingKey: typeof signingKey === 'string' ? signingKey : await this.#deploymentKey(),
    };
  }

  async #deploymentKey(): Promise<string> {
    return (await this.#secrets.read(this.#signingKeySecret)).value.trim();
  }
}

/** Base64 of 24 bytes or more, the least that standardwebhooks.com allows, with or without its prefix. */
const BASE64_KEY = /^(?:whsec_)?((?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/;

/** A key is base64, as the libraries of receivers expect; any other text is used as its bytes. */
function sign(content: string, key: string): string {
  const [, base64] = BASE64_KEY.exec(key) ?? [];
  const bytes = base64 === undefined ? Buffer.from(key) : Buffer.from(base64, 'base64');
  return createHmac('sha256', bytes).update(content).digest('base64');
}
