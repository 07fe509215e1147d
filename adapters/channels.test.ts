import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { Contact } from '../core/manifest/owners.ts';
import type { Message } from '../core/messages/message.ts';
import { type Channel, contactName } from '../core/ports/notifier.ts';
import type { Secrets } from '../core/ports/secrets.ts';
import { NotificationRouter } from './notificationRouter.ts';
import { SlackChannel } from './slackChannel.ts';
import { describeNotifierContract } from './testing/notifierContract.ts';
import { WebhookChannel } from './webhookChannel.ts';

const message: Message = {
  subject: 'Gateloop: a question',
  text: 'Yes or no?',
  link: 'https://pages.example.com/authorizations/0f',
  about: { workspace: 'payments', event: 'authorization-required' },
};
const PAGES = 'https://pages.example.com';
const SIGNING_KEY_SECRET = 'gateloop/main/webhook-signing-key';
const KEY = `whsec_${Buffer.from('a key of thirty-two random bytes').toString('base64')}`;
const SLACK_URL = 'https://hooks.slack.example/services/T0/B0/secret';
const secretValues: Readonly<Record<string, string>> = {
  [SIGNING_KEY_SECRET]: KEY,
  'payments/slack': `${SLACK_URL}\n`,
  'payments/plain-webhook': 'https://plain.example.com/in\n',
  'payments/unsigned-webhook': '{"url":"https://unsigned.example.com/in"}',
  'payments/own-key': JSON.stringify({ url: 'https://own.example.com/in', signingKey: 'another-key' }),
};
const secrets: Secrets = {
  read: async (name) => {
    const value = secretValues[name];
    if (value === undefined) throw new RangeError(`no secret ${name}`);
    return { value, versionId: 'first' };
  },
};

/** A network that responds with the statuses in turn, then with 200, and records the requests. */
function network(...statuses: (number | Error)[]) {
  const posts: { url: string; headers: Record<string, string>; body: string; redirect: unknown }[] = [];
  const fetch = async (url: string, { headers, body, redirect }: RequestInit) => {
    posts.push({ url, headers: Object(headers), body: String(body), redirect });
    const status = statuses[posts.length - 1] ?? 200;
    if (status instanceof Error) throw status;
    return new Response('', { status });
  };
  return { posts, fetch };
}

const stamp = { newId: () => '1', now: () => Date.now() };

