import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { defined } from '../../core/objects.ts';
import { lambdaStep, type StepClock } from '../runtime/lambdaStep.ts';
import { identityOf, parseHttpEvent, toLambdaResult, toRequest } from '../web/httpPayload.ts';
import { networkOf } from '../web/visitorRate.ts';
import { authorizationApp } from './app.ts';
import type { AuthorizationPorts } from './authorizationPorts.ts';

/** Makes the handler that serves the pages on which people consent, approve and refuse. */
export function createHandler(ports: AuthorizationPorts & StepClock) {
  const app = authorizationApp(ports);
  return lambdaStep(
    parseHttpEvent,
    async (event: APIGatewayProxyEventV2) => {
      const { timeEpoch: now, requestId: correlation, http } = event.requestContext;
      const identity = identityOf(event);
      // All requests that a login lets pass come from the address of its proxy.
      const visitor = identity ? `person ${identity.name}` : networkOf(http.sourceIp);
      const bindings = { now, correlation, visitor, ...defined({ identity }) };
      return toLambdaResult(await app.fetch(toRequest(event), bindings));
    },
    ports.clock,
  );
}
