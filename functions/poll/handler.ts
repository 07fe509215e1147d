import { AgentCoreControlPlane } from '../../adapters/agentCoreControlPlane.ts';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { EventBridgeEvents } from '../../adapters/eventBridgeEvents.ts';
import { S3SpecBucket } from '../../adapters/s3SpecBucket.ts';
import { controlPlaneShapes } from '../../adapters/sdkShapes.ts';
import { StepFunctionsTasks } from '../../adapters/stepFunctionsTasks.ts';
import { setting } from '../environment.ts';
import { step } from '../step.ts';
import { poll } from './poll.ts';
import { parsePollEvent } from './pollEvent.ts';

const ports = {
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  specBucket: new S3SpecBucket(setting('SPEC_BUCKET'), setting('SPEC_BUCKET_OWNER')),
  controlPlane: new AgentCoreControlPlane(),
  events: new EventBridgeEvents(setting('EVENT_BUS')),
  waitingTasks: new StepFunctionsTasks(),
  catalogue: controlPlaneShapes,
};

/** Looks at a workspace and decides what to do next. */
export const handler = step(parsePollEvent, (event) => poll(event, ports));