describe('WebhookChannel', () => {
  it('signs messages so that a standard receiver accepts them, and rejects changed and old ones', async () => {
    const { posts, fetch } = network();
    const channel = new WebhookChannel(secrets, SIGNING_KEY_SECRET, stamp, fetch);
    await channel.send({ channel: 'webhook', address: 'https://hook.example.com/in' }, message);
    const [post] = posts;
    const receiver = new Webhook(KEY);
    expect(receiver.verify(post?.body ?? '', post?.headers ?? {})).toMatchObject({
      type: 'authorization-required',
      data: { workspace: 'payments', link: message.link },
    });
    expect(() => receiver.verify(`${post?.body} `, post?.headers ?? {})).toThrow();
    const old = network();
    const late = new WebhookChannel(
      secrets,
      SIGNING_KEY_SECRET,
      { ...stamp, now: () => Date.now() - 10 * 60_000 },
      old.fetch,
    );
    await late.send({ channel: 'webhook', address: 'https://hook.example.com/in' }, message);
    expect(() => receiver.verify(old.posts[0]?.body ?? '', old.posts[0]?.headers ?? {})).toThrow('too old');
  });

  it('sends to the URL in a secret, and signs with the key in the same secret', async () => {
    const { posts, fetch } = network();
    const channel = new WebhookChannel(secrets, SIGNING_KEY_SECRET, stamp, fetch);
    await channel.send({ channel: 'webhook', address: { secretsManager: 'payments/own-key' } }, message);
    expect(posts[0]?.url).toBe('https://own.example.com/in');
    const receiver = new Webhook('another-key', { format: 'raw' });
    expect(() => receiver.verify(posts[0]?.body ?? '', posts[0]?.headers ?? {})).not.toThrow();
  });

  it('signs with a key that Secrets Manager generated, which receivers use as it is', async () => {
    const generated = 'Q7fN2mXc4Vb8Lk1Zt6Rw3Yp9Hs5Gd0JaEuIoBnMqTxWz';
    const { posts, fetch } = network();
    const channel = new WebhookChannel(
      { read: async () => ({ value: generated, versionId: 'first' }) },
      SIGNING_KEY_SECRET,
      stamp,
      fetch,
    );
    await channel.send({ channel: 'webhook', address: 'https://hook.example.com/in' }, message);
    for (const key of [generated, `whsec_${generated}`]) {
      const receiver = new Webhook(key);
      expect(() => receiver.verify(posts[0]?.body ?? '', posts[0]?.headers ?? {})).not.toThrow();
    }
  });

  it('follows no redirects, and sends only over https', async () => {
    const { posts, fetch } = network();
    const channel = new WebhookChannel(secrets, SIGNING_KEY_SECRET, stamp, fetch);
    expect(await channel.send({ channel: 'webhook', address: 'http://hook.example.com' }, message)).toBe(
      'NotHttps',
    );
    await channel.send({ channel: 'webhook', address: 'https://hook.example.com' }, message);
    expect(posts.map(({ redirect }) => redirect)).toEqual(['error']);
  });

  it('retries after a 5xx status or a network error, and gives up after a 4xx status', async () => {
    const address = 'https://hook.example.com';
    const unstable = network(503, new TypeError('fetch failed'), 200);
    expect(
      await new WebhookChannel(secrets, SIGNING_KEY_SECRET, stamp, unstable.fetch).send(
        { channel: 'webhook', address },
        message,
      ),
    ).toBeUndefined();
    expect(unstable.posts).toHaveLength(3);
    const rejecting = network(401);
    expect(
      await new WebhookChannel(secrets, SIGNING_KEY_SECRET, stamp, rejecting.fetch).send(
        { channel: 'webhook', address },
        message,
      ),
    ).toBe('status 401');
    expect(rejecting.posts).toHaveLength(1);
  });
});

describe('SlackChannel', () => {
  it('posts the text and a button with the link', async () => {
    const { posts, fetch } = network();
    const channel = new SlackChannel(secrets, fetch);
    await channel.send({ channel: 'slack', address: { secretsManager: 'payments/slack' } }, message);
    expect(posts[0]?.url).toBe(SLACK_URL);
    const body = JSON.parse(posts[0]?.body ?? '');
    expect(body.text).toContain('Yes or no?');
    expect(body.blocks.at(-1).elements[0].url).toBe(message.link);
  });
});

