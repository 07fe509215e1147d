import { SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import type { Contact } from '../core/manifest/owners.ts';
import type { Message } from '../core/messages/message.ts';
import type { OutboxMessage } from '../local/aws/sns/outbox.ts';
import { SnsChannel } from './snsChannel.ts';
import { startEmbeddedServices } from './testing/embeddedServices.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:gateloop-people';
const message: Message = {
  subject: 'Gateloop: payments needs consent',
  text: 'Open the link.',
  link: 'https://pages.example.com/authorizations/0f',
  about: { workspace: 'payments', event: 'authorization-required' },
};

async function openChannel() {
  const { aws, settings } = await startEmbeddedServices({});
  const published: OutboxMessage[] = [];
  aws.onActivity((activity) => {
    if (activity.kind === 'message') published.push(activity.message);
  });
  return { channel: new SnsChannel(TOPIC, new SNSClient(settings('SNS'))), published };
}

describe('SnsChannel', () => {
  it('publishes the message with attributes for the filters of subscriptions', async () => {
    const { channel, published } = await openChannel();
    expect(await channel.send({ channel: 'email', address: 'ada@example.com' }, message)).toBeUndefined();
    expect(published).toMatchObject([
      {
        topic: 'gateloop-people',
        subject: 'Gateloop: payments needs consent',
        message: 'Open the link.',
        attributes: {
          workspace: 'payments',
          event: 'authorization-required',
          channel: 'email',
          owner: 'ada@example.com',
        },
      },
    ]);
  });

  it.each<[string, Contact | undefined, object]>([
    ['nobody where no owner is named', undefined, { channel: 'none', owner: 'nobody' }],
    [
      'the secret, not its value, where a secret contains the address',
      { channel: 'slack', address: { secretsManager: 'payments/slack' } },
      { channel: 'slack', owner: 'payments/slack' },
    ],
  ])('names as the owner %s', async (_, contact, attributes) => {
    const { channel, published } = await openChannel();
    await channel.send(contact, message);
    expect(published).toMatchObject([{ attributes }]);
  });

  it('returns the code of the error when SNS rejects the message', async () => {
    const { channel, published } = await openChannel();
    const reason = await channel.send(undefined, { ...message, subject: 'two\nlines' });
    expect(reason).toMatch(/^InvalidParameter/);
    expect(published).toEqual([]);
  });
});
