import { randomBytes } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { AgentCoreAuthorizationSessions } from '../../adapters/agentCoreAuthorizationSessions.ts';
import { AgentCoreControlPlane } from '../../adapters/agentCoreControlPlane.ts';
import { getTargetCommand } from '../../adapters/controlPlaneCommands.ts';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { EventBridgeEvents } from '../../adapters/eventBridgeEvents.ts';
import { StepFunctionsTaskCallbacks } from '../../adapters/stepFunctionsTaskCallbacks.ts';
import { defined } from '../../core/objects.ts';
import { setting } from '../runtime/environment.ts';
import { lambdaStep } from '../runtime/lambdaStep.ts';
import { authorizationApp } from './app.ts';
import { identityOf, parseHttpEvent, toLambdaResult, toRequest } from './httpPayload.ts';

const app = authorizationApp({
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  controlPlane: new AgentCoreControlPlane(getTargetCommand),
  authorizationSessions: new AgentCoreAuthorizationSessions(),
  events: new EventBridgeEvents(setting('EVENT_BUS')),
  taskCallbacks: new StepFunctionsTaskCallbacks(),
  authorizationUrl: setting('AUTHORIZATION_URL'),
  answersFrom: setting('ANSWERS_FROM') === 'owners' ? 'owners' : 'anybody',
  newSecret: () => randomBytes(32).toString('hex'),
});

/** Serves the pages on which people consent, approve and refuse. */
export const handler = lambdaStep(parseHttpEvent, async (event: APIGatewayProxyEventV2) => {
  const { timeEpoch: now, requestId: correlation } = event.requestContext;
  const bindings = { now, correlation, ...defined({ identity: identityOf(event) }) };
  return toLambdaResult(await app.fetch(toRequest(event), bindings));
});