describe('WebhookChannel: the payload and its signature', () => {
  const NOW = Date.UTC(2026, 0, 1, 12, 0, 0, 999);
  const identity = { newId: () => '7', now: () => NOW };
  const deliver = async (contact: Contact | undefined, about: Message = message, key = KEY) => {
    const { posts, fetch } = network();
    const stored: Secrets = {
      read: async (name) =>
        name === SIGNING_KEY_SECRET ? { value: key, versionId: 'first' } : secrets.read(name),
    };
    const channel = new WebhookChannel(stored, SIGNING_KEY_SECRET, identity, fetch);
    return { reason: await channel.send(contact, about), post: posts[0] };
  };
  const signatureOf = (post: { headers: Record<string, string>; body: string } | undefined, key: Buffer) => {
    const content = `msg_7.${Math.floor(NOW / 1000)}.${post?.body}`;
    return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
  };
  const contact: Contact = { channel: 'webhook', address: 'https://hook.example.com/in' };

  it('sends the event, its data, an id, and the time in whole seconds', async () => {
    const { post } = await deliver(contact);
    expect(post?.headers).toMatchObject({ 'webhook-id': 'msg_7', 'webhook-timestamp': '1767268800' });
    expect(JSON.parse(post?.body ?? '')).toEqual({
      type: 'authorization-required',
      timestamp: '2026-01-01T12:00:00.000Z',
      data: { workspace: 'payments', subject: message.subject, text: message.text, link: message.link },
    });
  });

  it('sends no link for a message without one', async () => {
    const { link: _, ...unlinked } = message;
    const { post } = await deliver(contact, unlinked);
    expect(JSON.parse(post?.body ?? '').data).not.toHaveProperty('link');
  });

  it.each([
    ['only a URL', 'payments/plain-webhook', 'https://plain.example.com/in'],
    ['a URL without a signing key', 'payments/unsigned-webhook', 'https://unsigned.example.com/in'],
  ])('signs with the key of the deployment where a secret contains %s', async (_, secretsManager, url) => {
    const { post } = await deliver({ channel: 'webhook', address: { secretsManager } });
    expect(post?.url).toBe(url);
    const bytes = Buffer.from(KEY.slice('whsec_'.length), 'base64');
    expect(post?.headers['webhook-signature']).toBe(signatureOf(post, bytes));
  });

  it.each([
    ['a base64 text of fewer than 24 bytes', 'c2hvcnQga2V5'],
    ['a text with a character that base64 does not have', `${'QUJD'.repeat(8)}!`],
    ['a text of an incomplete length', `${'QUJD'.repeat(8)}Q`],
    ['a base64 text behind another prefix', `key_${'QUJD'.repeat(8)}`],
  ])('takes %s for the key itself', async (_, key) => {
    const { post } = await deliver(contact, message, `${key}\n`);
    expect(post?.headers['webhook-signature']).toBe(signatureOf(post, Buffer.from(key)));
  });

  it.each(['QUJD'.repeat(8), `${'QUJD'.repeat(8)}QQ==`, `whsec_${'QUJD'.repeat(8)}QUI=`])(
    'decodes a key in base64: %s',
    async (key) => {
      const { post } = await deliver(contact, message, key);
      const bytes = Buffer.from(key.replace('whsec_', ''), 'base64');
      expect(post?.headers['webhook-signature']).toBe(signatureOf(post, bytes));
    },
  );

  it('posts nothing without a contact', async () => {
    expect(await deliver(undefined)).toEqual({ reason: 'NoWebhook', post: undefined });
  });
});

describe('SlackChannel: the payload', () => {
  const post = async (about: Message) => {
    const { posts, fetch } = network();
    const channel = new SlackChannel(secrets, fetch);
    await channel.send({ channel: 'slack', address: { secretsManager: 'payments/slack' } }, about);
    return JSON.parse(posts[0]?.body ?? '');
  };

  it('posts the subject as a header, the text as a section, and the link as a button', async () => {
    expect(await post(message)).toEqual({
      text: 'Gateloop: a question\nYes or no?',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'Gateloop: a question' } },
        { type: 'section', text: { type: 'plain_text', text: 'Yes or no?' } },
        {
          type: 'actions',
          elements: [{ type: 'button', text: { type: 'plain_text', text: 'Open' }, url: message.link }],
        },
      ],
      mrkdwn: false,
      unfurl_links: false,
    });
  });

  it('escapes what Slack reads as a mention or as a link with another text', async () => {
    const { text } = await post({
      ...message,
      text: '<!channel> <https://evil.example.com|the page> & more',
    });
    expect(text).toContain('&lt;!channel&gt; &lt;https://evil.example.com|the page&gt; &amp; more');
  });

  it('posts no button for a message without a link', async () => {
    const { link: _, ...unlinked } = message;
    expect((await post(unlinked)).blocks).toHaveLength(2);
  });

  it('cuts a section at 2900 characters, since Slack rejects more than 3000', async () => {
    const { blocks } = await post({ ...message, text: 'a'.repeat(4000) });
    expect(blocks[1].text.text).toBe(`${'a'.repeat(2900)}…`);
  });

  it.each([
    ['without a contact', undefined],
    ['to the name of a channel', { channel: 'slack', address: '#payments' }],
  ] as const)('posts nothing %s', async (_, contact) => {
    const { posts, fetch } = network();
    expect(await new SlackChannel(secrets, fetch).send(contact, message)).toBe('NoWebhook');
    expect(posts).toEqual([]);
  });
});

