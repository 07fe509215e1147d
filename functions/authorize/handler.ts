import { randomBytes } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { AgentCoreConsents } from '../../adapters/agentCoreConsents.ts';
import { AgentCoreControlPlane } from '../../adapters/agentCoreControlPlane.ts';
import { getTargetCommand } from '../../adapters/controlPlaneCommands.ts';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { EventBridgeEvents } from '../../adapters/eventBridgeEvents.ts';
import { StepFunctionsTasks } from '../../adapters/stepFunctionsTasks.ts';
import { setting } from '../environment.ts';
import { step } from '../step.ts';
import { authorizeApp } from './app.ts';
import { parseHttpEvent } from './httpEvent.ts';
import { requestOf, resultOf, visitorOf } from './payload.ts';

const app = authorizeApp({
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  controlPlane: new AgentCoreControlPlane(getTargetCommand),
  consents: new AgentCoreConsents(),
  events: new EventBridgeEvents(setting('EVENT_BUS')),
  waitingTasks: new StepFunctionsTasks(),
  authorizationUrl: setting('AUTHORIZATION_URL'),
  answersFrom: setting('ANSWERS_FROM') === 'owners' ? 'owners' : 'anybody',
  newSecret: () => randomBytes(32).toString('hex'),
});

/** The pages on which people consent, approve and refuse. */
export const handler = step(parseHttpEvent, async (event: APIGatewayProxyEventV2) => {
  const { timeEpoch: now, requestId: correlation } = event.requestContext;
  const visitor = visitorOf(event);
  return resultOf(await app.fetch(requestOf(event), { now, correlation, ...(visitor && { visitor }) }));
});
