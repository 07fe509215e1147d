import type { Contact } from '../core/manifest/owners.ts';
import type { Message } from '../core/messages/message.ts';
import type { Channel } from '../core/ports/notifier.ts';
import type { Secrets } from '../core/ports/secrets.ts';
import { slackText } from '../core/text/encoders.ts';
import { type Fetch, postJson, publicFetch } from './postJson.ts';

/** Slack accepts 3000 characters in a section of a message. */
const MAX_SECTION_LENGTH = 2900;

/** Posts to an incoming webhook of Slack or of a compatible service. The URL is a secret. */
export class SlackChannel implements Channel {
  readonly #secrets: Secrets;
  readonly #fetch: Fetch;

  constructor(secrets: Secrets, fetch: Fetch = publicFetch()) {
    this.#secrets = secrets;
    this.#fetch = fetch;
  }

  async send(contact: Contact | undefined, { subject, text, link }: Message): Promise<string | undefined> {
    if (!contact || typeof contact.address === 'string') return 'NoWebhook';
    const url = (await this.#secrets.read(contact.address.secretsManager)).value.trim();
    // Slack shows `plain_text` as it is, and reads its markup in `text`, which notifications show.
    const blocks = [
      { type: 'header', text: { type: 'plain_text', text: subject } },
      { type: 'section', text: { type: 'plain_text', text: shortened(text) } },
      ...(link === undefined ? [] : [button(link)]),
    ];
    return postJson(
      url,
      JSON.stringify({ text: slackText(`${subject}\n${text}`), mrkdwn: false, blocks, unfurl_links: false }),
      {},
      this.#fetch,
    );
  }
}

/** The link stands in the button too. */
function shortened(text: string): string {
  return text.length > MAX_SECTION_LENGTH ? `${text.slice(0, MAX_SECTION_LENGTH)}…` : text;
}

function button(url: string) {
  return { type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'Open' }, url }] };
}
