import { randomBytes } from 'node:crypto';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { EventBridgeEvents } from '../../adapters/eventBridgeEvents.ts';
import { GeneratedSigningKey } from '../../adapters/generatedSigningKey.ts';
import { NotificationRouter } from '../../adapters/notificationRouter.ts';
import { S3JsonStore } from '../../adapters/s3JsonStore.ts';
import { SecretsManagerSecrets } from '../../adapters/secretsManagerSecrets.ts';
import { SlackChannel } from '../../adapters/slackChannel.ts';
import { SnsChannel } from '../../adapters/snsChannel.ts';
import { StepFunctionsTaskCallbacks } from '../../adapters/stepFunctionsTaskCallbacks.ts';
import { WebhookChannel } from '../../adapters/webhookChannel.ts';
import { setting } from '../runtime/environment.ts';
import { createHandler } from './createHandler.ts';

const secrets = new SecretsManagerSecrets();
// 128 bits, since the link alone opens the page: nobody can guess one.
const newId = () => randomBytes(16).toString('hex');

// biome-ignore lint/complexity/useDateNow: Date.now is the clock of steps, which the embedded AWS simulates.
const realTime = () => new Date().getTime();

export const handler = createHandler({
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  specBucket: new S3JsonStore(setting('SPEC_BUCKET'), setting('SPEC_BUCKET_OWNER')),
  events: new EventBridgeEvents(setting('EVENT_BUS')),
  notifier: new NotificationRouter(
    {
      topic: new SnsChannel(setting('PEOPLE_TOPIC')),
      slack: new SlackChannel(secrets),
      webhook: new WebhookChannel(
        new GeneratedSigningKey(secrets, {
          name: setting('SIGNING_KEY_SECRET'),
          kmsKey: setting('SIGNING_KEY_KMS_KEY'),
          randomBytes,
        }),
        setting('SIGNING_KEY_SECRET'),
        { newId, now: realTime },
      ),
    },
    setting('AUTHORIZATION_URL'),
  ),
  taskCallbacks: new StepFunctionsTaskCallbacks(),
  authorizationUrl: setting('AUTHORIZATION_URL'),
  newId,
  clock: Date.now,
});
