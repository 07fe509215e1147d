import { randomUUID } from 'node:crypto';
import type { JsonValue } from '../../core/json.ts';
import type { Clock } from '../simulation/clock.ts';
import type { Deliveries } from './eventBridge/deliveries.ts';
import { awsJsonErrorResponse, handleAwsJson, type Operations } from './http/awsJson.ts';
import { type HttpServer, startHttpServer } from './http/server.ts';
import type { Functions } from './lambda/functions.ts';
import { handleLambda, isLambdaCall, lambdaErrorResponse } from './lambda/lambdaApi.ts';
import type { Outbox } from './sns/outbox.ts';
import { handleSns, isSnsCall, snsErrorResponse } from './sns/snsApi.ts';

/** Serves all services except S3 and DynamoDB at one address. The protocol of a call identifies its service. */
export function startApiServer({
  clock,
  functions,
  deliveries,
  outbox,
  jsonServices,
}: {
  clock: Clock;
  functions: Functions;
  deliveries: Deliveries;
  outbox: Outbox;
  jsonServices: Readonly<Record<string, Operations>>;
}): Promise<HttpServer> {
  const enqueueInvocation = (name: string, input: JsonValue) =>
    deliveries.accept({
      id: randomUUID(),
      origin: 'asynchronous invocation',
      target: { kind: 'function', name },
      input,
    });
  return startHttpServer({
    clock,
    answer: (call) => {
      if (isLambdaCall(call)) return handleLambda(functions, enqueueInvocation, call);
      if (isSnsCall(call)) return handleSns(outbox, call);
      return handleAwsJson(jsonServices, call);
    },
    refuse: (error, call) => {
      if (call && isLambdaCall(call)) return lambdaErrorResponse(error);
      if (call && isSnsCall(call)) return snsErrorResponse(error);
      return awsJsonErrorResponse(error, call);
    },
  });
}
