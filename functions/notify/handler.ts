import { randomBytes } from 'node:crypto';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { EventBridgeEvents } from '../../adapters/eventBridgeEvents.ts';
import { S3SpecBucket } from '../../adapters/s3SpecBucket.ts';
import { SnsPeople } from '../../adapters/snsPeople.ts';
import { StepFunctionsTasks } from '../../adapters/stepFunctionsTasks.ts';
import { setting } from '../environment.ts';
import { step } from '../step.ts';
import { notify } from './notify.ts';
import { parseNotifyEvent } from './notifyEvent.ts';

const ports = {
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  specBucket: new S3SpecBucket(setting('SPEC_BUCKET'), setting('SPEC_BUCKET_OWNER')),
  events: new EventBridgeEvents(setting('EVENT_BUS')),
  people: new SnsPeople(setting('PEOPLE_TOPIC')),
  waitingTasks: new StepFunctionsTasks(),
  authorizationUrl: setting('AUTHORIZATION_URL'),
  // 128 bits: whoever has the link may ask for the page, so nobody may guess one.
  newId: () => randomBytes(16).toString('hex'),
};

/** Tells people: what is asked of them, and what a reconciliation ended in. */
export const handler = step(parseNotifyEvent, (event) => notify(event, ports));
