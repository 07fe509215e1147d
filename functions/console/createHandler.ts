import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { defined } from '../../core/objects.ts';
import { lambdaStep, type StepClock } from '../runtime/lambdaStep.ts';
import { groupsOf, identityOf, parseHttpEvent, toLambdaResult, toRequest } from '../web/httpPayload.ts';
import { consoleApp } from './app.ts';
import type { ConsolePorts, Visitor } from './consolePorts.ts';

/** Makes the handler that serves the console. */
export function createHandler(ports: ConsolePorts & StepClock) {
  const app = consoleApp(ports);
  const { readers } = ports.settings;
  const claim = readers === 'everybody' ? undefined : readers.groups?.claim;
  const visitorOf = (event: APIGatewayProxyEventV2): Visitor => {
    const identity = identityOf(event);
    return identity && { ...identity, groups: claim === undefined ? [] : groupsOf(event, claim) };
  };
  return lambdaStep(
    parseHttpEvent,
    async (event: APIGatewayProxyEventV2) => {
      const { timeEpoch: now, requestId: correlation } = event.requestContext;
      const bindings = { now, correlation, ...defined({ visitor: visitorOf(event) }) };
      return toLambdaResult(await app.fetch(toRequest(event), bindings));
    },
    ports.clock,
  );
}