describe('NotificationRouter', () => {
  const recording = (taken: string[], name: string, reason?: string): Channel => ({
    send: async (contact) => {
      taken.push(`${name} ${contact ? JSON.stringify(contact.address) : '-'}`);
      return reason;
    },
  });

  it('sends to each contact over its channel, and to the topic for a contact without one', async () => {
    const taken: string[] = [];
    const notifier = new NotificationRouter(
      {
        topic: recording(taken, 'topic'),
        slack: recording(taken, 'slack'),
        webhook: recording(taken, 'webhook'),
      },
      PAGES,
    );
    await notifier.notify(
      {
        contacts: [
          { channel: 'email', address: 'a@example.com' },
          { channel: 'slack', address: '#payments' },
          { channel: 'slack', address: { secretsManager: 's' } },
          { channel: 'webhook', address: 'https://h.example.com' },
        ],
      },
      message,
    );
    await notifier.notify(undefined, message);
    expect(taken).toEqual([
      'topic "a@example.com"',
      'topic "#payments"',
      'slack {"secretsManager":"s"}',
      'webhook "https://h.example.com"',
      'topic -',
    ]);
  });

  it('NotificationRouter: names the address of the pages in every message, since an uploaded name may hold another link', async () => {
    const texts: string[] = [];
    const channel: Channel = {
      send: async (_, { text }) => {
        texts.push(text);
        return undefined;
      },
    };
    const notifier = new NotificationRouter({ topic: channel, slack: channel, webhook: channel }, PAGES);
    await notifier.notify(undefined, message);
    expect(texts[0]).toMatch(/^Yes or no\?\n\nGateloop at https:\/\/pages\.example\.com sent this message\./);
  });

  it("reports only the name of a channel's error, because its text may contain a secret URL", async () => {
    const notifier = new NotificationRouter(
      {
        topic: recording([], 'topic'),
        slack: { send: async () => Promise.reject(new TypeError(`cannot reach ${SLACK_URL}`)) },
        webhook: recording([], 'webhook'),
      },
      PAGES,
    );
    const contacts = [{ channel: 'slack' as const, address: { secretsManager: 'payments/slack' } }];
    expect(await notifier.notify({ contacts }, message)).toEqual({
      failed: [{ contact: 'slack of the secret payments/slack', reason: 'TypeError' }],
    });
    const rejecting = new NotificationRouter(
      {
        topic: recording([], 'topic'),
        slack: { send: async () => Promise.reject(`cannot reach ${SLACK_URL}`) },
        webhook: recording([], 'webhook'),
      },
      PAGES,
    );
    expect(await rejecting.notify({ contacts }, message)).toMatchObject({ failed: [{ reason: 'Error' }] });
  });
});

describeNotifierContract('NotificationRouter', async () => {
  const taken: (Contact | undefined)[] = [];
  const broken = new Map<string, string>();
  const channel: Channel = {
    send: async (contact) => {
      const reason = broken.get(contactName(contact));
      if (reason === undefined) taken.push(contact);
      return reason;
    },
  };
  return {
    notifier: new NotificationRouter({ topic: channel, slack: channel, webhook: channel }, PAGES),
    reached: () => taken,
    breakContact: (contact, reason) => broken.set(contactName(contact), reason),
  };
});
